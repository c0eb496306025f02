import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { prepareTrees, type TreesOptions } from '../../src/checkout/trees.ts';
import { sameCode } from '../../src/judge/verdict/same-code.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { commit, entries, initRepo, makeSandbox, sh, writeFiles } from '../support/git.ts';

function repository(t: TestContext) {
  const { dir, temp } = makeSandbox(t);
  const repo = initRepo(join(dir, 'repo'));
  commit(repo, { 'server.js': 'v1\n' }, 'first');
  const tip = commit(repo, { 'server.js': 'v2\n' }, 'second');
  return { repo, temp, tip };
}

async function refusal(options: TreesOptions): Promise<string> {
  try {
    await using _ = await prepareTrees(options);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.message;
  }
  return assert.fail('both trees were made');
}

describe('base and head', () => {
  it('Base and head must be two commits: on the base branch itself there is nothing to compare', async (t) => {
    const { repo, temp, tip } = repository(t);
    const message = await refusal({ cwd: repo, base: { kind: 'ref', ref: 'main' } });
    assert.ok(message.startsWith('--base main: '), message);
    assert.ok(message.includes(`Base and head are the same commit, ${tip.slice(0, 10)}`), message);
    assert.ok(message.includes('You are on the branch main.'), message);
    assert.ok(message.includes('HEAD~1'), message);
    const names = { base: 'input `base`', baseDir: '', headDir: '', outside: '' };
    const hosted = await refusal({ cwd: repo, base: { kind: 'ref', ref: 'main' }, names });
    assert.ok(hosted.startsWith('input `base` main: '), hosted);
    assert.deepEqual(entries(temp), []);
    // The cure that the message names.
    await using trees = await prepareTrees({ cwd: repo, base: { kind: 'ref', ref: 'HEAD~1' } });
    assert.notEqual(trees.arms.base?.source.commit, tip);
  });

  it('Base and head are two when the work tree has changes', async (t) => {
    const { repo } = repository(t);
    writeFiles(repo, { 'server.js': 'v3\n' });
    await using trees = await prepareTrees({ cwd: repo, base: { kind: 'ref', ref: 'main' } });
    const { base, head } = trees.arms;
    assert.equal(sameCode({ base: base?.source, head: head?.source }), false);
  });

  it('Base and head are one where a workflow checked out the base in place of the change', async (t) => {
    const { repo, tip } = repository(t);
    sh(repo, 'switch', '--quiet', '--detach');
    const base = { kind: 'commit', sha: tip, description: 'the branch before this push' } as const;
    const message = await refusal({ cwd: repo, base });
    assert.ok(message.includes('actions/checkout'), message);
    assert.ok(message.includes('base: the branch before this push; head: HEAD'), message);
  });

  it('Base and head are the same code when two commits have the same files', async (t) => {
    const { repo } = repository(t);
    sh(repo, 'switch', '--quiet', '--create', 'topic');
    commit(repo, {}, 'nothing');
    await using empty = await prepareTrees({ cwd: repo, base: { kind: 'ref', ref: 'main' } });
    const sources = { base: empty.arms.base?.source, head: empty.arms.head?.source };
    assert.notEqual(sources.base?.commit, sources.head?.commit);
    assert.equal(sameCode(sources), true);

    commit(repo, { 'server.js': 'v3\n' }, 'there');
    commit(repo, { 'server.js': 'v2\n' }, 'and back');
    await using back = await prepareTrees({ cwd: repo, base: { kind: 'ref', ref: 'main' } });
    assert.equal(sameCode({ base: back.arms.base?.source, head: back.arms.head?.source }), true);
  });

  it('Base and head may be two equal folders: that is how one learns how quiet a machine is', async (t) => {
    const { repo } = repository(t);
    writeFiles(repo, { 'one/server.js': 'v1\n', 'two/server.js': 'v1\n' });
    await using trees = await prepareTrees({
      cwd: repo,
      base: { kind: 'dir', dir: 'one' },
      headDir: 'two',
    });
    const { base, head } = trees.arms;
    assert.equal(sameCode({ base: base?.source, head: head?.source }), false);
  });

  it('Base and head without a base, and in files of an older version, nothing is known to be the same', () => {
    const old = { commit: 'a'.repeat(40), description: 'HEAD' };
    assert.equal(sameCode({ base: null, head: old }), false);
    assert.equal(sameCode({ base: old, head: old }), false);
    assert.equal(sameCode({}), false);
  });
});
