/** One metric by the whole rule, with its looks, its words and the interval that it prints, over simulated jobs. */

import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import {
  decide,
  isWithinTolerance,
  logCost,
  passLevel,
  worsePAt,
} from '../../src/judge/rule/decide.ts';
import { type Estimate, estimatePaired } from '../../src/judge/rule/estimate.ts';
import { intervalOf, withWord } from '../../src/judge/rule/interval.ts';
import { oneAttempt, type Schedule } from '../../src/judge/statistics/sequential.ts';
import { sequentialP } from '../../src/judge/statistics/sequential-p.ts';
import { normals } from './measurement.ts';

/** A share of simulated jobs, and its standard error. */
export interface Share {
  share: number;
  se: number;
}

export function shareOf(count: number, jobs: number): Share {
  const share = count / jobs;
  return { share, se: Math.sqrt(Math.max(share * (1 - share), 1 / jobs) / jobs) };
}

/** One metric by itself: how noisy it is, what it is held to, and when it is looked at. */
export interface OneMetric {
  /** Of a block's value. */
  sd: number;
  /** Of throughput: a fraction. */
  tolerance: number;
  /** Of the fail side. */
  alpha: number;
  looks: readonly number[];
}

export interface Simulated {
  /** True ln(cost ratio). */
  effect: number;
  jobs: number;
  seed: number;
  /** Values of one job around nought, in standard deviations; normal where it is not given. */
  draw?: (z: () => number, count: number) => readonly number[];
}

export interface Stopped {
  /** Jobs by their word. */
  regression: Share;
  unchanged: Share;
  improvement: Share;
  inconclusive: Share;
  /** Of the printed 95 % intervals at the decision. */
  coverage: Share;
  /** The same of plain t intervals, that know nothing of looks. */
  plain: Share;
  /** Jobs whose interval holds a change that their word excludes, or does not hold the estimate. */
  contradictions: number;
  /** Mean width of the printed intervals over that of plain ones. */
  width: number;
  /** Mean of the estimates at the decision, less the true change: ln(cost ratio). */
  bias: number;
  /** Mean number of blocks at the decision. */
  blocks: number;
}

type Word = 'regression' | 'improvement' | 'unchanged' | 'inconclusive';

/** Looked at until it is decided, or the budget ends. */
export function wholeRule(given: OneMetric & Simulated): Stopped {
  const { effect, sd, looks, tolerance, jobs, seed, draw = plainly } = given;
  const z = normals(seed);
  const schedule = oneAttempt(looks);
  const delta = logCost('throughput', tolerance);
  const words = { regression: 0, unchanged: 0, improvement: 0, inconclusive: 0 };
  let [covered, plainly95, contradictions, sum, blocks] = [0, 0, 0, 0, 0];
  let [printedWidth, plainWidth] = [0, 0];
  for (let job = 0; job < jobs; job++) {
    const values = draw(z, looks.at(-1) as number).map((value) => effect + sd * value);
    const { word, estimate } = stopped(values, schedule, given);
    const { d, se } = estimate;
    const [low, high] = withWord(intervalOf(estimate, [schedule]), word, {
      delta,
      isEitherWay: false,
    });
    const half = se * tQuantile(0.975, estimate.blocks - 1);
    words[word]++;
    if (low <= effect && effect <= high) covered++;
    if (Math.abs(d - effect) <= half) plainly95++;
    if (contradicts({ low, high, d, delta }, word)) contradictions++;
    printedWidth += high - low;
    plainWidth += 2 * half;
    sum += d - effect;
    blocks += estimate.blocks;
  }
  return {
    regression: shareOf(words.regression, jobs),
    unchanged: shareOf(words.unchanged, jobs),
    improvement: shareOf(words.improvement, jobs),
    inconclusive: shareOf(words.inconclusive, jobs),
    coverage: shareOf(covered, jobs),
    plain: shareOf(plainly95, jobs),
    contradictions,
    width: printedWidth / plainWidth,
    bias: sum / jobs,
    blocks: blocks / jobs,
  };
}

/** Where one job stops, and with which word. */
export function stopped(
  values: readonly number[],
  schedule: Schedule,
  { alpha, tolerance }: OneMetric,
): { word: Word; estimate: Estimate } {
  const last = schedule.looks.length - 1;
  for (const [k, look] of schedule.looks.entries()) {
    const estimate = estimatePaired(values.slice(0, look)) as Estimate;
    const shown = {
      worse: sequentialP(worsePAt(estimate, k === last), schedule, k) <= alpha,
      better:
        sequentialP(worsePAt({ ...estimate, d: -estimate.d }, k === last), schedule, k) <= alpha,
    };
    const pass = passLevel(schedule, k);
    const { word } = decide('throughput', estimate, tolerance, shown, pass);
    if (word !== 'continue') return { word, estimate };
    if (k < last) continue;
    const passes = isWithinTolerance('throughput', estimate, tolerance, pass);
    return { word: passes ? 'unchanged' : 'inconclusive', estimate };
  }
  throw new RangeError('a schedule needs at least one look');
}

/** An end that is exactly where the word's own test put it says the same as the word. */
function contradicts(
  { low, high, d, delta }: { low: number; high: number; d: number; delta: number },
  word: Word,
): boolean {
  if (d < low || d > high) return true;
  if (word === 'regression') return low < 0;
  if (word === 'improvement') return high > 0;
  return word === 'unchanged' && high > delta;
}

function plainly(z: () => number, count: number): number[] {
  return Array.from({ length: count }, () => z());
}
