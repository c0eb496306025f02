import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommentRequest, upsertComment } from '../../src/github/comment.ts';
import { markerOf } from '../../src/github/marker.ts';
import { githubClient } from '../../src/github/octokit.ts';
import {
  ACTIONS_BOT,
  COMMENT_MAXIMUM,
  FAULTS,
  type FakeGitHub,
  startFakeGitHub,
} from '../support/fake-github.ts';

const MARKER = markerOf('ci / bench');

/** The usual request, with pauses that are noted instead of slept. */
async function asker(github: FakeGitHub, timeoutMs = 5000) {
  const pauses: number[] = [];
  const octokit = await githubClient('a-token', github.url, { timeoutMs });
  const ask = (more: Partial<CommentRequest> = {}) =>
    upsertComment({
      octokit,
      owner: 'octo',
      repo: 'app',
      issue: 7,
      key: 'ci / bench',
      body: 'first report',
      clock: {
        sleep: async (ms) => void pauses.push(ms),
        random: () => 0.5,
        now: () => 1_000_000,
      },
      ...more,
    });
  return { ask, pauses };
}

function writes(github: FakeGitHub): string[] {
  return github.requests
    .filter(({ method, path }) => method !== 'GET' && path !== '/graphql')
    .map(({ method, path }) => `${method} ${path}`);
}

test('The publisher of comments creates a comment with its marker first, and says where it is', async () => {
  await using github = await startFakeGitHub();
  const { ask } = await asker(github);
  const outcome = await ask();
  assert.deepEqual(outcome, {
    kind: 'created',
    url: `${github.url}/pull/7#issuecomment-${github.comments[0]?.id}`,
  });
  assert.equal(github.comments.length, 1);
  assert.equal(github.comments[0]?.body, `${MARKER}\nfirst report`);
  assert.match(String(github.requests[0]?.headers['user-agent']), /^throughput-gate\/\d/);
  assert.equal(github.requests[0]?.headers.authorization, 'token a-token');
});

test('The publisher of comments updates in place, and writes nothing when the text is the same', async () => {
  await using github = await startFakeGitHub();
  const { ask } = await asker(github);
  await ask();
  assert.equal((await ask({ body: 'second report' })).kind, 'updated');
  assert.equal((await ask({ body: 'second report' })).kind, 'unchanged');
  assert.equal(github.comments.length, 1);
  assert.equal(github.comments[0]?.body, `${MARKER}\nsecond report`);
  assert.equal(writes(github).length, 2);
});

test('Line ends that GitHub changed are no difference', async () => {
  await using github = await startFakeGitHub();
  github.addComment(7, `${MARKER}\r\nfirst report\r\n`);
  const { ask } = await asker(github);
  assert.equal((await ask()).kind, 'unchanged');
});

test('The publisher of comments finds its comment behind two hundred others', async () => {
  const others = Array.from({ length: 230 }, (_, index) => ({ issue: 7, body: `talk ${index}` }));
  await using github = await startFakeGitHub({ comments: others });
  const own = github.addComment(7, `${MARKER}\nold`);
  const { ask } = await asker(github);
  assert.equal((await ask()).kind, 'updated');
  assert.equal(own.body, `${MARKER}\nfirst report`);
  const pages = github.requests.filter(({ method }) => method === 'GET');
  assert.deepEqual(
    pages.map(({ query }) => [query.per_page, query.page ?? '1']),
    [
      ['100', '1'],
      ['100', '2'],
      ['100', '3'],
    ],
  );
});

test('The publisher of comments never touches what somebody else wrote with the same marker', async () => {
  const stranger = { login: 'mallory', type: 'User' } as const;
  await using github = await startFakeGitHub({
    comments: [{ issue: 7, body: `${MARKER}\nall is well`, user: stranger }],
  });
  const { ask } = await asker(github);
  assert.equal((await ask()).kind, 'created');
  assert.equal((await ask({ body: 'second report' })).kind, 'updated');
  assert.deepEqual(
    github.comments.map(({ user, body }) => [user.login, body]),
    [
      ['mallory', `${MARKER}\nall is well`],
      ['github-actions[bot]', `${MARKER}\nsecond report`],
    ],
  );
});

test('A quoted marker further down is not a marker', async () => {
  await using github = await startFakeGitHub({
    comments: [{ issue: 7, body: `see this:\n${MARKER}` }],
  });
  const { ask } = await asker(github);
  assert.equal((await ask()).kind, 'created');
  assert.equal(github.comments.length, 2);
});

test('Keys keep comments apart, also when one begins with the other', async () => {
  await using github = await startFakeGitHub();
  const { ask } = await asker(github);
  for (const key of ['ci', 'ci / bench', 'ci --> x', '']) {
    assert.equal((await ask({ key, body: key || 'empty' })).kind, 'created');
  }
  for (const key of ['ci', 'ci / bench', 'ci --> x', '']) {
    assert.equal((await ask({ key, body: key || 'empty' })).kind, 'unchanged');
  }
  assert.equal(github.comments.length, 4);
});

for (const login of [
  { login: 'acme-bench[bot]', type: 'Bot' } as const,
  { login: 'Ada', type: 'User' } as const,
]) {
  test(`The publisher of comments recognises its own comment as ${login.login}`, async () => {
    await using github = await startFakeGitHub({ login });
    const { ask } = await asker(github);
    await ask();
    assert.equal((await ask({ body: 'second report' })).kind, 'updated');
    assert.equal(github.comments.length, 1);
  });
}

test('Without GraphQL it takes itself for the workflow’s own token', async () => {
  await using github = await startFakeGitHub({
    comments: [{ issue: 7, body: `${MARKER}\nold`, user: ACTIONS_BOT }],
    faults: [{ path: /^\/graphql$/, status: 403, message: 'Resource not accessible' }],
  });
  const { ask } = await asker(github);
  assert.equal((await ask()).kind, 'updated');
});

test('GraphQL’s own limit, and an answer that says nothing, are no other name: asked again, and no second comment', async () => {
  const limited = { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit' }] };
  for (const body of [limited, {}]) {
    await using github = await startFakeGitHub({
      login: { login: 'acme-bench[bot]', type: 'Bot' },
      comments: [{ issue: 7, body: `${MARKER}\nold` }],
      faults: [{ path: /^\/graphql$/, times: 1, status: 200, body }],
    });
    const { ask, pauses } = await asker(github);
    assert.equal((await ask({ create: false })).kind, 'updated');
    assert.deepEqual([github.comments.length, pauses.length], [1, 1]);
  }
});

test('A comment that somebody deletes meanwhile is made anew, or is none where none is to be made', async () => {
  for (const [create, kind, left] of [
    [true, 'created', 1],
    [false, 'skipped', 0],
  ] as const) {
    await using github = await startFakeGitHub({
      comments: [{ issue: 7, body: `${MARKER}\nold` }],
    });
    github.inject({ method: 'PATCH', times: 1, before: (fake) => void fake.comments.splice(0) });
    const { ask } = await asker(github);
    assert.equal((await ask({ create })).kind, kind);
    assert.equal(github.comments.length, left);
  }
});

test('A comment that is there and that the token may not write: denied', async () => {
  await using github = await startFakeGitHub({
    comments: [{ issue: 7, body: `${MARKER}\nold` }],
    faults: [{ method: 'PATCH', status: 404, message: 'Not Found' }],
  });
  const { ask } = await asker(github);
  assert.equal((await ask()).kind, 'denied');
  assert.equal(writes(github).length, 1);
});

test('A token that only reads: denied, with the permission to add, and no second try', async () => {
  await using github = await startFakeGitHub({ faults: [FAULTS.readOnlyToken] });
  const { ask, pauses } = await asker(github);
  const outcome = await ask();
  assert(outcome.kind === 'denied');
  assert.match(outcome.reason, /403: Resource not accessible by integration/);
  assert.equal(outcome.permission, 'pull-requests: write');
  assert.equal(writes(github).length, 1);
  assert.deepEqual(pauses, []);
});

test('A repository that the token cannot see: denied', async () => {
  await using github = await startFakeGitHub({ faults: [{ status: 404, message: 'Not Found' }] });
  const { ask } = await asker(github);
  assert.equal((await ask()).kind, 'denied');
});

test('Server errors pass: tried again with growing pauses', async () => {
  await using github = await startFakeGitHub({
    faults: [{ method: 'GET', times: 3, status: 502, message: 'Bad Gateway' }],
  });
  const { ask, pauses } = await asker(github);
  assert.equal((await ask()).kind, 'created');
  assert.deepEqual(pauses, [1000, 2000, 4000]);
});

test('Server errors that stay: failed after four tries', async () => {
  await using github = await startFakeGitHub({ faults: [{ status: 500, message: 'Oops' }] });
  const { ask, pauses } = await asker(github);
  const outcome = await ask();
  assert(outcome.kind === 'failed');
  assert.match(outcome.reason, /500: Oops/);
  assert.equal(pauses.length, 3);
  assert.equal(github.requests.length, 4);
});

test('A limit is waited out, never taken for a missing permission', async () => {
  await using github = await startFakeGitHub({ faults: [FAULTS.secondaryLimit] });
  const { ask, pauses } = await asker(github);
  assert.equal((await ask()).kind, 'created');
  assert.deepEqual(pauses, [3000]);
});

test('A limit that ends at a time of day', async () => {
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1010' };
  await using github = await startFakeGitHub({
    faults: [{ times: 1, status: 403, message: 'API rate limit exceeded', headers }],
  });
  const { ask, pauses } = await asker(github);
  assert.equal((await ask()).kind, 'created');
  assert.deepEqual(pauses, [11_000]);
});

test('A limit that would hold the job for an hour: failed at once', async () => {
  await using github = await startFakeGitHub({
    faults: [{ status: 429, message: 'Too many requests', headers: { 'retry-after': '3600' } }],
  });
  const { ask, pauses } = await asker(github);
  assert.equal((await ask()).kind, 'failed');
  assert.deepEqual(pauses, []);
});

for (const effect of ['lost', 'torn'] as const) {
  test(`The answer to a creation is ${effect}: no second comment`, async () => {
    await using github = await startFakeGitHub({ faults: [{ method: 'POST', times: 1, effect }] });
    const { ask, pauses } = await asker(github);
    const outcome = await ask();
    assert('url' in outcome);
    assert.equal(github.comments.length, 1);
    assert.equal(pauses.length, 1);
  });
}

test('Half a list is not an empty list', async () => {
  await using github = await startFakeGitHub({
    comments: [{ issue: 7, body: `${MARKER}\nold` }],
    faults: [{ method: 'GET', times: 1, effect: 'torn' }],
  });
  const { ask } = await asker(github);
  assert.equal((await ask()).kind, 'updated');
  assert.equal(github.comments.length, 1);
});

test('No answer at all: given up, an outcome and not an exception', async () => {
  await using github = await startFakeGitHub({ faults: [{ effect: 'hang' }] });
  const { ask } = await asker(github, 50);
  const outcome = await ask();
  assert(outcome.kind === 'failed');
  assert.match(outcome.reason, /could not be reached/);
});

test('Nobody listens: failed', async () => {
  const github = await startFakeGitHub();
  const { ask } = await asker(github);
  await github.close();
  assert.equal((await ask()).kind, 'failed');
});

test('Two jobs created one each: the oldest stays and has the newest text', async () => {
  await using github = await startFakeGitHub({
    faults: [
      {
        method: 'POST',
        path: /comments$/,
        times: 1,
        before: (fake) => fake.addComment(7, `${MARKER}\nthe other job’s`),
      },
    ],
  });
  const { ask } = await asker(github);
  const outcome = await ask();
  assert.equal(github.comments.length, 1);
  assert.equal(github.comments[0]?.body, `${MARKER}\nfirst report`);
  assert.deepEqual(outcome, {
    kind: 'created',
    url: `${github.url}/pull/7#issuecomment-${github.comments[0]?.id}`,
  });
});

test('Twins of an earlier race are removed, even when one cannot be', async () => {
  await using github = await startFakeGitHub({
    comments: [1, 2, 3].map((index) => ({ issue: 7, body: `${MARKER}\nold ${index}` })),
    faults: [{ method: 'DELETE', times: 1, status: 403, message: 'Forbidden' }],
  });
  const { ask } = await asker(github);
  assert.equal((await ask()).kind, 'updated');
  assert.deepEqual(
    github.comments.map(({ body }) => body),
    [`${MARKER}\nfirst report`, `${MARKER}\nold 2`],
  );
});

test('`create: false` makes none, but keeps an existing one up to date', async () => {
  await using github = await startFakeGitHub();
  const { ask } = await asker(github);
  assert.deepEqual(await ask({ create: false }), { kind: 'skipped' });
  assert.equal(github.comments.length, 0);
  await ask();
  assert.equal((await ask({ create: false, body: 'second report' })).kind, 'updated');
});

test('A report that is too long is cut, keeps its marker and is accepted', async () => {
  await using github = await startFakeGitHub();
  const { ask } = await asker(github);
  const body = '| a | b |\n'.repeat(20_000);
  const outcome = await ask({ body, rest: '[the run](https://example.test/run)' });
  assert.equal(outcome.kind, 'created');
  const text = github.comments[0]?.body ?? '';
  assert(text.startsWith(`${MARKER}\n`));
  assert(text.length <= 64_000);
  assert.match(text, /\[the run\]\(https:\/\/example\.test\/run\)/);
  assert.equal(
    (await ask({ body, rest: '[the run](https://example.test/run)' })).kind,
    'unchanged',
  );
});

test('The fake refuses what GitHub refuses', async () => {
  await using github = await startFakeGitHub();
  const octokit = await githubClient('a-token', github.url);
  const create = (length: number) =>
    octokit.rest.issues.createComment({
      owner: 'octo',
      repo: 'app',
      issue_number: 7,
      body: 'x'.repeat(length),
    });
  await assert.rejects(create(COMMENT_MAXIMUM + 1), { status: 422, message: /too long/ });
  assert.equal((await create(COMMENT_MAXIMUM)).status, 201);
});
