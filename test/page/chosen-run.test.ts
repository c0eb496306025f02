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

test('A run is named by its commit and by which of its runs it is, so that a run that comes later changes no link', () => {
  const names = data.runs.map((at) => nameOfRun(all, data, at));
  assert.deepEqual(names, [
    `${ONE}@11`,
    ...['12', 't300', 't400', 't401'].map((which) => `${NIGHTLY}@${which}`),
  ]);
  for (const [at, name] of names.entries()) {
    assert.match(name, RUN_NAME);
    assert.equal(placeOfRun(all, data, name), at);
  }
  const early = { runs: [0, 1] };
  assert.equal(placeOfRun(all, data, nameOfRun(all, early, 1)), 1);
});

test('A commit alone, as older addresses have it, stands for its last run', () => {
  assert.equal(placeOfRun(all, data, NIGHTLY), 4);
  assert.equal(placeOfRun(all, data, NIGHTLY.slice(0, 7)), 4);
  assert.equal(placeOfRun(all, data, `${NIGHTLY}@13`), null);
  assert.equal(placeOfRun(all, data, null), null);
});
