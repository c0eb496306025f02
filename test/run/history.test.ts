import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineText } from '../../src/history/line.ts';
import { movesIn } from '../../src/history/moves.ts';
import type { HistoryOutcome } from '../../src/history/outcome.ts';
import { readRuns } from '../../src/history/runs.ts';
import { type HistoryStore, StoreError } from '../../src/history/stores/store.ts';
import { judge } from '../../src/judge/judge.ts';
import type { Measurement } from '../../src/measure/observed/measurement.ts';
import { type HistoryTold, tellHistory } from '../../src/report/history/told.ts';
import { historyOn, openHistory, type Writer } from '../../src/run/history.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { madeUp } from '../history/trends/histories.ts';
import { normalNoise } from '../history/trends/noise.ts';
import { type BlockRatios, repeat } from '../support/block.ts';
import { commitOf, lineWith, memoryStore } from '../support/history.ts';
import { measurementOf } from '../support/measurement.ts';

const WRITES: Writer = {
  kind: 'writes',
  origin: { before: commitOf(1), pulls: [3], run: { id: 7, attempt: 1, url: null } },
  commit: commitOf(2),
};
const PLAIN = { server: 'api', scenario: 'plain' };

const next = normalNoise(5);
const MOVED = madeUp({
  commits: 60,
  level: (commit) => (commit > 40 ? -0.05 : 0),
  noise: () => 0.004 * next(),
  has: { ratios: false, calibrated: true },
});

function measured(ratios: BlockRatios, head: string | null = commitOf(2)): Measurement {
  const measurement = measurementOf({ subjects: [{ blocks: repeat(ratios, 8) }] });
  const source = (commit: string | null) => ({ commit, description: 'a commit' });
  return { ...measurement, sources: { base: source(commitOf(1)), head: source(head) } };
}

async function kept(
  store: HistoryStore,
  measurement: Measurement | null,
  { writer = WRITES, trusted = true, look = movesIn } = {},
): Promise<{ outcome: HistoryOutcome; text: string } & HistoryTold> {
  const history = historyOn(store, writer, look);
  if (measurement !== null) history.collect(measurement, judge(measurement));
  const outcome = await history.keep(trusted);
  const told = tellHistory(outcome);
  return { outcome, text: told.line, ...told };
}

test('A run of the default branch is kept, and says where', async () => {
  const store = memoryStore();
  const { text, isTrouble } = await kept(store, measured({}));
  assert.equal(text, 'History: 1 line kept in the memory.');
  assert.ok(!isTrouble);
  const [runs] = await readRuns(store, [PLAIN]);
  assert.deepEqual(
    runs?.lines.map(({ commit, before, pulls }) => [commit, before, pulls]),
    [[commitOf(2), commitOf(1), [3]]],
  );
});

test('A slowdown is kept and marked, and so is what comes after it', async () => {
  const store = memoryStore();
  const slower = await kept(store, measured({ throughput: 0.1 }));
  assert.equal(
    slower.text,
    'History: 1 line kept in the memory. api/plain is no baseline, because it is slower and nobody accepted that.',
  );
  const after = memoryStore({
    'api/plain.ndjson': lineText(lineWith(1, 'regression', { at: '2000-01-01T00:00:00.000Z' })),
  });
  assert.match(
    (await kept(after, measured({}))).text,
    /no baseline, because a slowdown before it was not accepted\./,
  );
});

test('What another step of the same run has kept under the same name stays, and the cure is told', async () => {
  const store = memoryStore();
  await kept(store, measured({}));
  const later = { ...measured({}), startedAt: '2026-07-01T00:00:00.000Z' };
  const { text, isTrouble } = await kept(store, later);
  assert.equal(
    text,
    'History: nothing was kept in the memory. Not kept: api/plain, because another step of this workflow run has kept what it measured under the same name. Give each step a `comment-key` of its own, or each server a name of its own in a config file.',
  );
  assert.ok(isTrouble);
  assert.equal((await readRuns(store, [PLAIN]))[0]?.lines.length, 1);
});

test('What two workflows keep under one name of one commit is told by the later one, with the cure', async () => {
  const store = memoryStore();
  const by = (id: number, workflow: string): typeof WRITES => {
    const run = { id, attempt: 1, url: null, workflow, event: 'push' };
    return { ...WRITES, origin: { ...WRITES.origin, run } };
  };
  assert.ok(!(await kept(store, measured({}), { writer: by(7, 'API') })).isTrouble);
  const { text, isTrouble } = await kept(store, measured({}), { writer: by(8, 'Web') });
  assert.match(text, /1 line kept .* The workflow API has kept api\/plain, too, .*`comment-key`/);
  assert.ok(isTrouble);
});

test('What is damaged in the store is set aside, and somebody is told', async () => {
  const store = memoryStore({ 'api/plain.ndjson': 'rubbish\n' });
  const { text, isTrouble } = await kept(store, measured({}));
  assert.equal(
    text,
    'History: 1 line kept in the memory. 1 line of it could not be read and was set aside: api/plain.ndjson, line 1 is no JSON.',
  );
  assert.ok(isTrouble);
});

test('A level that moved is told in one line and in a note of the job summary, and nothing where none did', async () => {
  const store = () => memoryStore({ 'api/plain.ndjson': MOVED.map(lineText).join('') });
  const means = { writer: { ...WRITES, commit: null } };
  const { text, isTrouble, moves } = await kept(store(), measured({}, commitOf(99)), means);
  assert.equal(text, 'History: 1 line kept in the memory.');
  assert.ok(!isTrouble);
  assert.match(
    moves?.line ?? '',
    /^Trends: api\/plain: throughput is worse: −4\.\d% .*, with 0000000000, after 0000000000 .*\.$/,
  );
  assert.match(
    moves?.note ?? '',
    /### What the history shows\n\n\*\*`api\/plain`\*\*\n\n- throughput/,
  );
  assert.match(moves?.note ?? '', /no check fails by it/);
  // The made-up pushes go from 60 to 99: a gap, which would be told for ever.
  assert.doesNotMatch(moves?.note ?? '', /gap/);
  assert.equal((await kept(memoryStore(), measured({}))).moves, null);
  const writer: Writer = { kind: 'reads-only', why: 'pull-request' };
  assert.equal((await kept(store(), measured({}, commitOf(99)), { writer })).moves, null);
});

test('A look at the levels that fails is told, and takes neither lines nor verdict with it', async () => {
  const store = memoryStore();
  const look = () => Promise.reject(new RangeError('too many'));
  const { text, isTrouble, moves } = await kept(store, measured({}), { look });
  assert.equal(
    text,
    'History: 1 line kept in the memory. Where levels moved could not be looked at: too many. The verdict stands.',
  );
  assert.ok(isTrouble);
  assert.equal(moves, null);
  assert.equal((await readRuns(store, [PLAIN]))[0]?.lines.length, 1);
});

test('A run that may not write asks nothing of the store', async () => {
  const store: HistoryStore = {
    ...memoryStore(),
    update: () => assert.fail('it was written'),
    read: () => assert.fail('it was read'),
  };
  const writer: Writer = { kind: 'reads-only', why: 'pull-request' };
  const { text, isTrouble } = await kept(store, measured({}), { writer });
  assert.match(
    text,
    /^History: nothing was kept, because only runs of the default branch write it, and this one is of a pull/,
  );
  assert.ok(!isTrouble);
});

test('Nothing is kept of what was not measured, is no commit, is another commit or cannot be trusted', async () => {
  const cases: [Measurement | null, { trusted?: boolean }, RegExp, boolean][] = [
    [null, {}, /what was measured is no commit/, false],
    [measured({}, null), {}, /what was measured is no commit/, false],
    [{ ...measured({}), subjects: [] }, {}, /nothing was measured/, false],
    [measured({}, commitOf(9)), {}, /another commit than the one that the run is of/, true],
    [measured({}), { trusted: false }, /the results of this run cannot be trusted/, true],
  ];
  for (const [measurement, means, why, isBad] of cases) {
    const store = memoryStore();
    const { text, isTrouble } = await kept(store, measurement, means);
    assert.match(text, why);
    assert.equal(isTrouble, isBad, text);
    assert.deepEqual(await store.read(async ({ paths }) => paths), []);
  }
});

test('A store that fails is told with its cure, and throws nothing', async () => {
  const failing = (error: Error): HistoryStore => ({
    ...memoryStore(),
    update: () => Promise.reject(error),
  });
  const cure = 'give the job the right to write';
  const { text, isTrouble } = await kept(failing(new StoreError('403', { cure })), measured({}));
  assert.equal(
    text,
    'History: nothing was kept in the memory. 403. To mend it: give the job the right to write. The verdict stands.',
  );
  assert.ok(isTrouble);
  assert.match(
    (await kept(failing(new TypeError('odd')), measured({}))).text,
    /odd\. The verdict stands\.$/,
  );
});

test('A further attempt at a run says of which run it is, and a first one or a reader nothing', async () => {
  const around = { cwd: '/', env: {}, remote: null, token: null };
  const place = { kind: 'directory', path: 'nowhere' } as const;
  const again = async (writer: Writer) =>
    (await openHistory(place, writer, around, { onlyLooks: true }))?.again;
  const second = { id: 7, attempt: 2, url: null };
  assert.equal(await again({ ...WRITES, origin: { ...WRITES.origin, run: second } }), 7);
  assert.equal(await again(WRITES), null);
  assert.equal(await again({ kind: 'reads-only', why: 'pull-request' }), null);
});

test('A place that can never be written is a mistake before anything is built; on a pull request nobody asks', async () => {
  const around = { cwd: '/', env: {}, remote: null, token: null };
  const branch = { kind: 'branch', name: 'x' } as const;
  await assert.rejects(openHistory(branch, WRITES, around), (error: Error) => {
    assert.ok(error instanceof UserError);
    return /^history: branch:x: the code is in no git repository with an `origin`/.test(
      error.message,
    );
  });
  const file = { kind: 'directory', path: 'etc/hostname' } as const;
  await assert.rejects(openHistory(file, WRITES, around), /is a file/);
  const reader: Writer = { kind: 'reads-only', why: 'pull-request' };
  assert.ok(await openHistory(file, reader, around));
  assert.equal(await openHistory({ kind: 'none' }, WRITES, around), null);
});
