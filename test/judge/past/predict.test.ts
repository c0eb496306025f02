import assert from 'node:assert/strict';
import { test } from 'node:test';
import { predicted } from '../../../src/judge/past/predict.ts';
import { scatter } from '../../support/past.ts';
import { type Setting, simulate, slower } from './simulated.ts';

/** With a light path that is always the same, or as it is given. */
const run = (log: number, light = 0) => ({ log, light, sd: 0.01, blocks: 6 });
const blocks = (logs: readonly number[], light = 0) => logs.map((log) => ({ log, light }));

/** As the series on a real machine has it; two metrics share one in a hundred. */
const USUAL: Setting = {
  h: 20,
  between: 0.006,
  within: 0.012,
  blocks: 6,
  tolerance: 0.05,
  effect: 0,
  alpha: 0.005,
  jobs: 4000,
  seed: 11,
};

test('One more run of ten is as far from their mean as the t prediction interval says', () => {
  const logs = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const estimate = predicted(
    logs.map((log) => run(log)),
    blocks([8, 8]),
  );
  assert.ok(estimate);
  assert.equal(estimate.d, 2.5);
  assert.equal(estimate.degreesOfFreedom, 9);
  // The sample standard deviation of 1 to 10 is √(55 ÷ 6), and 1 + 1/10 of its square is the variance.
  assert.ok(Math.abs(estimate.se - Math.sqrt((55 / 6) * 1.1)) < 1e-12);
});

test('Nine runs, or a single block, give no estimate', () => {
  const nine = scatter(9, 0.01).map((log) => run(log));
  assert.equal(predicted(nine, blocks([0, 0])), null);
  assert.equal(predicted([...nine, run(0)], blocks([0])), null);
  assert.notEqual(predicted([...nine, run(0)], blocks([0, 0])), null);
});

test('Runs that agree to the last digit are not taken to agree for ever', () => {
  const estimate = predicted(
    Array.from({ length: 10 }, () => run(1)),
    blocks([1, 1]),
  );
  assert.ok(estimate && estimate.se > 0.0005);
});

test('A run whose blocks scatter more than those of earlier runs is less sure by that', () => {
  const past = scatter(20, 0.005).map((log) => run(log));
  const [steady, shaky] = [0.01, 0.2].map((by) => predicted(past, blocks(scatter(6, by))));
  assert.ok(steady && shaky && shaky.se > 5 * steady.se);
});

test('What goes along with the light path of the calibrator is no change', () => {
  const lights = scatter(12, 0.1);
  const noise = scatter(12, 0.002).reverse();
  const past = lights.map((light, i) => run(0.4 + 0.6 * light + (noise[i] as number), light));
  const estimate = predicted(past, blocks([0.46, 0.46], 0.1));
  assert.ok(estimate);
  assert.ok(Math.abs(estimate.d) < 0.004, String(estimate.d));
  assert.equal(estimate.degreesOfFreedom, 10);
  assert.ok(estimate.se < 0.004, String(estimate.se));
});

test('A light path outside of what earlier runs had makes a run less sure, the further the less', () => {
  const past = scatter(12, 0.01).map((light, i) => run(scatter(12, 0.005).at(-i) as number, light));
  const [near, far, farther] = [0, 0.1, 0.4].map((light) => predicted(past, blocks([0, 0], light)));
  assert.ok(near && far && farther);
  assert.ok(far.se > 2 * near.se && farther.se > 3 * far.se);
});

test('Unchanged runs are red in no more than the level, and slow ones are seen, by simulation', () => {
  const unchanged = simulate({ ...USUAL, tolerance: 0.01 });
  assert.ok(unchanged.regression <= 0.008, `red: ${unchanged.regression}`);
  assert.ok(unchanged.covered > 0.94 && unchanged.covered < 0.965, `${unchanged.covered}`);
  const slow = simulate({ ...USUAL, effect: slower(0.05) });
  assert.ok(slow.regression > 0.95, `${slow.regression}`);
  const still = simulate(USUAL);
  assert.ok(still.unchanged > 0.95, `${still.unchanged}`);
  const kept = simulate({ ...USUAL, effect: slower(0.0501) });
  assert.ok(kept.unchanged < 0.01, `${kept.unchanged}`);
});

test('A change as large as the printed smallest visible one is red in about 80 of 100 runs', () => {
  const tight = { ...USUAL, tolerance: 0.01 };
  const { visible } = simulate(tight);
  const seen = simulate({ ...tight, effect: visible, seed: 12 }).regression;
  assert.ok(seen > 0.74 && seen < 0.86, `${seen}`);
});

test('Fewer blocks than earlier runs had make no false alarms', () => {
  const short = simulate({ ...USUAL, within: 0.03, blocks: 24, newBlocks: 4, tolerance: 0.01 });
  assert.ok(short.regression <= 0.02, `${short.regression}`);
});
