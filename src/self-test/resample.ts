/**
 * Jobs made of blocks that were measured before, and judged as a run of the gate would have judged them.
 *
 * A job's blocks are drawn by twos, as they were measured, with replacement: start, connect and warm-up orders are
 * balanced over each two, and stay so. Blocks are seconds to minutes apart, each with processes of its own, so they are
 * taken as independent, and no longer runs of neighbours are kept together. Drift over hours is in the pool, but spread
 * over all jobs, where in a real hour it would meet all blocks of one; only whole jobs show that. Jobs share the blocks of
 * their pool: if the pool as a whole lies to one side, so do they all. What is drawn
 * several times looks like a state that a server came up in more than once, or like an effect of the order, so that the
 * health checks doubt these jobs a little more often than whole ones.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import { mean } from 'simple-statistics';
import { judge, unresolved } from '../judge/judge.ts';
import type { Verdict } from '../judge/verdict.ts';
import { jobOf, type Pool, type PooledBlock } from './pool.ts';

export interface JobOutcome {
  verdict: Verdict;
  /** Blocks until it was decided, or all that the budget holds. */
  blocks: number;
}

export interface Resampled {
  outcomes: JobOutcome[];
  /** Per job, how often each two blocks of the pool were drawn for it, whether they were needed or not. */
  drawn: Uint8Array[];
}

/** Jobs of blocks drawn with replacement. The same seed gives the same jobs. Throws RangeError for a pool of none. */
export function resampledJobs(pool: Pool, jobs: number, seed: number): Resampled {
  const { pairs, plan } = pool;
  if (pairs.length === 0) throw new RangeError('no two blocks to draw from');
  const random = mersenne(seed);
  const planned = plan.blocks.length;
  const outcomes: JobOutcome[] = [];
  const drawn: Uint8Array[] = [];
  for (let job = 0; job < jobs; job++) {
    const counts = new Uint8Array(pairs.length);
    const blocks: PooledBlock[] = [];
    while (blocks.length < planned) {
      const index = uniformInt(random, 0, pairs.length - 1);
      counts[index] = (counts[index] as number) + 1;
      blocks.push(...(pairs[index] as Pool['pairs'][number]));
    }
    outcomes.push(runJob(pool, blocks));
    drawn.push(counts);
  }
  return { outcomes, drawn };
}

/**
 * Jobs of blocks in the order in which they were measured, no block in two of them. A job begins only where a whole
 * budget of blocks is left, so that jobs that are soon decided are not favoured.
 */
export function disjointJobs(pool: Pool): JobOutcome[] {
  const planned = pool.plan.blocks.length;
  const outcomes: JobOutcome[] = [];
  let from = 0;
  while (from + planned <= pool.blocks.length) {
    const outcome = runJob(pool, pool.blocks.slice(from, from + planned));
    outcomes.push(outcome);
    from += outcome.blocks;
  }
  return outcomes;
}

/** Look by look, until it is decided. */
function runJob(pool: Pool, blocks: readonly PooledBlock[]): JobOutcome {
  const last = pool.plan.looks.at(-1) as number;
  for (const look of pool.plan.looks) {
    const measurement = jobOf(pool, blocks.slice(0, look));
    if (look < last && unresolved(measurement).length > 0) continue;
    return { verdict: judge(measurement), blocks: look };
  }
  throw new Error('a plan without looks');
}

/**
 * Variance of a mean over resampled jobs: that of the draws, and that of the pool, which might have been another. The
 * pool's is the infinitesimal jackknife of a bagged estimate, sum over what is drawn of cov(times drawn, value)^2 (Efron
 * 2014, J. Am. Stat. Assoc. 109), less what so few draws add to it (Wager, Hastie and Efron 2014, J. Mach. Learn.
 * Res. 15).
 */
export function varianceOfMean(values: readonly number[], drawn: readonly Uint8Array[]): number {
  const jobs = values.length;
  const middle = mean([...values]);
  const spread = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / jobs;
  const pool = drawn[0]?.length ?? 0;
  let squares = 0;
  let noise = 0;
  for (let unit = 0; unit < pool; unit++) {
    const times = drawn.map((counts) => counts[unit] as number);
    const usual = times.reduce((sum, n) => sum + n, 0) / jobs;
    let covariance = 0;
    let variance = 0;
    for (let job = 0; job < jobs; job++) {
      const extra = (times[job] as number) - usual;
      covariance += (extra * ((values[job] as number) - middle)) / jobs;
      variance += extra ** 2 / jobs;
    }
    squares += covariance ** 2;
    noise += (variance * spread) / jobs;
  }
  return Math.max(0, squares - noise) + spread / jobs;
}
