/** Looks of a metric that not every block measures. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { levelAt, PASS_ALPHA } from '../../../src/judge/rule/decide.ts';
import { blocksWithout, ownSchedule } from '../../../src/judge/rule/own-looks.ts';
import { oneAttempt, type Schedule } from '../../../src/judge/statistics/sequential.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import type { SubjectPlan } from '../../../src/plan/plan.ts';

const TEN = oneAttempt(looksFor(10));

/** Of each number of blocks from none on, in how many of these it was measured. */
function counts(has: string): number[] {
  let count = 0;
  return [0, ...[...has].map((one) => (count += one === 'x' ? 1 : 0))];
}

describe('the looks of a metric', () => {
  it('A metric that every block measures has the looks of the plan', () => {
    assert.equal(ownSchedule(TEN, counts('xxxxxx'), 6), TEN);
  });

  it('A metric that the first blocks lack has its end after as many values as it can get, from its first look on', () => {
    const own = { looks: [4, 5, 6, 7], ends: [7] };
    assert.deepEqual(ownSchedule(TEN, counts('---xxxx'), 7), own);
    assert.deepEqual(ownSchedule(TEN, counts('---xxxxxxx'), 10), own);
  });

  it('Equal looks of two subjects are one object, so that their levels are computed once', () => {
    const other = oneAttempt(looksFor(10));
    assert.equal(ownSchedule(TEN, counts('---xxxx'), 7), ownSchedule(other, counts('-x--xxx'), 7));
  });

  it('Looks that were taken stay as they were when a later block lacks the metric', () => {
    const before = ownSchedule(TEN, counts('--xxxxx'), 7);
    const after = ownSchedule(TEN, counts('--xxxxx-x'), 9);
    assert.deepEqual(
      [before.looks, after.looks],
      [
        [4, 5, 6, 7, 8],
        [4, 5, 6, 7],
      ],
    );
    for (const look of [0, 1, 2]) {
      assert.equal(levelAt(PASS_ALPHA, before, look), levelAt(PASS_ALPHA, after, look));
    }
  });

  it('The last look has the level of the last look of a plan of so many blocks', () => {
    const own = ownSchedule(TEN, counts('---xxxxxxx'), 10);
    assert.equal(levelAt(PASS_ALPHA, own, 3), levelAt(PASS_ALPHA, oneAttempt([4, 5, 6, 7]), 3));
    // Seven values of a plan of ten blocks had less than a sixth of it, and nothing came after them.
    assert.ok(levelAt(PASS_ALPHA, own, 3) > 6 * levelAt(PASS_ALPHA, TEN, 3));
  });

  it('Of a continued plan every attempt ends for the metric where it ended for the plan', () => {
    const plan: Schedule = {
      looks: [...looksFor(10), ...looksFor(10).map((look) => 10 + look)],
      ends: [10, 20],
    };
    const has = '---xxxxxxxxxxxxxxxxx';
    const own = { looks: [4, 5, 6, 7, 11, 12, 13, 14, 15, 16, 17], ends: [7, 17] };
    assert.deepEqual(ownSchedule(plan, counts(has), 20), own);
    assert.deepEqual(ownSchedule(plan, counts(has.slice(0, 12)), 12), own);
  });

  it('An attempt that has fewer values than a look needs has none, and its values count in the next', () => {
    const plan: Schedule = { looks: [4, 5, 6, 10, 11, 12], ends: [6, 12] };
    const own = ownSchedule(plan, counts('---xxxxxxxxx'), 12);
    assert.deepEqual(own, { looks: [4, 5, 6, 9], ends: [9] });
    assert.deepEqual(ownSchedule(oneAttempt([4]), counts('-xxx'), 4), { looks: [], ends: [] });
  });

  it('A longer plan is taken to have as many blocks without the metric, and at least as many as go by before any phase', () => {
    const plan = { ...TEN, blocks: Array(10) } as unknown as SubjectPlan;
    assert.equal(blocksWithout(plan, TEN), 0);
    assert.equal(blocksWithout(plan, { looks: [4, 7], ends: [7] }), 6);
    assert.equal(blocksWithout(plan, { looks: [4], ends: [2] }), 8);
  });
});
