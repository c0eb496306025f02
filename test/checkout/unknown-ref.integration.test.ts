/** A name for `--base` that nobody knows, or that nobody could be asked for. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { resolveRef } from '../../src/checkout/ref.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { borrow, checkout, makePullRequest, makeSandbox, sh } from '../support/git.ts';

/** A shallow clone of a pull request's branch. */
function shallowClone(t: TestContext) {
  const { dir } = makeSandbox(t);
  const { url, feature, main } = makePullRequest(dir);
  return { dir, main, repo: checkout(join(dir, 'clone'), url, feature, 1) };
}

async function complaint(repo: string, ref: string): Promise<string> {
  const clone = await borrow(repo);
  const found = await resolveRef(clone, ref).catch((reason: unknown) => reason);
  assert.ok(found instanceof UserError, String(found));
  return found.message;
}

it('--base REF with an unknown name: the nearest ones', async (t) => {
  const { repo } = shallowClone(t);
  assert.match(
    await complaint(repo, 'maim'),
    /no branch, tag or commit "maim".*\n.*Nearest: main\./,
  );
  assert.match(await complaint(repo, 'v1.1'), /Nearest: v1\.0\./);
  assert.match(await complaint(repo, 'master'), /no branch.*"master".*\n.*Nearest: main\./);
  assert.match(await complaint(repo, '--help'), /no branch, tag or commit "--help"/);
  assert.match(await complaint(repo, 'f'.repeat(40)), /neither in this clone nor at origin/);
});

it('--base REF that the clone lacks, when origin does not answer: what git said, and what would mend that', async (t) => {
  const { dir, main, repo } = shallowClone(t);
  sh(repo, 'remote', 'set-url', 'origin', join(dir, 'nowhere'));
  for (const name of ['main', main]) {
    const told = await complaint(repo, name);
    assert.match(
      told,
      /in this clone, and origin could not be asked for it \(git ls-remote .*nowhere/,
    );
    assert.match(told, /\n.*Look at the address of `origin`/);
    assert.doesNotMatch(told, /Nearest|git branch --all/);
  }
  sh(repo, 'branch', 'feature');
  assert.match(
    await complaint(repo, 'featur'),
    /\n.*Nearest here: feature.*Or: Look at the address/,
  );
});
