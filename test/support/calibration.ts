/** The rule's error rates by simulation: the pure functions that the judge uses, on block values without a measurement around them. */

import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { decide, isWithinTolerance, logCost, passLevel, worseP } from '../../src/judge/decide.ts';
import { type Estimate, estimatePaired } from '../../src/judge/estimate.ts';
import { holm } from '../../src/judge/holm.ts';
import { procedureOf } from '../../src/judge/power.ts';
import { oneAttempt } from '../../src/judge/sequential.ts';
import { sequentialP } from '../../src/judge/sequential-p.ts';
import { smallestVisible } from '../../src/judge/smallest-visible.ts';
import { looksFor } from '../../src/plan/looks.ts';
import type { Noise } from './block-noise.ts';
import { criticalValues } from './critical-values.ts';
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

/** How often the sequential test of "not worse" rejects at any look although it is true, for each level. */
export function typeOneError(
  noise: Noise,
  {
    alphas,
    blocks,
    jobs,
    seed,
  }: { alphas: readonly number[]; blocks: number; jobs: number; seed: number },
): Share[] {
  const z = normals(seed);
  const looks = looksFor(blocks);
  const critical = alphas.map((alpha) => criticalValues(alpha, oneAttempt(looks)));
  const rejected = alphas.map(() => 0);
  for (let job = 0; job < jobs; job++) {
    const ts = statistics(noise(z, looks.at(-1) as number), looks);
    for (const [i, bounds] of critical.entries()) {
      if (ts.some((t, k) => t > (bounds[k] as number))) rejected[i] = (rejected[i] as number) + 1;
    }
  }
  return rejected.map((count) => shareOf(count, jobs));
}

/** Student's t at each look, in one pass. */
function statistics(values: readonly number[], looks: readonly number[]): number[] {
  const ts: number[] = [];
  let [n, sum, squares, next] = [0, 0, 0, 0];
  for (const value of values) {
    n++;
    sum += value;
    squares += value ** 2;
    if (n !== looks[next]) continue;
    next++;
    const variance = (squares - sum ** 2 / n) / (n - 1);
    ts.push(sum / n / Math.sqrt(variance / n));
  }
  return ts;
}

/** How often any of the true hypotheses is rejected by Holm over all looks, when `slower` of the metrics really are. */
export function familyError(given: {
  metrics: number;
  correlation: number;
  slower: number;
  jobs: number;
  seed: number;
}): Share {
  const { metrics, correlation, slower, jobs, seed } = given;
  const z = normals(seed);
  const looks = looksFor(20);
  const schedule = oneAttempt(looks);
  let wrong = 0;
  for (let job = 0; job < jobs; job++) {
    const values = Array.from({ length: 20 }, () => {
      const shared = z();
      return Array.from(
        { length: metrics },
        (_, m) =>
          (m < slower ? 1.5 : 0) +
          Math.sqrt(correlation) * shared +
          Math.sqrt(1 - correlation) * z(),
      );
    });
    const rejected = new Set<number>();
    for (const [k, look] of looks.entries()) {
      const open = Array.from({ length: metrics }, (_, m) => m).filter((m) => !rejected.has(m));
      const ps = open.map((m) => {
        const estimate = estimatePaired(values.slice(0, look).map((block) => block[m] as number));
        return estimate === null ? 1 : sequentialP(worseP(estimate), schedule, k);
      });
      const now = holm(ps, { alpha: 0.01, family: metrics, before: rejected.size });
      for (const [i, m] of open.entries()) if (now[i]) rejected.add(m);
    }
    if ([...rejected].some((m) => m >= slower)) wrong++;
  }
  return shareOf(wrong, jobs);
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

/** ln(cost ratio) of the smallest visible change that the report prints. */
export function printedVisible({ sd, tolerance, alpha, looks }: OneMetric): number {
  const procedure = procedureOf(oneAttempt(looks), alpha, looks.length - 1);
  return smallestVisible(sd, logCost('throughput', tolerance), procedure);
}

/** How often the whole rule calls a change as large as the printed MDE a regression. */
export function powerAtMde(given: OneMetric & { jobs: number; seed: number }): Share {
  return wholeRule({ ...given, effect: printedVisible(given) }).regression;
}

export interface Stopped {
  /** Jobs by their word. */
  regression: Share;
  unchanged: Share;
  inconclusive: Share;
  /** Of the 95 % intervals at the decision. */
  coverage: Share;
  /** Mean of the estimates at the decision, less the true change: ln(cost ratio). */
  bias: number;
}

/** Looked at until it is decided, or the budget ends. `effect`: true ln(cost ratio). */
export function wholeRule(
  given: OneMetric & { effect: number; jobs: number; seed: number },
): Stopped {
  const { effect, sd, tolerance, alpha, looks, jobs, seed } = given;
  const z = normals(seed);
  const schedule = oneAttempt(looks);
  const words = { regression: 0, unchanged: 0, improvement: 0, inconclusive: 0 };
  let covered = 0;
  let sum = 0;
  for (let job = 0; job < jobs; job++) {
    const values = Array.from({ length: looks.at(-1) as number }, () => effect + sd * z());
    for (const [k, look] of looks.entries()) {
      const estimate = estimatePaired(values.slice(0, look)) as Estimate;
      const shown = {
        worse: sequentialP(worseP(estimate), schedule, k) <= alpha,
        better: sequentialP(worseP({ ...estimate, d: -estimate.d }), schedule, k) <= alpha,
      };
      const pass = passLevel(schedule, k);
      const { word } = decide('throughput', estimate, tolerance, shown, pass);
      const isLast = k === looks.length - 1;
      if (word === 'continue' && !isLast) continue;
      const passes = isWithinTolerance('throughput', estimate, tolerance, pass);
      words[word !== 'continue' ? word : passes ? 'unchanged' : 'inconclusive']++;
      const half = estimate.se * tQuantile(0.975, look - 1);
      if (Math.abs(estimate.d - effect) <= half) covered++;
      sum += estimate.d - effect;
      break;
    }
  }
  return {
    regression: shareOf(words.regression, jobs),
    unchanged: shareOf(words.unchanged, jobs),
    inconclusive: shareOf(words.inconclusive, jobs),
    coverage: shareOf(covered, jobs),
    bias: sum / jobs,
  };
}
