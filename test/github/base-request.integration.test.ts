/** From an event to the commit that its change is compared with, on real checkouts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveBase } from '../../src/checkout/base.ts';
import { baseRequestOf } from '../../src/github/base-request.ts';
import { asPullRequest, readEvent } from '../../src/github/event.ts';
import { borrow } from '../support/git.ts';
import { type Hosted, host } from './hosted.ts';

function pullOf({ server, commits }: Hosted, answer: object = {}) {
  const repo = { full_name: 'octo/app', default_branch: 'main' };
  const env = {
    GITHUB_EVENT_NAME: 'issue_comment',
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_SERVER_URL: server,
    GITHUB_SHA: commits.main,
    GITHUB_REF: 'refs/heads/main',
  };
  const comment = { issue: { number: 9 }, comment: { author_association: 'OWNER' } };
  return asPullRequest(readEvent(env, comment), {
    number: 9,
    base: { ref: 'main', sha: commits.main, repo },
    head: { ref: 'fork', sha: commits.fork, repo: { full_name: 'mallory/app' } },
    ...answer,
  });
}

describe('the base of a pull request', () => {
  it('The base of a pull request is of the repository that it goes to, also when the checkout is of the fork', async (t) => {
    const hosted = await host(t);
    const { fork, main } = hosted.commits;
    const request = baseRequestOf(pullOf(hosted));
    const repo = hosted.checkout(fork, { repository: 'mallory/app' });
    const log: string[] = [];
    const clone = await borrow(repo, { server: hosted.server, log: (line) => log.push(line) });
    assert.deepEqual(await resolveBase(clone, request), {
      commit: main,
      description: "merge base of octo/app's main and HEAD",
    });
    // The fork's own main, where it is not told that there is another one, is a commit behind.
    const left = await resolveBase(clone, { kind: 'merge-base', branch: 'main' });
    assert.equal(left.commit, hosted.commits.first);
  });

  it('The base of a pull request is the one that the event names where its repository cannot be asked', async (t) => {
    const hosted = await host(t);
    const { fork, first } = hosted.commits;
    const repo = hosted.checkout(fork, { repository: 'mallory/app', depth: 3 });
    hosted.vanish();
    const base = { ref: 'main', sha: first, repo: { full_name: 'octo/app' } };
    const request = baseRequestOf(pullOf(hosted, { base }));
    const clone = await borrow(repo, { server: hosted.server, retryDelaysMs: [] });
    const found = await resolveBase(clone, request);
    assert.equal(found.commit, first);
  });

  it('The base of a pull request is the first parent of the merge that the API names, and of no other merge', async (t) => {
    const hosted = await host(t);
    const { ownMerge, main } = hosted.commits;
    const repo = hosted.checkout(ownMerge, { depth: 2 });
    const clone = await borrow(repo, { server: hosted.server });
    const asMerge = baseRequestOf(pullOf(hosted, { merge_commit_sha: ownMerge }));
    const parent = { commit: main, description: 'first parent of the merge commit' };
    assert.deepEqual(await resolveBase(clone, asMerge), parent);
    const asBranch = baseRequestOf(pullOf(hosted, { merge_commit_sha: null }));
    const left = { commit: main, description: 'merge base of main and HEAD' };
    assert.deepEqual(await resolveBase(clone, asBranch), left);
  });
});

describe('the base of an event that names no commit', () => {
  it('The base of an event that names no commit is where HEAD left the default branch that the event names', () => {
    for (const name of ['workflow_dispatch', 'schedule', 'push']) {
      const env = {
        GITHUB_EVENT_NAME: name,
        GITHUB_REPOSITORY: 'octo/app',
        GITHUB_SHA: 'a'.repeat(40),
        GITHUB_REF: 'refs/heads/topic',
      };
      const payload = { before: '0'.repeat(40), repository: { default_branch: 'develop' } };
      const request = baseRequestOf(readEvent(env, payload));
      assert.deepEqual(request, { kind: 'auto', branch: 'develop' }, name);
    }
  });
});
