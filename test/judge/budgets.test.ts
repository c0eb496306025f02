/** A longer budget makes no verdict later: the whole rule, with the same random numbers, at several budgets. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decide, passLevel, worsePAt } from '../../src/judge/rule/decide.ts';
import { type Estimate, estimatePaired } from '../../src/judge/rule/estimate.ts';
import { oneAttempt } from '../../src/judge/statistics/sequential.ts';
import { sequentialP } from '../../src/judge/statistics/sequential-p.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { normals } from '../support/measurement.ts';

const ALPHA = 0.01 / 4;
/** What budgets of 60, 120 and 180 s hold of blocks of 4.6 s. */
const BUDGETS = [13, 26, 39];

/** Blocks after which it is decided, and the word; null when it never is. */
function decidedAt(values: readonly number[], blocks: number): { at: number; word: string } | null {
  const plan = oneAttempt(looksFor(blocks));
  for (const [k, look] of plan.looks.entries()) {
    const estimate = estimatePaired(values.slice(0, look)) as Estimate;
    const shown = {
      worse: sequentialP(worsePAt(estimate, look === blocks), plan, k) <= ALPHA,
      better:
        sequentialP(worsePAt({ ...estimate, d: -estimate.d }, look === blocks), plan, k) <= ALPHA,
    };
    const { word } = decide('throughput', estimate, 0.05, shown, passLevel(plan, k));
    if (word !== 'continue') return { at: look, word };
  }
  return null;
}

describe('a longer budget', () => {
  for (const { sd, effect } of [
    { sd: 0.012, effect: 0 },
    { sd: 0.03, effect: 0 },
    { sd: 0.08, effect: 0 },
    { sd: 0.03, effect: 0.04 },
    { sd: 0.08, effect: 0.1 },
  ]) {
    it(`A longer budget decides at the same block whatever a shorter one decides before its last: noise ${100 * sd} %, change ${100 * effect} %`, () => {
      const z = normals(21);
      let compared = 0;
      for (let run = 0; run < 400; run++) {
        const values = Array.from({ length: 39 }, () => effect + sd * z());
        for (const [i, short] of BUDGETS.entries()) {
          const found = decidedAt(values, short);
          if (found === null || found.at === short) continue;
          for (const long of BUDGETS.slice(i + 1)) {
            assert.deepEqual(decidedAt(values, long), found);
            compared++;
          }
        }
      }
      assert.ok(compared > 100, `${compared}`);
    });
  }

  it('A longer budget takes no longer on a quiet machine, on average over all runs', () => {
    const z = normals(22);
    const sums = BUDGETS.map(() => 0);
    for (let run = 0; run < 500; run++) {
      const values = Array.from({ length: 39 }, () => 0.015 * z());
      for (const [i, blocks] of BUDGETS.entries()) {
        sums[i] = (sums[i] as number) + (decidedAt(values, blocks)?.at ?? blocks);
      }
    }
    const [short, middle, long] = sums as [number, number, number];
    assert.ok(middle <= short && long <= short, `${sums}`);
    assert.ok(short / 500 < 6, `${short / 500}`);
  });
});
