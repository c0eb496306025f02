import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import {
  blocksNeeded,
  blocksToPass,
  lastLevel,
  minimumDetectable,
} from '../../../src/judge/power/power.ts';
import { levelAt, logCost, worseP } from '../../../src/judge/rule/decide.ts';
import { type Estimate, estimatePaired, sdWith } from '../../../src/judge/rule/estimate.ts';
import { oneAttempt } from '../../../src/judge/statistics/sequential.ts';
import { normals } from '../../support/measurement.ts';

const LOOKS = [6, 10, 14, 20];
const PLAN = oneAttempt(LOOKS);
const DELTA = logCost('cpu', 0.05);

function estimateOf(sd: number, blocks: number, d = 0): Estimate {
  return { d, sd, se: sd / Math.sqrt(blocks), degreesOfFreedom: blocks - 1, blocks };
}

/** Share of simulated runs in which the fail side would have called a change of this size. */
function power(effect: number, sd: number, blocks: number, level: number, delta: number): number {
  const z = normals(blocks);
  const runs = 4000;
  let called = 0;
  for (let run = 0; run < runs; run++) {
    const values = Array.from({ length: blocks }, () => effect + sd * z());
    const estimate = estimatePaired(values) as Estimate;
    if (worseP(estimate) <= level && estimate.d >= 0.5 * delta) called++;
  }
  return called / runs;
}

describe('the minimum detectable effect of one look', () => {
  for (const [sd, look] of [
    [0.03, 0],
    [0.03, 1],
    [0.03, 3],
    [0.006, 3],
  ] as const) {
    it(`The minimum detectable effect of one look is caught in about 80 of 100 runs (sd ${sd}, ${LOOKS[look]} blocks)`, () => {
      const level = levelAt(0.01, PLAN, look);
      const blocks = LOOKS[look] as number;
      const mde = minimumDetectable(estimateOf(sd, blocks), level, DELTA);
      const found = power(mde, sd, blocks, level, DELTA);
      assert.ok(found > 0.78 && found < 0.83, `${found}`);
    });
  }

  // What the sum of the two quantiles gives; the exact value is a little larger for few blocks.
  it('The minimum detectable effect of one look has about the size of k(n, alpha) times the standard deviation', () => {
    for (const [blocks, k] of [
      [6, 1.75],
      [10, 1.17],
      [14, 0.94],
      [20, 0.76],
    ] as const) {
      const found = minimumDetectable(estimateOf(0.05, blocks), 0.01, 0) / 0.05;
      assert.ok(found / k > 1 && found / k < 1.04, `${found}`);
    }
  });

  it('The minimum detectable effect of one look grows with noise and with caution, and shrinks with blocks', () => {
    const mde = (sd: number, blocks: number, level: number) =>
      minimumDetectable(estimateOf(sd, blocks), level, DELTA);
    assert.ok(mde(0.04, 10, 0.01) > mde(0.03, 10, 0.01));
    assert.ok(mde(0.03, 10, 0.01) > mde(0.03, 20, 0.01));
    assert.ok(mde(0.03, 10, 0.001) > mde(0.03, 10, 0.01));
  });

  it('The minimum detectable effect of one look is half the tolerance at least', () => {
    assert.equal(minimumDetectable(estimateOf(0, 20), 0.01, DELTA), DELTA / 2);
    assert.ok(minimumDetectable(estimateOf(0.001, 20), 0.01, DELTA) > DELTA / 2);
  });
});

describe('the blocks that would have decided', () => {
  const bound = (alpha: number, sd: number, n: number) =>
    (tQuantile(1 - lastLevel(alpha, n), n - 1) * sd) / Math.sqrt(n);

  it('The blocks that would have decided are the fewest that bring a bound across', () => {
    const passing = blocksNeeded(estimateOf(0.08, 20), 0.01, DELTA) as number;
    assert.ok(bound(0.05, 0.08, passing) < DELTA);
    // One fewer would not: neither side, since nothing is there to be shown.
    if (passing > 21) assert.ok(bound(0.05, 0.08, passing - 1) >= DELTA);
    const failing = blocksNeeded(estimateOf(0.12, 20, 0.05), 0.01, DELTA) as number;
    assert.ok(bound(0.01, 0.12, failing) < 0.05 && bound(0.01, 0.12, failing - 1) >= 0.05);
  });

  it('The blocks that would have decided are none when the change sits below the floor or on the tolerance', () => {
    assert.equal(blocksNeeded(estimateOf(0.2, 20, 0.045), 0.01, DELTA), null);
  });

  it('The blocks that would have decided do not average out what a run has in common', () => {
    const values = Array.from({ length: 20 }, (_, i) => 0.003 + (i % 2 === 0 ? 0.01 : -0.01));
    const [shared, alone] = [estimatePaired(values, 0.0045), estimatePaired(values)];
    assert.ok(shared && alone);
    const delta = Math.log(1.01);
    assert.ok((blocksNeeded(alone, 0.0025, delta) as number) <= 60);
    assert.equal(blocksNeeded(shared, 0.0025, delta), null);
    assert.ok((blocksToPass(alone, delta, 20, alone.d) as number) <= 60);
    assert.equal(blocksToPass(shared, delta, 20, shared.d), null);
    assert.equal(sdWith(shared, 20), shared.sd);
    assert.ok(Math.abs(sdWith(shared, 0) - alone.sd) < 1e-12);
  });

  it('The blocks that would have decided are more for more noise', () => {
    const few = blocksNeeded(estimateOf(0.09, 20), 0.01, DELTA) as number;
    const many = blocksNeeded(estimateOf(0.15, 20), 0.01, DELTA) as number;
    assert.ok(few > 20 && many > few && many <= 60, `${few}, ${many}`);
  });
});
