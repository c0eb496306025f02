/** The rule's error rates by simulation: the pure functions that the judge uses, on block values without a measurement around them. */

import { procedureOf } from '../../src/judge/power/power.ts';
import { smallestVisible } from '../../src/judge/power/smallest-visible.ts';
import { logCost, worseP } from '../../src/judge/rule/decide.ts';
import { estimatePaired } from '../../src/judge/rule/estimate.ts';
import { holm } from '../../src/judge/statistics/holm.ts';
import { oneAttempt } from '../../src/judge/statistics/sequential.ts';
import { sequentialP } from '../../src/judge/statistics/sequential-p.ts';
import { looksFor } from '../../src/plan/looks.ts';
import type { Noise } from './block-noise.ts';
import { criticalValues } from './critical-values.ts';
import { normals } from './measurement.ts';
import { type OneMetric, type Share, shareOf, wholeRule } from './whole-rule.ts';

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

/** ln(cost ratio) of the smallest visible change that the report prints. */
export function printedVisible({ sd, tolerance, alpha, looks }: OneMetric): number {
  const procedure = procedureOf(oneAttempt(looks), alpha, looks.length - 1);
  return smallestVisible(sd, logCost('throughput', tolerance), procedure);
}

/** How often the whole rule calls a change as large as the printed MDE a regression. */
export function powerAtMde(given: OneMetric & { jobs: number; seed: number }): Share {
  return wholeRule({ ...given, effect: printedVisible(given) }).regression;
}
