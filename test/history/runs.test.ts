import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineText } from '../../src/history/line.ts';
import { linesPath } from '../../src/history/paths.ts';
import { readAllRuns, readRuns } from '../../src/history/runs.ts';
import { lineOf, memoryStore } from '../support/history.ts';

const PLAIN = { server: 'api', scenario: 'plain' };
const OTHER = { server: 'api', scenario: 'Other' };
const text = (...numbers: number[]) => numbers.map((one) => lineText(lineOf(one))).join('');
const numbersOf = (lines: readonly { pulls: readonly number[] }[]) =>
  lines.flatMap(({ pulls }) => pulls);

test('Of each subject that is asked for the newest lines are read, and of one that nobody knows none', async () => {
  const store = memoryStore({
    'api/plain.ndjson': text(3, 4),
    'api/plain~00001.ndjson': text(1, 2),
  });
  const [plain, unknown] = await readRuns(store, [PLAIN, { server: 'x', scenario: 'y' }]);
  assert.deepEqual(numbersOf(plain?.lines ?? []), [3, 4]);
  assert.deepEqual([unknown?.lines, unknown?.damaged], [[], []]);
  const [all] = await readRuns(store, [PLAIN], 'all');
  assert.deepEqual(numbersOf(all?.lines ?? []), [1, 2, 3, 4]);
});

test('Whose a file is, is read from its lines, whatever its name had to leave out', async () => {
  const line = lineText(lineOf(1, { subject: OTHER }));
  const store = memoryStore({
    [linesPath(OTHER)]: line,
    'README.md': 'x',
    'api/plain.damaged': 'x',
  });
  const runs = await readAllRuns(store);
  assert.deepEqual(
    runs.map(({ subject }) => subject),
    [OTHER],
  );
});

test('Lines that belong into another file are told by their place, and not believed', async () => {
  const foreign = lineText(lineOf(9, { subject: OTHER }));
  const store = memoryStore({ 'api/plain.ndjson': `${foreign}rubbish\n${text(1)}` });
  const [all] = await readAllRuns(store);
  assert.deepEqual(all?.subject, PLAIN);
  assert.deepEqual(numbersOf(all?.lines ?? []), [1]);
  assert.deepEqual(
    all?.damaged.map(({ number, path, reason }) => `${path}:${number} ${reason}`),
    [
      'api/plain.ndjson:1 is of another subject than the name of its file',
      'api/plain.ndjson:2 is no JSON',
    ],
  );
  const empty = memoryStore({ 'api/plain.ndjson': foreign });
  assert.deepEqual((await readAllRuns(empty))[0]?.subject, null);
});
