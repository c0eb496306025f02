/** The rule against earlier runs on simulated ones: how often which word is said of one metric. */

import { betterFrom, oddOne } from '../../../src/judge/past/odd.ts';
import { type CalibratedBlock, predicted } from '../../../src/judge/past/predict.ts';
import { minimumDetectable } from '../../../src/judge/power/power.ts';
import { changeOf, decide, logCost, PASS_ALPHA, worseP } from '../../../src/judge/rule/decide.ts';
import { normals } from '../../support/measurement.ts';

export interface Setting {
  /** Earlier runs. */
  h: number;
  /** Standard deviation between runs, and of a block within one. */
  between: number;
  within: number;
  /** Blocks of an earlier run, and of the new one. */
  blocks: number;
  newBlocks?: number;
  /** Standard deviation of the calibrator's light path between runs, and by how much head goes along with it. */
  lightness?: number;
  slope?: number;
  tolerance: number;
  /** ln(cost ratio). */
  effect: number;
  alpha: number;
  jobs: number;
  seed: number;
  /** Runs that are left out before the new one is compared, as `choose` does it. */
  leavesOut?: boolean;
}

export interface Shares {
  regression: number;
  improvement: number;
  unchanged: number;
  /** Of the intervals at 95 %, those that hold the effect. */
  covered: number;
  /** Mean smallest visible change, as ln(cost ratio). */
  visible: number;
}

export function simulate(setting: Setting): Shares {
  const {
    h,
    between,
    within,
    blocks,
    newBlocks = blocks,
    lightness = 0.02,
    slope = 0,
    tolerance,
    effect,
    alpha,
    jobs,
  } = setting;
  const z = normals(setting.seed);
  /** The light path varies by itself, and head goes along with it. */
  const runOf = (count: number, shift: number) => {
    const light = lightness * z();
    const run = shift + between * z() + slope * light;
    return Array.from({ length: count }, () => ({ log: run + within * z(), light }));
  };
  const shares: Shares = { regression: 0, improvement: 0, unchanged: 0, covered: 0, visible: 0 };
  for (let job = 0; job < jobs; job++) {
    const past = Array.from({ length: h }, () => summary(runOf(blocks, 0)));
    const now = runOf(newBlocks, effect);
    const estimate = predicted(setting.leavesOut ? counted(past) : past, now);
    // Too few are left, so nothing is said.
    if (estimate === null && setting.leavesOut) continue;
    if (estimate === null) throw new Error('no estimate');
    const shown = {
      worse: worseP(estimate) <= alpha,
      better: worseP({ ...estimate, d: -estimate.d }) <= alpha,
    };
    const { word } = decide('cpu', estimate, tolerance, shown, PASS_ALPHA);
    if (word !== 'continue') shares[word] += 1 / jobs;
    const off = worseP({ ...estimate, d: estimate.d - effect });
    if (off > 0.025 && off < 0.975) shares.covered += 1 / jobs;
    shares.visible += minimumDetectable(estimate, alpha, logCost('cpu', tolerance)) / jobs;
  }
  return shares;
}

/** Of costs, of which less is better; of two metrics. */
function counted(past: readonly ReturnType<typeof summary>[]) {
  const level = past.slice(betterFrom(past, { sign: -1, least: 0, tests: 2 }));
  const at = level.length > 10 ? oddOne(level, 2) : null;
  return level.filter((_, index) => index !== at);
}

function summary(blocks: readonly CalibratedBlock[]) {
  const values = blocks.map((block) => block.log);
  const light = blocks[0]?.light ?? 0;
  const log = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - log) ** 2, 0);
  return { log, light, sd: Math.sqrt(squares / (values.length - 1)), blocks: values.length };
}

/** A slowdown of so much of CPU time, in ln. */
export function slower(share: number): number {
  return logCost('cpu', share);
}

export function asShare(log: number): number {
  return changeOf('cpu', log);
}
