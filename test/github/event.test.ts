import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Env, readEvent, runUrl } from '../../src/github/event.ts';
import { readPayload } from '../../src/github/event-file.ts';
import { refuseUnsafe, whyReadOnly } from '../../src/github/safety.ts';
import { UserError } from '../../src/system/messages/problem.ts';

const BASE = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);
const MERGE = 'c'.repeat(40);

const RUNNER: Env = {
  GITHUB_REPOSITORY: 'octo/app',
  GITHUB_RUN_ID: '123456789',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'https://api.github.com/',
  GITHUB_WORKFLOW: 'ci',
  GITHUB_JOB: 'bench',
  GITHUB_ACTOR: 'ada',
  GITHUB_SHA: MERGE,
  GITHUB_REF: 'refs/heads/main',
};

function payload(name: string): unknown {
  return readPayload({
    GITHUB_EVENT_PATH: new URL(`events/${name}.json`, import.meta.url).pathname,
  });
}

function event(eventName: string, file = eventName, env: Env = {}) {
  return readEvent({ ...RUNNER, GITHUB_EVENT_NAME: eventName, ...env }, payload(file));
}

const ON_MERGE = { GITHUB_REF: 'refs/pull/7/merge' };

test('What every run knows', () => {
  const context = event('schedule');
  assert.equal(context.kind, 'other');
  assert.deepEqual(context, {
    kind: 'other',
    isDefaultBranch: true,
    eventName: 'schedule',
    owner: 'octo',
    repo: 'app',
    runId: 123456789,
    runAttempt: 2,
    serverUrl: 'https://github.com',
    apiUrl: 'https://api.github.com',
    workflow: 'ci',
    job: 'bench',
    actor: 'ada',
    sha: MERGE,
    ref: 'refs/heads/main',
    defaultBranch: 'main',
  });
  assert.equal(runUrl(context), 'https://github.com/octo/app/actions/runs/123456789/attempts/2');
});

test('A schedule whose event does not name the default branch runs on it', () => {
  const env = { ...RUNNER, GITHUB_EVENT_NAME: 'schedule', GITHUB_REF: 'refs/heads/develop' };
  const context = readEvent(env, {});
  assert.deepEqual([context.defaultBranch, context.kind], ['develop', 'other']);
  assert.ok(context.kind === 'other' && context.isDefaultBranch);
});

test('A pull request of the same repository, on its merge commit', () => {
  const context = event('pull_request', 'pull_request', ON_MERGE);
  assert(context.kind === 'pull_request');
  const { number, baseRef, baseSha, headRef, headSha, headRepo, isFork, shaIsMerge } = context;
  assert.deepEqual(
    { number, baseRef, baseSha, headRef, headSha, headRepo, isFork, shaIsMerge },
    {
      number: 7,
      baseRef: 'main',
      baseSha: BASE,
      headRef: 'faster',
      headSha: HEAD,
      headRepo: 'octo/app',
      isFork: false,
      shaIsMerge: true,
    },
  );
});

test('GITHUB_SHA is no merge commit when it is the head, or the ref is another', () => {
  const shaIsMerge = (env: Env) => {
    const context = event('pull_request', 'pull_request', env);
    return context.kind === 'pull_request' && context.shaIsMerge;
  };
  assert.equal(shaIsMerge(ON_MERGE), true);
  assert.equal(shaIsMerge({ ...ON_MERGE, GITHUB_SHA: HEAD }), false);
  assert.equal(shaIsMerge({ GITHUB_REF: 'refs/heads/main' }), false);
  assert.equal(shaIsMerge({ GITHUB_REF: 'refs/pull/77/merge' }), false);
  assert.equal(shaIsMerge({ ...ON_MERGE, GITHUB_SHA: undefined }), false);
});

test('A review carries the same pull request', () => {
  assert.equal(event('pull_request_review', 'pull_request', ON_MERGE).kind, 'pull_request');
});

test('A comment on a pull request knows its number and who wrote it; one on an issue knows nothing', () => {
  const context = event('issue_comment');
  assert(context.kind === 'pull_request_comment');
  const { number, commenter, association } = context;
  assert.deepEqual([number, commenter, association], [7, 'grace', 'MEMBER']);
  const issue = { issue: { number: 3 }, comment: { author_association: 'NONE', user: null } };
  const env = { ...RUNNER, GITHUB_EVENT_NAME: 'issue_comment' };
  assert.equal(readEvent(env, issue).kind, 'other');
  assert.throws(() => readEvent(env, { issue: { number: 3 } }), /event issue_comment: comment: /);
});

test('A fork, also one that was deleted', () => {
  const fork = event('pull_request', 'pull_request.fork', ON_MERGE);
  assert(fork.kind === 'pull_request');
  assert.deepEqual([fork.isFork, fork.headRepo], [true, 'mallory/app']);
  const deleted = event('pull_request', 'pull_request.deleted-fork', ON_MERGE);
  assert(deleted.kind === 'pull_request');
  assert.deepEqual([deleted.isFork, deleted.headRepo], [true, null]);
});

test('Pushes: the default branch, a new branch, a tag', () => {
  const main = event('push', 'push', { GITHUB_SHA: HEAD });
  assert(main.kind === 'push');
  assert.deepEqual(
    [main.before, main.after, main.branch, main.isDefaultBranch],
    [BASE, HEAD, 'main', true],
  );
  const topic = event('push', 'push.new-branch', { GITHUB_REF: 'refs/heads/topic' });
  assert(topic.kind === 'push');
  assert.deepEqual([topic.before, topic.branch, topic.isDefaultBranch], [null, 'topic', false]);
  const tag = event('push', 'push', { GITHUB_REF: 'refs/tags/v1' });
  assert(tag.kind === 'push');
  assert.deepEqual([tag.branch, tag.isDefaultBranch], [null, false]);
});

test('A merge queue', () => {
  const context = event('merge_group');
  assert(context.kind === 'merge_group');
  assert.deepEqual([context.baseSha, context.headSha], [BASE, HEAD]);
});

test('A run by hand knows its commit and nothing more', () => {
  const context = event('workflow_dispatch');
  assert.deepEqual([context.kind, context.eventName], ['other', 'workflow_dispatch']);
});

test('The repository comes from the payload when the variable is missing', () => {
  const context = event('push', 'push', { GITHUB_REPOSITORY: undefined });
  assert.deepEqual([context.owner, context.repo], ['octo', 'app']);
});

test('Nothing but a repository is enough to go on', () => {
  const context = readEvent({ GITHUB_REPOSITORY: 'octo/app' }, {});
  assert.equal(context.kind, 'other');
  assert.equal(context.serverUrl, 'https://github.com');
  assert.equal(runUrl(context), null);
});

test('Missing pieces are named, all of them', () => {
  assert.throws(() => readEvent({}, {}), { name: 'UserError', message: /GITHUB_REPOSITORY/ });
  assert.throws(() => readEvent({ GITHUB_REPOSITORY: 'a/b/c' }, {}), /found "a\/b\/c"/);
  const broken = { pull_request: { number: 7, base: { ref: 'main', sha: 'abc' } } };
  assert.throws(
    () => readEvent({ ...RUNNER, GITHUB_EVENT_NAME: 'pull_request' }, broken),
    (error) => {
      assert(error instanceof UserError);
      assert.match(error.message, /event pull_request: pull_request\.base\.sha: .*full commit id/);
      assert.match(error.message, /pull_request\.base\.repo/);
      assert.match(error.message, /pull_request\.head/);
      return true;
    },
  );
  for (const eventName of ['pull_request', 'merge_group', 'workflow_run']) {
    for (const nothing of [{}, null, undefined, 'text', []]) {
      const read = () => readEvent({ ...RUNNER, GITHUB_EVENT_NAME: eventName }, nothing);
      assert.throws(read, UserError);
    }
  }
});

test('An event file that is missing or broken', () => {
  assert.deepEqual(readPayload({}), {});
  const read = (path: string) => readPayload({ GITHUB_EVENT_PATH: path });
  assert.throws(() => read('/nowhere/event.json'), { name: 'UserError', message: /ENOENT/ });
  assert.throws(() => read(import.meta.filename), { name: 'UserError', message: /as JSON/ });
});

test('The event files are what the tests say they are', () => {
  const text = readFileSync(new URL('events/pull_request.json', import.meta.url), 'utf8');
  assert.deepEqual(payload('pull_request'), JSON.parse(text));
});

test('A fork’s code is refused where it would get rights', () => {
  for (const file of ['pull_request.fork', 'pull_request.deleted-fork']) {
    assert.throws(() => refuseUnsafe(event('pull_request_target', file)), {
      name: 'UserError',
      message: /secrets.*\n.*on: pull_request/,
    });
    assert.doesNotThrow(() => refuseUnsafe(event('pull_request', file, ON_MERGE)));
  }
  assert.throws(() => refuseUnsafe(event('workflow_run', 'workflow_run.fork')), /mallory\/app/);
  assert.throws(
    () => refuseUnsafe(event('workflow_run', 'workflow_run.fork')),
    /docs\/forks\.md has a second workflow/,
  );
});

test('Nothing else is refused', () => {
  assert.doesNotThrow(() => refuseUnsafe(event('pull_request_target', 'pull_request')));
  const own = { GITHUB_REPOSITORY: 'mallory/app' };
  assert.doesNotThrow(() => refuseUnsafe(event('workflow_run', 'workflow_run.fork', own)));
  for (const name of ['push', 'merge_group', 'schedule', 'workflow_dispatch']) {
    assert.doesNotThrow(() => refuseUnsafe(event(name)));
  }
});

test('Why a token may only read', () => {
  assert.match(whyReadOnly(event('pull_request', 'pull_request.fork')) ?? '', /fork/);
  const dependabot = { GITHUB_ACTOR: 'dependabot[bot]' };
  assert.match(
    whyReadOnly(event('pull_request', 'pull_request', dependabot)) ?? '',
    /pull-requests: write/,
  );
  assert.equal(whyReadOnly(event('pull_request')), null);
  assert.equal(whyReadOnly(event('push', 'push', dependabot)), null);
});
