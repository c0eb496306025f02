/** What the overview says of one line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summaryOf } from '../../../src/history/page/summary.ts';

const SPAN = { from: 0, to: 8 };
const parts = {
  // Worse by a tenth from the fifth run on, on each of two machines that take turns; the second is half as fast.
  figures: [100, 50, 100, 50, 90, 45, 90, 45],
  machines: [0, 1, 0, 1, 0, 1, 0, 1],
  isLog: true,
  changePoints: [],
};

test('Where runners take turns, a line goes back over the runs of the last one’s machine', () => {
  const { last, since, change } = summaryOf({ ...parts, spansMachines: false }, SPAN);
  assert.deepEqual([last, since], [7, 1]);
  assert.equal(Math.exp(change as number).toFixed(6), '0.900000');
});

test('A machine that is not known is one of its own', () => {
  const machines = [null, null, 0, 0, null, 0, null, 0];
  const { last, since } = summaryOf({ ...parts, machines, spansMachines: false }, SPAN);
  assert.deepEqual([last, since], [7, 2]);
});

test('Chained ratios go over all machines', () => {
  const { last, since } = summaryOf({ ...parts, spansMachines: true }, SPAN);
  assert.deepEqual([last, since], [7, 0]);
});
