/** A comment belongs to the newest run, to one step of one job, and to the commit that the branch is at. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CommentRequest, upsertComment } from '../../src/github/comment.ts';
import { withoutComment } from '../../src/github/comment-text.ts';
import { readEvent } from '../../src/github/event.ts';
import { readPayload } from '../../src/github/event-file.ts';
import { defaultKey, markerOf, type Stamp, stampLine, stampOf } from '../../src/github/marker.ts';
import { githubClient } from '../../src/github/octokit.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github.ts';

const MARKER = markerOf('ci / bench');
const HEAD = 'a'.repeat(40);

function stamp(runId: number, attempt = 1, more: Partial<Stamp> = {}): Stamp {
  return { runId, attempt, job: 'gate', writer: `w-${runId}-${attempt}`, ...more };
}

async function report(
  github: FakeGitHub,
  body: string,
  by: Stamp,
  more: Partial<CommentRequest> = {},
): Promise<string> {
  const octokit = await githubClient('a-token', github.url);
  const request = {
    octokit,
    owner: 'octo',
    repo: 'app',
    issue: 7,
    key: 'ci / bench',
    body,
    stamp: by,
  };
  return (await upsertComment({ ...request, ...more })).kind;
}

const texts = (github: FakeGitHub) => github.comments.map(({ body }) => body.split('\n').at(-1));

describe('a comment of this key', () => {
  test('A comment of this key is written over by a later run and a later attempt, and by no earlier one', async () => {
    await using github = await startFakeGitHub();
    assert.equal(await report(github, 'run 100', stamp(100)), 'created');
    assert.equal(await report(github, 'run 102', stamp(102)), 'updated');
    assert.equal(await report(github, 'run 101', stamp(101)), 'newer');
    assert.equal(await report(github, 'run 102, again', stamp(102, 2)), 'updated');
    assert.equal(await report(github, 'run 102, late', stamp(102, 1)), 'newer');
    assert.equal(await report(github, 'run 99, the same again', stamp(99, 9)), 'newer');
    assert.deepEqual(texts(github), ['run 102, again']);
    assert.equal(
      github.comments[0]?.body,
      `${MARKER}\n${stampLine(stamp(102, 2))}\nrun 102, again`,
    );
  });

  test('A comment of this key is shared with the job that confirms or continues, and with no other step, leg or job', async () => {
    await using github = await startFakeGitHub();
    const first = stamp(100, 1, { writer: 'one' });
    assert.equal(await report(github, 'first step', first), 'created');
    assert.equal(await report(github, 'first step, more', first), 'updated');
    assert.equal(await report(github, 'second step', stamp(100, 1, { writer: 'two' })), 'rival');
    const other = stamp(100, 1, { job: 'web', writer: 'three' });
    assert.equal(await report(github, 'another job', other), 'rival');
    assert.deepEqual(texts(github), ['first step, more']);
    const confirming = stamp(100, 1, { job: 'confirmed', writer: 'four' });
    assert.equal(
      await report(github, 'confirmed', confirming, { goesOn: { confirms: true } }),
      'updated',
    );
    assert.deepEqual(texts(github), ['confirmed']);
    assert.equal(await report(github, 'the first job again', stamp(100, 2)), 'updated');
  });

  test('A comment of this key is not taken over by another job that is run again', async () => {
    await using github = await startFakeGitHub();
    assert.equal(await report(github, 'api', stamp(100)), 'created');
    const web = stamp(100, 2, { job: 'web' });
    assert.equal(await report(github, 'web, again', web), 'rival');
    assert.deepEqual(texts(github), ['api']);
    assert.equal(await report(github, 'api, again', stamp(100, 2)), 'updated');
    // What confirms the one or the other has its comment.
    const confirming = stamp(100, 3, { job: 'confirmed' });
    assert.equal(
      await report(github, 'confirmed', confirming, { goesOn: { confirms: true } }),
      'updated',
    );
    assert.equal(await report(github, 'api, once more', stamp(100, 4)), 'updated');
    assert.deepEqual(texts(github), ['api, once more']);
  });

  test('A comment of this key is shared with the job that continues its very measurement, and not with one that continues its own', async () => {
    await using github = await startFakeGitHub();
    const measured = '2026-11-30T08:00:00.000Z';
    assert.equal(await report(github, 'api', stamp(100, 1, { measured })), 'created');
    const own = { continues: ['2026-11-30T08:00:01.000Z'] };
    const web = (attempt: number) => stamp(100, attempt, { job: 'web' });
    assert.equal(await report(github, 'web goes on', web(2), { goesOn: own }), 'rival');
    // Going on with its own measurement makes a comment nobody else's.
    const again = stamp(100, 2, { measured: '2026-11-30T09:00:00.000Z' });
    const goesOn = { continues: [measured] };
    assert.equal(await report(github, 'api goes on', again, { goesOn }), 'updated');
    assert.equal(await report(github, 'web, again', web(3)), 'rival');
    assert.deepEqual(texts(github), ['api goes on']);
    const more = { continues: [measured, '2026-11-30T09:00:00.000Z'] };
    const other = stamp(100, 3, { job: 'more' });
    assert.equal(await report(github, 'more of the same', other, { goesOn: more }), 'updated');
    // It is the first job's still.
    assert.equal(await report(github, 'web, once more', web(4)), 'rival');
    assert.equal(await report(github, 'api, once more', stamp(100, 4)), 'updated');
    assert.deepEqual(texts(github), ['api, once more']);
  });

  test('A comment of this key is shared with the job that confirms its very measurement, and not with one that confirms another', async () => {
    await using github = await startFakeGitHub();
    const measured = '2026-11-30T08:00:00.000Z';
    assert.equal(await report(github, 'api', stamp(100, 1, { measured })), 'created');
    const confirming = (first: string) => ({ goesOn: { confirms: true, continues: [first] } });
    const ofWeb = stamp(100, 1, { job: 'web confirmed' });
    const others = confirming('2026-11-30T08:00:01.000Z');
    assert.equal(await report(github, 'web confirmed', ofWeb, others), 'rival');
    const ofApi = stamp(100, 1, { job: 'confirmed' });
    assert.equal(await report(github, 'confirmed', ofApi, confirming(measured)), 'updated');
    assert.deepEqual(texts(github), ['confirmed']);
    assert.equal(await report(github, 'api, again', stamp(100, 2)), 'updated');
  });

  test('A comment of this key that a confirmation has left is taken back by the first job, and by no third one', async () => {
    await using github = await startFakeGitHub();
    assert.equal(await report(github, 'api', stamp(100)), 'created');
    const confirming = stamp(100, 1, { job: 'confirmed' });
    const confirms = { goesOn: { confirms: true } };
    assert.equal(await report(github, 'confirmed', confirming, confirms), 'updated');
    const third = stamp(100, 2, { job: 'web' });
    assert.equal(await report(github, 'web, again', third), 'rival');
    const again = stamp(100, 2, { job: 'confirmed' });
    assert.equal(await report(github, 'confirmed again', again, confirms), 'updated');
    assert.equal(await report(github, 'api, again', stamp(100, 3)), 'updated');
    assert.deepEqual(texts(github), ['api, again']);
    assert.equal(await report(github, 'web, once more', stamp(100, 4, { job: 'web' })), 'rival');
  });

  test('A comment of this key is not shared by two workflows that one push starts, in whatever order they end', async () => {
    const of = {
      workflow: 'octo/app/.github/workflows/api.yml',
      event: 'pull_request',
      head: HEAD,
    };
    const web = { ...of, workflow: 'octo/app/.github/workflows/web.yml' };
    for (const other of [99, 101]) {
      await using github = await startFakeGitHub();
      assert.equal(await report(github, 'api', stamp(100, 1, { of })), 'created');
      assert.equal(await report(github, 'web', stamp(other, 1, { of: web })), 'rival');
      assert.deepEqual(texts(github), ['api']);
      // On demand, for the same commit: whoever gives it the same key wants one comment.
      const asked = { ...web, event: 'issue_comment' };
      assert.equal(await report(github, 'asked', stamp(102, 1, { of: asked })), 'updated');
      const next = { ...web, head: 'b'.repeat(40) };
      assert.equal(await report(github, 'next push', stamp(103, 1, { of: next })), 'updated');
    }
  });

  test('A comment of this key of a version without a stamp, or with a forged one, is written over', async () => {
    for (const second of ['unchanged', '<!-- throughput-gate run=9.x job= by= -->', '']) {
      await using github = await startFakeGitHub();
      github.addComment(7, `${MARKER}\n${second}\nold`);
      assert.equal(await report(github, 'new', stamp(1)), 'updated');
    }
  });

  test('A comment of this key is left to the run of the commit that the branch is at by now', async () => {
    const pulls = { 7: { head: { sha: 'b'.repeat(40) } } };
    await using github = await startFakeGitHub({ pulls });
    assert.equal(await report(github, 'old commit', stamp(1), { headSha: HEAD }), 'moved');
    assert.deepEqual(github.comments, []);
    pulls[7].head.sha = HEAD;
    assert.equal(await report(github, 'this commit', stamp(1), { headSha: HEAD }), 'created');
  });

  test('A comment of this key is written where the token may not ask for the pull request', async () => {
    await using github = await startFakeGitHub({
      faults: [{ path: /\/pulls\//, status: 403, message: 'Resource not accessible' }],
    });
    assert.equal(await report(github, 'text', stamp(1), { headSha: HEAD }), 'created');
  });

  test('A comment of this key that two legs of a matrix make at the same moment stays the first one’s', async () => {
    const one = stamp(100, 1, { writer: 'one' });
    await using github = await startFakeGitHub({
      faults: [
        {
          method: 'POST',
          path: /comments$/,
          times: 1,
          before: (state) => state.addComment(7, `${MARKER}\n${stampLine(one)}\nfirst leg`),
        },
      ],
    });
    assert.equal(await report(github, 'second leg', stamp(100, 1, { writer: 'two' })), 'rival');
    assert.deepEqual(texts(github), ['first leg']);
  });
});

test('A stamp is read back whatever the names are, and only from the second line', () => {
  for (const job of ['gate', 'a -- b', '--> <!-- x', 'größer', '', 'a,b of=c']) {
    const written = stamp(4711, 2, { job });
    assert.deepEqual(stampOf(`${MARKER}\r\n${stampLine(written)}\r\ntext`), written);
    const whole = { ...written, of: { workflow: `${job}.yml`, event: 'push', head: HEAD } };
    assert.deepEqual(stampOf(`${MARKER}\r\n${stampLine(whole)}\r\ntext`), whole);
    for (const goesOn of [job, '', '=, goes-on']) {
      const later = { ...whole, measured: '2026-11-30T08:00:00.000Z', goesOn };
      assert.deepEqual(stampOf(`${MARKER}\r\n${stampLine(later)}\r\ntext`), later);
    }
    assert.equal(stampOf(`${MARKER}\ntext\n${stampLine(written)}`), null);
    assert.equal(stampLine(written).match(/-->/g)?.length, 1);
  }
});

test('Two steps of one job have keys of their own', () => {
  const facts = { workflow: 'CI', job: 'gate' };
  assert.equal(defaultKey(facts, '__octo_gate'), 'CI / gate / __octo_gate');
  assert.notEqual(defaultKey(facts, '__octo_gate'), defaultKey(facts, '__octo_gate_2'));
  assert.equal(defaultKey({ workflow: '', job: '' }), 'default');
});

test('Each way to be refused has its own sentence, and the report’s place', async () => {
  const env = {
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: new URL('events/pull_request.json', import.meta.url).pathname,
  };
  const context = readEvent(env, readPayload(env));
  const said = new Set<string>();
  for (const [status, message, words] of [
    [401, 'Bad credentials', /does not know the token/],
    [403, 'Resource not accessible by integration', /pull-requests: write/],
    [403, 'Resource protected by organization SAML enforcement.', /rule of the organization/],
    [403, 'The `octo` organization has an IP allow list enabled', /rule of the organization/],
    [403, 'Unable to create comment because issue is locked.', /conversation is locked/],
    [403, 'Repository was archived so is read-only.', /repository is archived/],
    [404, 'Not Found', /pull-requests: write/],
    [410, 'This issue was deleted', /conversation was deleted/],
    [422, 'Validation Failed', /did not take the text/],
  ] as const) {
    await using github = await startFakeGitHub({
      faults: [{ method: 'POST', path: /repos/, status, message }],
    });
    const octokit = await githubClient('a-token', github.url);
    const request = { octokit, owner: 'octo', repo: 'app', issue: 7, key: 'k', body: 'text' };
    const sentence = withoutComment(await upsertComment(request), context, 'k') ?? '';
    assert.match(sentence, words);
    assert.match(sentence, new RegExp(`^No comment \\(GitHub answered ${status}: `));
    assert.match(sentence, /The report is in the job summary\.$/);
    said.add(sentence);
  }
  assert.equal(said.size, 9);
});
