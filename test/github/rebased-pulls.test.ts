import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvent } from '../../src/github/event.ts';
import { historyWriter } from '../../src/github/history-writer.ts';
import { withRebasedPulls } from '../../src/github/rebased-pulls.ts';

const [ONE, TWO] = ['a'.repeat(40), 'b'.repeat(40)] as const;
const REPOSITORY = { full_name: 'octo/app', default_branch: 'main' };
const pull = (number: number, ref = 'main', merged_at: string | null = '2026-01-01T00:00:00Z') => ({
  number,
  merged_at,
  base: { ref },
});

/** Numbers in the history, and the commits that GitHub was asked about. */
async function found(
  answer: (commit: string) => unknown,
  { eventName = 'push', token = 't', title = 'Add a cache' } = {},
) {
  const env = {
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_SHA: TWO,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_EVENT_NAME: eventName,
  };
  const commits = [
    { id: ONE, message: 'Tidy up (#3)' },
    { id: TWO, message: title },
  ];
  const context = readEvent(env, { repository: REPOSITORY, before: ONE, after: TWO, commits });
  const asked: string[] = [];
  const writer = await withRebasedPulls(
    historyWriter(context, { commentKey: '', namesBase: false }),
    context,
    token,
    async () => {
      return async (commit) => {
        asked.push(commit);
        return answer(commit);
      };
    },
  );
  return { pulls: writer.kind === 'writes' ? writer.origin.pulls : null, asked };
}

test('GitHub is asked about the commits of a push that name no pull request, and those that were merged here count', async () => {
  const answer = () => [pull(12), pull(13, 'release'), pull(14, 'main', null)];
  assert.deepEqual(await found(answer), { pulls: [3, 12], asked: [TWO] });
});

test('Nobody is asked where all are named, without a token, or of what is no push', async () => {
  const none = () => assert.fail('asked');
  assert.deepEqual(await found(none, { title: 'More (#4)' }), { pulls: [3, 4], asked: [] });
  assert.deepEqual(await found(none, { token: '' }), { pulls: [3], asked: [] });
  assert.deepEqual(await found(none, { eventName: 'schedule' }), { pulls: [], asked: [] });
});

test('An answer that fails, or is none, leaves what is known', async () => {
  const fail = () => {
    throw new Error('403');
  };
  assert.deepEqual((await found(fail)).pulls, [3]);
  assert.deepEqual((await found(() => ({ message: 'odd' }))).pulls, [3]);
  assert.deepEqual((await found(() => [{ number: 'x' }])).pulls, [3]);
});
