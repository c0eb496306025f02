import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type BaseRequest, resolveBase } from '../../src/checkout/base.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import {
  borrow,
  checkout,
  commit,
  fingerprint,
  initRepo,
  makePullRequest,
  makeSandbox,
  sh,
  writeFiles,
} from '../support/git.ts';

function pullRequest(t: TestContext, options = {}) {
  const { dir } = makeSandbox(t);
  return { dir, clone: join(dir, 'clone'), ...makePullRequest(dir, options) };
}

/** What a failed resolution says to the user. */
async function complaint(repo: string, request: BaseRequest): Promise<string> {
  const error = await resolveBase(await borrow(repo), request).then(
    (base) => assert.fail(`found ${JSON.stringify(base)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof UserError, String(error));
  return error.message;
}

const ofMerge = { kind: 'merge-commit', branch: 'main' } as const;

describe('base of a pull request checked out as its merge commit', () => {
  for (const depth of [1, 2]) {
    it(`The base of a pull request checked out as its merge commit is the first parent, in a clone of depth ${depth}`, async (t) => {
      const pr = pullRequest(t);
      const repo = checkout(pr.clone, pr.url, pr.merge, depth);
      const clone = await borrow(repo);
      const base = await resolveBase(clone, ofMerge);
      assert.deepEqual(base, { commit: pr.main, description: 'first parent of the merge commit' });
      assert.equal(sh(clone.repo, 'show', `${pr.main}:main.js`), 'moved on');
    });
  }

  it('The base of a pull request checked out as its merge commit costs one commit, not the history', async (t) => {
    const pr = pullRequest(t);
    const repo = checkout(pr.clone, pr.url, pr.merge, 1);
    const clone = await borrow(repo);
    await resolveBase(clone, ofMerge);
    assert.equal(sh(clone.repo, 'rev-list', '--count', pr.main), '1');
  });

  it('The base of a pull request checked out as its merge commit needs no network when the parent is there', async (t) => {
    const pr = pullRequest(t);
    const repo = checkout(pr.clone, pr.url, pr.merge, 2);
    sh(repo, 'remote', 'set-url', 'origin', '/nowhere');
    assert.equal((await resolveBase(await borrow(repo), ofMerge)).commit, pr.main);
  });

  it("The base of a pull request checked out as its merge commit is not the first parent of a merge that is the pull request's own", async (t) => {
    const pr = pullRequest(t);
    sh(pr.author, 'switch', '--quiet', 'feature');
    sh(pr.author, 'merge', '--quiet', '--no-ff', '-m', 'catch up', 'main');
    sh(pr.author, 'push', '--quiet', pr.bare, 'feature');
    const own = sh(pr.author, 'rev-parse', 'feature');
    const repo = checkout(pr.clone, pr.url, own, 1);
    const base = await resolveBase(await borrow(repo), { ...ofMerge, sha: pr.merge });
    assert.deepEqual(base, { commit: pr.main, description: 'merge base of main and HEAD' });
  });

  it('The base of a pull request checked out as its merge commit tells what git said when the parent cannot be had', async (t) => {
    const pr = pullRequest(t);
    const repo = checkout(pr.clone, pr.url, pr.merge, 1);
    sh(repo, 'remote', 'set-url', 'origin', '/nowhere');
    const text = await complaint(repo, ofMerge);
    assert.match(text, /'\/nowhere' does not appear to be a git repository/);
    assert.match(text, /Look at the address of `origin`/);
  });
});

describe('base of a pull request checked out as its own head', () => {
  const request = { kind: 'merge-base', branch: 'main' } as const;

  it('The base of a pull request checked out as its own head is where it forked, after deepening', async (t) => {
    const pr = pullRequest(t, { extraCommits: 3 });
    const repo = checkout(pr.clone, pr.url, pr.feature, 1);
    const base = await resolveBase(await borrow(repo), request);
    assert.deepEqual(base, { commit: pr.forked, description: 'merge base of main and HEAD' });
  });

  it('The base of a pull request checked out as its own head is found behind more history than one step brings', async (t) => {
    const pr = pullRequest(t);
    sh(pr.author, 'switch', '--quiet', 'feature');
    const tree = sh(pr.author, 'rev-parse', 'HEAD^{tree}');
    let tip = pr.feature;
    for (let n = 0; n < 60; n++) tip = sh(pr.author, 'commit-tree', '-p', tip, '-m', 'x', tree);
    sh(pr.author, 'push', '--quiet', pr.bare, `${tip}:refs/heads/feature`);
    const repo = checkout(pr.clone, pr.url, tip, 1);
    assert.equal((await resolveBase(await borrow(repo), request)).commit, pr.forked);
  });

  it('The base of a pull request checked out as its own head deepens below commits that origin does not know', async (t) => {
    const pr = pullRequest(t);
    const repo = checkout(pr.clone, pr.url, pr.feature, 1);
    commit(repo, { 'mine.js': 'not pushed\n' });
    assert.equal((await resolveBase(await borrow(repo), request)).commit, pr.forked);
  });

  it('The base of a pull request checked out as its own head is no older than the event says, whatever a kept workspace remembers', async (t) => {
    const pr = pullRequest(t);
    sh(pr.author, 'switch', '--quiet', 'feature');
    sh(pr.author, 'merge', '--quiet', '--no-ff', '-m', 'catch up', 'main');
    sh(pr.author, 'push', '--quiet', pr.bare, 'feature');
    const repo = checkout(pr.clone, pr.url, sh(pr.author, 'rev-parse', 'feature'), 9);
    sh(repo, 'update-ref', 'refs/remotes/origin/main', pr.first);
    const of = (sha: string): BaseRequest => ({
      ...{ ...ofMerge, sha: '' },
      home: { repository: 'octo/app', address: 'https://github.com/octo/app', sha },
    });
    const described = 'merge base of main and HEAD';
    const named = await resolveBase(await borrow(repo), of(pr.main));
    assert.deepEqual(named, { commit: pr.main, description: described });
    // A commit that is gone says nothing, and one that is older than what is remembered neither.
    const gone = await resolveBase(await borrow(repo), of('e'.repeat(40)));
    assert.deepEqual(gone, { commit: pr.first, description: described });
  });

  it('The base of a pull request checked out as its own head is where it left a base that was merged and deleted since', async (t) => {
    const pr = pullRequest(t);
    const repo = checkout(pr.clone, pr.url, pr.feature, 1);
    const home = { repository: 'octo/app', address: 'https://github.com/octo/app', sha: pr.main };
    const stacked: BaseRequest = { ...ofMerge, branch: 'stacked', sha: '', home };
    const description = 'merge base of stacked (gone at origin by now) and HEAD';
    const base = await resolveBase(await borrow(repo), stacked);
    assert.deepEqual(base, { commit: pr.forked, description });
    const gone = { ...stacked, home: { ...home, sha: 'e'.repeat(40) } };
    assert.equal((await resolveBase(await borrow(repo), gone)).commit, null);
  });

  it('The base of a pull request checked out as its own head is null, with the reason, for an unrelated history or branch', async (t) => {
    const pr = pullRequest(t);
    const repo = checkout(pr.clone, pr.url, pr.feature, 1);
    sh(repo, 'checkout', '--quiet', '--orphan', 'alone');
    commit(repo, { 'a.js': '\n' });
    assert.deepEqual(await resolveBase(await borrow(repo), request), {
      commit: null,
      reason: 'main and HEAD have no common ancestor',
    });
    assert.deepEqual(
      await resolveBase(await borrow(repo), { kind: 'merge-base', branch: 'gone' }),
      {
        commit: null,
        reason: 'there is no branch gone to compare with',
      },
    );
  });
});

describe('--base REF', () => {
  const ref = (name: string): BaseRequest => ({ kind: 'ref', ref: name });

  it('--base REF with a branch: where HEAD left it, not its tip', async (t) => {
    const pr = pullRequest(t);
    sh(pr.author, 'switch', '--quiet', 'feature');
    const base = await resolveBase(await borrow(pr.author), ref('main'));
    assert.deepEqual(base, { commit: pr.forked, description: 'merge base of main and HEAD' });
  });

  it('--base REF with a local branch that is older than the one at origin: where HEAD left that one', async (t) => {
    const pr = pullRequest(t);
    sh(pr.dir, 'clone', '--quiet', pr.url, pr.clone);
    sh(pr.clone, 'switch', '--quiet', '--create', 'mine');
    commit(pr.clone, { 'mine.js': '1\n' });
    sh(pr.clone, 'branch', '--quiet', '--force', 'main', pr.first);
    assert.deepEqual(await resolveBase(await borrow(pr.clone), ref('main')), {
      commit: pr.main,
      description: 'merge base of origin/main and HEAD (the local main lacks 2 commits of it)',
    });
    // Of another remote, where the branch follows that one.
    sh(pr.clone, 'remote', 'rename', 'origin', 'upstream');
    sh(pr.clone, 'remote', 'add', 'origin', '/nowhere');
    const followed = await resolveBase(await borrow(pr.clone), ref('main'));
    assert.equal(followed.commit, pr.main);
    // Work on the local branch that nobody has pushed is no part of the change either.
    sh(pr.clone, 'branch', '--quiet', '--force', 'main', 'mine');
    commit(pr.clone, { 'mine.js': '2\n' });
    assert.deepEqual(await resolveBase(await borrow(pr.clone), ref('main')), {
      commit: sh(pr.clone, 'rev-parse', 'main'),
      description: 'merge base of main and HEAD',
    });
  });

  it('--base REF with a remote-tracking branch, by its short and full name', async (t) => {
    const pr = pullRequest(t);
    sh(pr.dir, 'clone', '--quiet', '--branch=feature', pr.url, pr.clone);
    for (const name of ['origin/main', 'refs/remotes/origin/main', 'origin', 'main']) {
      const base = await resolveBase(await borrow(pr.clone), ref(name));
      assert.equal(base.commit, pr.forked, name);
    }
  });

  it('--base REF with a branch or tag that only origin has, in a shallow clone', async (t) => {
    const pr = pullRequest(t);
    const repo = checkout(pr.clone, pr.url, pr.feature, 1);
    const before = sh(repo, 'for-each-ref');
    assert.deepEqual(await resolveBase(await borrow(repo), ref('v1.0')), {
      commit: pr.first,
      description: '--base v1.0',
    });
    assert.deepEqual(await resolveBase(await borrow(repo), ref('main')), {
      commit: pr.forked,
      description: 'merge base of main and HEAD',
    });
    assert.equal(sh(repo, 'for-each-ref'), before, 'no ref was made');
  });

  it('--base REF with a tag, an id, a short id, an expression: exactly that commit', async (t) => {
    const pr = pullRequest(t);
    sh(pr.author, 'switch', '--quiet', 'feature');
    const repo = pr.author;
    const cases = { 'v1.0': pr.first, [pr.main]: pr.main, [pr.main.slice(0, 8)]: pr.main };
    for (const [name, expected] of Object.entries({
      ...cases,
      HEAD: pr.feature,
      'HEAD~1': pr.forked,
    })) {
      const base = await resolveBase(await borrow(repo), ref(name));
      assert.deepEqual(base, { commit: expected, description: `--base ${name}` });
    }
    const names = { base: 'input `base`', baseDir: '', headDir: '', outside: '' };
    const hosted = await resolveBase(await borrow(repo, { names }), ref('v1.0'));
    assert.deepEqual(hosted, { commit: pr.first, description: 'input base v1.0' });
  });

  it('--base REF with an id or an ancestor that a shallow clone lacks is fetched', async (t) => {
    const pr = pullRequest(t);
    const repo = checkout(pr.clone, pr.url, pr.feature, 1);
    assert.equal((await resolveBase(await borrow(repo), ref(pr.main))).commit, pr.main);
    assert.equal((await resolveBase(await borrow(repo), ref('HEAD~2'))).commit, pr.first);
  });

  it('--base REF does not cut the history of a complete clone', async (t) => {
    const pr = pullRequest(t);
    sh(pr.dir, 'clone', '--quiet', '--branch=feature', '--single-branch', pr.url, pr.clone);
    const clone = await borrow(pr.clone);
    assert.equal((await resolveBase(clone, ref('main'))).commit, pr.forked);
    assert.equal((await resolveBase(clone, ref(pr.merge))).commit, pr.merge);
    assert.equal(sh(clone.repo, 'rev-parse', '--is-shallow-repository'), 'false');
    assert.equal(sh(clone.repo, 'rev-list', '--count', pr.merge), '5');
  });

  it('--base REF with a branch of another history is refused with a way out', async (t) => {
    const pr = pullRequest(t);
    sh(pr.author, 'checkout', '--quiet', '--orphan', 'alone');
    commit(pr.author, { 'a.js': '\n' });
    assert.match(
      await complaint(pr.author, ref('main')),
      /no common ancestor.*\n.*commit or a tag/,
    );
  });
});

describe('base named by an event', () => {
  it('The base named by an event is that commit, fetched when missing', async (t) => {
    const pr = pullRequest(t);
    const repo = checkout(pr.clone, pr.url, pr.main, 1);
    const request = {
      kind: 'commit',
      sha: pr.first,
      description: 'commit before the push',
    } as const;
    assert.deepEqual(await resolveBase(await borrow(repo), request), {
      commit: pr.first,
      description: 'commit before the push',
    });
  });

  it('The base named by an event is the first parent when origin has that commit no more, and both are told', async (t) => {
    const pr = pullRequest(t);
    const repo = checkout(pr.clone, pr.url, pr.main, 1);
    const warnings: string[] = [];
    const clone = await borrow(repo, { warn: (message) => warnings.push(message) });
    const sha = 'e'.repeat(40);
    const description = 'the branch before this push';
    assert.deepEqual(await resolveBase(clone, { kind: 'commit', sha, description }), {
      commit: pr.forked,
      description:
        'first parent of HEAD, as the branch before this push (eeeeeeeeee) is gone at origin',
    });
    assert.match(warnings.join(), /is gone at origin; HEAD's first parent is taken for base/);
  });
});

describe('base without an event', () => {
  const auto = { kind: 'auto' } as const;

  it('The base without an event is where the branch left the default branch', async (t) => {
    const pr = pullRequest(t);
    sh(pr.dir, 'clone', '--quiet', '--branch=feature', pr.url, pr.clone);
    assert.deepEqual(await resolveBase(await borrow(pr.clone), auto), {
      commit: pr.forked,
      description: 'merge base of origin/main and HEAD',
    });
    sh(pr.author, 'switch', '--quiet', 'feature');
    assert.deepEqual(await resolveBase(await borrow(pr.author), auto), {
      commit: pr.forked,
      description: 'merge base of main and HEAD',
    });
  });

  it('The base without an event asks origin for its default branch when the clone does not know', async (t) => {
    const pr = pullRequest(t);
    const repo = checkout(pr.clone, pr.url, pr.feature, 1);
    assert.deepEqual(await resolveBase(await borrow(repo), auto), {
      commit: pr.forked,
      description: 'merge base of origin/main and HEAD',
    });
  });

  it('The base without an event is not where HEAD left a `main` that is another branch than the default', async (t) => {
    const pr = pullRequest(t);
    sh(pr.author, 'push', '--quiet', pr.bare, 'main:develop', `+${pr.first}:main`);
    sh(pr.bare, 'symbolic-ref', 'HEAD', 'refs/heads/develop');
    const repo = initRepo(pr.clone);
    sh(repo, 'remote', 'add', 'origin', pr.url);
    // As a checkout with all history leaves it: every branch of origin, and none of them named as the default.
    sh(repo, 'fetch', '--quiet', 'origin', '+refs/heads/*:refs/remotes/origin/*');
    sh(repo, 'checkout', '--quiet', '--detach', 'origin/feature');
    sh(repo, 'update-ref', '-d', 'refs/remotes/origin/HEAD');
    const left = { commit: pr.forked, description: 'merge base of origin/develop and HEAD' };
    assert.deepEqual(await resolveBase(await borrow(repo), auto), left);
    // An event that names it needs no origin.
    sh(repo, 'remote', 'set-url', 'origin', '/nowhere');
    assert.deepEqual(await resolveBase(await borrow(repo), { ...auto, branch: 'develop' }), left);
    // Where nobody can tell, the guess is called one.
    const warnings: string[] = [];
    const clone = await borrow(repo, { warn: (message) => warnings.push(message) });
    assert.deepEqual(await resolveBase(clone, auto), {
      commit: pr.first,
      description:
        'merge base of origin/main and HEAD (that origin/main is the default branch is a guess)',
    });
    assert.match(warnings.join(), /Origin could not be asked .*origin\/main is taken for it/s);
  });

  it('The base without an event on the default branch: HEAD under uncommitted changes, else its first parent', async (t) => {
    const pr = pullRequest(t);
    assert.deepEqual(await resolveBase(await borrow(pr.author), auto, { uncommitted: true }), {
      commit: pr.main,
      description: 'HEAD',
    });
    assert.deepEqual(await resolveBase(await borrow(pr.author), auto), {
      commit: pr.forked,
      description: 'first parent of HEAD',
    });
  });

  it('Without an event, unpushed commits on the default branch are compared with what is pushed', async (t) => {
    const pr = pullRequest(t);
    sh(pr.dir, 'clone', '--quiet', pr.url, pr.clone);
    commit(pr.clone, { 'x.js': '1\n' });
    commit(pr.clone, { 'x.js': '2\n' });
    assert.equal((await resolveBase(await borrow(pr.clone), auto)).commit, pr.main);
  });

  it('The base without an event is null for the very first commit', async (t) => {
    const repo = initRepo(join(makeSandbox(t).dir, 'new'), 'trunk');
    commit(repo, { 'a.js': '\n' });
    assert.deepEqual(await resolveBase(await borrow(repo), auto), {
      commit: null,
      reason: 'HEAD is the first commit',
    });
  });

  it("The base without an event leaves the user's refs, index and files alone", async (t) => {
    const pr = pullRequest(t);
    sh(pr.dir, 'clone', '--quiet', '--depth=1', '--branch=feature', pr.url, pr.clone);
    writeFiles(pr.clone, { 'dirty.txt': 'dirty\n' });
    const before = fingerprint(pr.clone);
    await resolveBase(await borrow(pr.clone), { kind: 'merge-base', branch: 'main' });
    assert.deepEqual(fingerprint(pr.clone), before);
  });
});
