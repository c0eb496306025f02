import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandFiles } from '../../src/github/command-files.ts';
import { readEvent } from '../../src/github/event.ts';
import { readPayload } from '../../src/github/event-file.ts';
import { readInputs } from '../../src/github/inputs.ts';
import { markerOf, stampLine } from '../../src/github/marker.ts';
import {
  deservesComment,
  type Publishing,
  publishCancelled,
  publishFailure,
  publishHistory,
} from '../../src/github/publish.ts';
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import type { Results } from '../../src/system/results/results.ts';
import { metric, subject, verdictOf } from '../report/build.ts';
import { claim } from '../report/versus-examples.ts';
import { ACTIONS_BOT, type FakeGitHub, startFakeGitHub } from '../support/fake-github.ts';
import { holdOutput } from '../support/held-output.ts';

const MARKER = markerOf('ci / bench');

function publishing(github: FakeGitHub, outputInComment = false): Publishing {
  const env = {
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_RUN_ID: '1',
    GITHUB_API_URL: github.url,
    GITHUB_EVENT_PATH: new URL('events/pull_request.json', import.meta.url).pathname,
  };
  const inputs = readInputs({ INPUT_TOKEN: 'a-token', 'INPUT_COMMENT-KEY': 'ci / bench' });
  const step = { env, inputs, files: new CommandFiles({}) };
  return { step, context: readEvent(env, readPayload(env)), mode: 'always', outputInComment };
}

/** The pull request of that event. */
const issue = (publishing({ url: '' } as FakeGitHub).context as { number: number }).number;

test('An old verdict does not stand beside a push that could not be measured', async () => {
  await using github = await startFakeGitHub({
    comments: [{ issue, body: `${MARKER}\nunchanged`, user: ACTIONS_BOT }],
  });
  // A message may quote the value of an input, so it is told where secrets are masked.
  const problem = 'input `headers`: "authorization Bearer s3cr3t-123" is no header';
  await publishFailure(problem, publishing(github));
  assert.equal(github.comments.length, 1);
  const body = github.comments[0]?.body ?? '';
  assert.ok(body.startsWith(MARKER));
  assert.match(body, /could not measure the latest push/);
  assert.match(
    body,
    /\[the log\]\(https:\/\/github\.com\/octo\/app\/actions\/runs\/1\/attempts\/1\) says more/,
  );
  assert.doesNotMatch(body, /unchanged|s3cr3t/);
  await publishFailure(problem, publishing(github, true));
  assert.match(github.comments[0]?.body ?? '', /s3cr3t-123/);
});

const UNCONFIRMED = 'Slowdown, not confirmed yet: p99 is 9 % slower';

/** A comment of this very run, by another job or attempt. */
function ofThisRun({ job = 'throughput', attempt = 1 }): string {
  return `${MARKER}\n${stampLine({ runId: 1, attempt, job, writer: 'w' })}\n${UNCONFIRMED}\n`;
}

function confirming(github: FakeGitHub): Publishing {
  const { step, context, ...rest } = publishing(github);
  const inputs = { ...step.inputs, 'confirmation-of': 'first.json' };
  return { ...rest, context: { ...context, job: 'confirmed' }, step: { ...step, inputs } };
}

test('What the first job found stands when the second one, which was to confirm it, fails or is cancelled', async () => {
  await using github = await startFakeGitHub({
    comments: [{ issue, body: ofThisRun({}), user: ACTIONS_BOT }],
  });
  const body = () => github.comments[0]?.body ?? '';
  await publishFailure('the artifact is missing', confirming(github));
  assert.match(body(), /The second measurement could not be made\.\*\* What follows is the report/);
  assert.ok(body().includes(UNCONFIRMED), body());
  assert.doesNotMatch(body(), /latest push|no longer counts/);
  // A second try of that job that fails too says so once.
  const again = confirming(github);
  await publishCancelled({ ...again, context: { ...again.context, runAttempt: 2 } });
  assert.match(body(), /The second measurement was cancelled/);
  assert.ok(body().includes(UNCONFIRMED), body());
  assert.equal(body().match(/WARNING/g)?.length, 1, body());
});

test('What an earlier attempt of the same run found stands when this one fails', async () => {
  await using github = await startFakeGitHub({
    comments: [{ issue, body: ofThisRun({ job: '' }), user: ACTIONS_BOT }],
  });
  const ours = publishing(github, true);
  const context = { ...ours.context, runAttempt: 2 };
  await publishFailure('no room: <!-- throughput-gate kept -->', { ...ours, context });
  const body = github.comments[0]?.body ?? '';
  assert.match(body, /could not measure this push again\.\*\* What follows was found before/);
  assert.ok(body.trimEnd().endsWith(`<!-- throughput-gate kept -->\n${UNCONFIRMED}`), body);
});

test('A run that failed twice has no report to keep', async () => {
  await using github = await startFakeGitHub({
    comments: [{ issue, body: `${MARKER}\nunchanged`, user: ACTIONS_BOT }],
  });
  const ours = publishing(github);
  for (const runAttempt of [1, 2]) {
    await publishFailure('no', { ...ours, context: { ...ours.context, runAttempt } });
    assert.match(github.comments[0]?.body ?? '', /could not measure the latest push/);
  }
});

test('A push that could not be measured makes no comment of its own', async () => {
  await using github = await startFakeGitHub();
  await publishFailure('no', publishing(github));
  assert.deepEqual(github.comments, []);
});

test('A cancelled run says so in the comment of an earlier push, and waits for nobody', async () => {
  await using github = await startFakeGitHub({
    comments: [{ issue, body: `${MARKER}\nunchanged`, user: ACTIONS_BOT }],
  });
  await publishCancelled(publishing(github));
  assert.match(github.comments[0]?.body ?? '', /was cancelled before it could judge/);
  github.inject({ effect: 'hang' });
  const startedMs = performance.now();
  await publishCancelled(publishing(github));
  // GitHub ends a cancelled job after 10 s; unbounded, this would be four times 15 s.
  assert.ok(performance.now() - startedMs < 10_000);
});

test('A cancelled run leaves the comment to the run of the newer commit', async () => {
  await using github = await startFakeGitHub({
    comments: [{ issue, body: `${MARKER}\nregression`, user: ACTIONS_BOT }],
    pulls: { [issue]: { head: { sha: 'f'.repeat(40) } } },
  });
  await publishCancelled(publishing(github));
  await publishFailure('it broke', publishing(github));
  assert.match(github.comments[0]?.body ?? '', /regression$/);
});

test('What cannot be written once the history is known is told as well, and nothing is told twice', async (t) => {
  const ours = publishing({ url: '' } as FakeGitHub);
  const troubles = ['the disk was full before'];
  const write = () => void troubles.push('the disk is full');
  const told = { line: 'Kept.', isTrouble: false, moves: null };
  const printed = holdOutput(t);
  const results = { troubles, write } as unknown as Results;
  await publishHistory(told, { verdict: verdictOf('unchanged', []), results }, ours);
  assert.match(printed(), /^::warning.*::Results: the disk is full\s*$/);
});

test('With `on-change` a new comment is made for whatever makes the check red, and for no unchanged server that is green', () => {
  const unchanged = (changes: Partial<Verdict> = {}) =>
    verdictOf(
      'unchanged',
      [subject('api', 'x', 'unchanged', [metric('cpu', 'unchanged')])],
      changes,
    );
  const gate = { gate: true };
  const refuted = [claim('api.p99 <= 5ms', { answer: 'refuted', ...gate })];
  const open = [claim('api.p99 <= 5ms', { answer: 'undecided', ...gate })];
  const failsOn = { inconclusive: true, noBaseline: false };
  assert.equal(deservesComment(unchanged(), 'always'), true);
  assert.equal(deservesComment(unchanged(), 'on-change'), false);
  assert.equal(deservesComment(unchanged({ claims: open }), 'on-change'), false);
  assert.equal(deservesComment(unchanged({ claims: open, failsOn }), 'on-change'), true);
  assert.equal(deservesComment(unchanged({ claims: refuted }), 'on-change'), true);
  const shown = [claim('api.p99 <= 5ms', { answer: 'refuted' })];
  assert.equal(deservesComment(unchanged({ claims: shown }), 'on-change'), false);
});
