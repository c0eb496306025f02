import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forecastOf, type Prospect } from '../../../src/judge/power/expected-noise.ts';
import { lastLevel } from '../../../src/judge/power/power.ts';
import { isWithinTolerance, levelAt, PASS_ALPHA } from '../../../src/judge/rule/decide.ts';
import { type Estimate, estimatePaired } from '../../../src/judge/rule/estimate.ts';
import { oneAttempt } from '../../../src/judge/statistics/sequential.ts';
import { expectedBlockSd } from '../../../src/plan/block-sd.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { normals } from '../../support/measurement.ts';
import { wholeRule } from '../../support/whole-rule.ts';

const USUAL: Prospect = {
  sliceSd: 0.06,
  slicesPerArm: 60,
  looks: looksFor(20),
  blockMs: 6000,
  tolerance: 0.05,
  alpha: 0.01,
};
const forecast = (wishes: Partial<Prospect> = {}) => forecastOf({ ...USUAL, ...wishes });

/** Four decimals. */
const rounded = (value: number) => Number(value.toFixed(4));

/** Share of simulated runs for whose estimate this holds. */
function share(sd: number, blocks: number, effect: number, holds: (one: Estimate) => boolean) {
  const z = normals(blocks);
  const runs = 4000;
  let count = 0;
  for (let run = 0; run < runs; run++) {
    const values = Array.from({ length: blocks }, () => effect + sd * z());
    if (holds(estimatePaired(values) as Estimate)) count++;
  }
  return count / runs;
}

describe('what a plan can be expected to tell', () => {
  it('What a plan can be expected to tell has these values for a usual server, and for a noisy one', () => {
    const { blockSd, mde, resolvable, budgetNeededMs } = forecast();
    assert.deepEqual([blockSd, mde, resolvable].map(rounded), [0.0095, 0.0295, 0.0058]);
    assert.equal(budgetNeededMs, null);
    const noisy = forecast({ sliceSd: 0.8 });
    assert.deepEqual(
      [noisy.blockSd, noisy.mde, noisy.resolvable].map(rounded),
      [0.1156, 0.0879, 0.0685],
    );
    assert.equal(noisy.budgetNeededMs, 41 * 6000);
  });

  for (const blocks of [6, 10, 20, 40]) {
    it(`What a plan can be expected to tell keeps its promises in 80 of 100 simulated runs of ${blocks} blocks`, () => {
      const looks = looksFor(blocks);
      const seen = forecast({ sliceSd: 0.4, looks });
      const last = looks.length - 1;
      const pass = levelAt(PASS_ALPHA, oneAttempt(looks), last);
      const passing = share(seen.blockSd, blocks, 0, (one) =>
        isWithinTolerance('throughput', one, seen.resolvable, pass),
      );
      const { share: caught } = wholeRule({
        ...{ sd: seen.blockSd, tolerance: USUAL.tolerance, alpha: USUAL.alpha, looks },
        ...{ effect: -Math.log(1 - seen.mde), jobs: 4000, seed: blocks },
      }).regression;
      for (const found of [passing, caught]) assert.ok(found > 0.77 && found < 0.83, `${found}`);
    });
  }

  it('What a plan can be expected to tell needs no budget where the tolerance can be kept, and has none where nothing would do', () => {
    assert.equal(forecast({ sliceSd: 0 }).budgetNeededMs, null);
    assert.equal(forecast({ sliceSd: 2 }).budgetNeededMs, null);
  });

  it('What a plan can be expected to tell asks for more blocks, never for longer ones, as many as there can be', () => {
    const short = { looks: looksFor(6), blockMs: 2000, slicesPerArm: 20 };
    const budgets = [0.05, 0.1, 0.18, 0.3, 0.5].map(
      (sliceSd) => forecast({ ...short, sliceSd, tolerance: 0.03 }).budgetNeededMs,
    );
    assert.deepEqual(budgets, [null, 7 * 2000, 17 * 2000, 50 * 2000, null]);
  });

  it('What a plan can be expected to tell proposes a budget that would do, and nothing shorter', () => {
    const wishes = { sliceSd: 0.8, tolerance: 0.05 };
    const needed = forecast(wishes).budgetNeededMs as number;
    const withBlocks = (blocks: number) => {
      const sd = expectedBlockSd(0.8, USUAL.slicesPerArm);
      const pass = lastLevel(PASS_ALPHA, blocks);
      return share(sd, blocks, 0, (one) => isWithinTolerance('throughput', one, 0.05, pass));
    };
    assert.ok(withBlocks(needed / 6000) > 0.78);
    assert.ok(withBlocks(needed / 6000 - 3) < 0.79);
  });

  it('What a plan can be expected to tell sees less with more noise and fewer blocks', () => {
    const [quiet, noisy] = [forecast(), forecast({ sliceSd: 0.4 })];
    const short = forecast({ sliceSd: 0.4, looks: looksFor(6) });
    assert.ok(quiet.mde < noisy.mde && noisy.mde < short.mde);
    assert.ok(quiet.resolvable < noisy.resolvable && noisy.resolvable < short.resolvable);
  });
});
