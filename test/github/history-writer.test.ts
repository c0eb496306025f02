import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvent } from '../../src/github/event.ts';
import { historyWriter, pullsOf } from '../../src/github/history-writer.ts';

const BASE = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);
const REPOSITORY = { full_name: 'octo/app', default_branch: 'main' };

function writer(eventName: string, payload: object, ref = 'refs/heads/main', job = '') {
  const env = {
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_RUN_ID: '99',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_SHA: HEAD,
    GITHUB_REF: ref,
    GITHUB_EVENT_NAME: eventName,
    GITHUB_WORKFLOW: 'Throughput: «main»',
  };
  const context = readEvent(env, { repository: REPOSITORY, ...payload });
  return historyWriter(context, { commentKey: job, namesBase: false });
}

const pulled = {
  pull_request: {
    number: 7,
    base: { ref: 'main', sha: BASE, repo: REPOSITORY },
    head: { ref: 'x', sha: HEAD, repo: REPOSITORY },
  },
};

test('A push to the default branch writes, and stands for all that it brought', () => {
  const commits = [
    { id: BASE, message: 'Add a cache (#12)\n\nFixes #3' },
    { id: HEAD, message: 'Merge pull request #15 from octo/pool\n\nA pool' },
  ];
  assert.deepEqual(writer('push', { before: BASE, after: HEAD, commits }), {
    kind: 'writes',
    origin: {
      before: BASE,
      pulls: [12, 15],
      run: {
        id: 99,
        attempt: 2,
        url: 'https://github.com/octo/app/actions/runs/99/attempts/2',
        workflow: 'Throughput- -main-',
        event: 'push',
      },
      namesBase: false,
    },
    commit: HEAD,
  });
});

test('A schedule and a manual run write on the default branch, and nowhere else', () => {
  for (const name of ['schedule', 'workflow_dispatch']) {
    const found = writer(name, {});
    assert.ok(found.kind === 'writes');
    assert.deepEqual([found.origin.before, found.origin.pulls], [null, []]);
  }
  // The payload of a schedule names no repository.
  assert.equal(writer('schedule', { repository: undefined }).kind, 'writes');
  const elsewhere = { kind: 'reads-only', why: 'other-branch' };
  assert.deepEqual(writer('workflow_dispatch', {}, 'refs/heads/topic'), elsewhere);
  assert.deepEqual(writer('workflow_dispatch', { repository: undefined }), elsewhere);
});

test('No pull request, merge group, tag, other branch or other event writes', () => {
  const cases: [Parameters<typeof writer>, string][] = [
    [['pull_request', pulled, 'refs/pull/7/merge'], 'pull-request'],
    // Here the ref is the default branch's.
    [['pull_request_target', pulled], 'pull-request'],
    [
      [
        'issue_comment',
        { issue: { number: 7, pull_request: {} }, comment: { author_association: 'OWNER' } },
      ],
      'pull-request',
    ],
    [
      ['issue_comment', { issue: { number: 7 }, comment: { author_association: 'NONE' } }],
      'other-event',
    ],
    [
      [
        'merge_group',
        { merge_group: { head_sha: HEAD, base_sha: BASE, base_ref: 'refs/heads/main' } },
      ],
      'merge-group',
    ],
    [['push', {}, 'refs/heads/topic'], 'other-branch'],
    [['push', {}, 'refs/tags/main'], 'other-branch'],
    [['workflow_run', { workflow_run: { head_sha: HEAD, head_branch: 'main' } }], 'other-event'],
    [['repository_dispatch', {}], 'other-event'],
    [['deployment', {}], 'other-event'],
    [['release', {}, 'refs/tags/v1'], 'other-event'],
  ];
  for (const [given, why] of cases) {
    assert.deepEqual(writer(...given), { kind: 'reads-only', why }, given[0]);
  }
});

test('Of several jobs that measure the same, each has its name in the line, whatever is written there', () => {
  const found = writer('push', {}, 'refs/heads/main', 'arm64\u001b[2J');
  assert.ok(found.kind === 'writes');
  assert.equal(found.origin.run?.job, 'arm64--2J');
});

test('Numbers of pull requests are those that GitHub itself writes into titles, each once', () => {
  const titles = [
    'Add (#1)',
    'See #2',
    'Revert "Add (#1)" (#3)',
    'Merge pull request #4 from a/b',
    'x (#1)',
    'y (#0)',
  ];
  assert.deepEqual(pullsOf(titles.map((message) => ({ id: HEAD, message }))), [1, 3, 4]);
});

test('A run on a server without pages has no address, and is kept all the same', () => {
  const env = {
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_RUN_ID: '99',
    GITHUB_SERVER_URL: 'file:///srv/git',
    GITHUB_SHA: HEAD,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_EVENT_NAME: 'schedule',
  };
  const found = historyWriter(readEvent(env, { repository: REPOSITORY }), {
    commentKey: '',
    namesBase: true,
  });
  assert.ok(found.kind === 'writes');
  assert.deepEqual(found.origin.run, { id: 99, attempt: 1, url: null, event: 'schedule' });
  assert.equal(found.origin.namesBase, true);
});
