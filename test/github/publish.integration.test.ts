import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandFiles } from '../../src/github/command-files.ts';
import { readEvent } from '../../src/github/event.ts';
import { readPayload } from '../../src/github/event-file.ts';
import { readInputs } from '../../src/github/inputs.ts';
import { markerOf } from '../../src/github/marker.ts';
import { type Publishing, publishCancelled, publishFailure } from '../../src/github/publish.ts';
import { ACTIONS_BOT, type FakeGitHub, startFakeGitHub } from '../support/fake-github.ts';

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

test('An old verdict does not stand beside a push that could not be measured', async () => {
  const issue = (publishing({ url: '' } as FakeGitHub).context as { number: number }).number;
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

test('A push that could not be measured makes no comment of its own', async () => {
  await using github = await startFakeGitHub();
  await publishFailure('no', publishing(github));
  assert.deepEqual(github.comments, []);
});

test('A cancelled run says so in the comment of an earlier push, and waits for nobody', async () => {
  const issue = (publishing({ url: '' } as FakeGitHub).context as { number: number }).number;
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
  const { number } = publishing({ url: '' } as FakeGitHub).context as { number: number };
  await using github = await startFakeGitHub({
    comments: [{ issue: number, body: `${MARKER}\nregression`, user: ACTIONS_BOT }],
    pulls: { [number]: { head: { sha: 'f'.repeat(40) } } },
  });
  await publishCancelled(publishing(github));
  await publishFailure('it broke', publishing(github));
  assert.match(github.comments[0]?.body ?? '', /regression$/);
});
