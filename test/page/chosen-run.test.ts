import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOfRun, placeOfRun, RUN_NAME } from '../../src/page/chosen-run.ts';

const [ONE, NIGHTLY] = ['c0ffee0'.padEnd(40, '1'), 'c0ffee0'.padEnd(40, '2')];
const all = {
  commits: [ONE, NIGHTLY, NIGHTLY, NIGHTLY, NIGHTLY],
  at: [100, 200, 300, 400, 401],
  // A run on somebody's own machine, and two jobs of one workflow run.
  ids: [11, 12, null, 14, 14],
};
const data = { runs: [0, 1, 2, 3, 4] };

test('A run is named by its commit, and where that has several runs by which of them it is', () => {
  const names = data.runs.map((at) => nameOfRun(all, data, at));
  assert.deepEqual(names, [
    ONE,
    ...['12', 't300', 't400', 't401'].map((which) => `${NIGHTLY}@${which}`),
  ]);
  for (const [at, name] of names.entries()) {
    assert.match(name, RUN_NAME);
    assert.equal(placeOfRun(all, data, name), at);
  }
});

test('A commit alone, as older addresses have it, stands for its last run', () => {
  assert.equal(placeOfRun(all, data, NIGHTLY), 4);
  assert.equal(placeOfRun(all, data, NIGHTLY.slice(0, 7)), 4);
  assert.equal(placeOfRun(all, data, `${NIGHTLY}@13`), null);
  assert.equal(placeOfRun(all, data, null), null);
});
