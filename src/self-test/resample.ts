/**
 * Jobs made of blocks that were measured before, and judged as a run of the gate would have judged them.
 *
 * In two stages (`two-stages.ts`): a run is drawn, whose part all blocks of the job have, and then the blocks, by twos as they were
 * measured, with replacement: start, connect and warm-up orders are balanced over each two, and stay so. With fewer than three
 * runs nothing is known of what runs have in common; then such jobs hold for one run alone. What is drawn several times looks
 * like a state that a server came up in more than once, or like an effect of the order, so that the
 * health checks doubt these jobs a little more often than whole ones.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import { mean } from 'simple-statistics';
import { mirrored } from '../judge/mirror.ts';
import { figuredBlock } from '../judge/state/condensed.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import type { BlockMeasurement } from '../measure/observed/measurement.ts';
import { decidedAt, withFigures } from './decided.ts';
import { jobOf, type Pool, type PooledBlock } from './pool.ts';
import { type Shift, shifted } from './shift.ts';
import { stagesOf } from './two-stages.ts';

export interface JobOutcome {
  verdict: Verdict;
  /** Blocks until it was decided, or all that the budget holds. */
  blocks: number;
  /** The verdict with the arms in each other's place; null where that was not asked. */
  mirrored: Verdict | null;
}

export interface Resampled {
  outcomes: JobOutcome[];
  /** Per job, how often each unit was drawn for it, whether it was needed or not. */
  drawn: Uint8Array[];
  /** Runs that the jobs came from; null where the units are twos of blocks, because too few runs tell what they have in common. */
  runs: number | null;
}

/**
 * Jobs of blocks drawn with replacement, each judged with its arms in each other's place too if `isMirrored`. The same seed
 * gives the same jobs. Throws RangeError for a pool of none.
 */
export function resampledJobs(
  pool: Pool,
  jobs: number,
  seed: number,
  isMirrored = false,
): Resampled {
  const { twos, effects } = stagesOf(pool.runs);
  if (twos.length === 0) throw new RangeError('no two blocks to draw from');
  const random = mersenne(seed);
  const planned = pool.plan.blocks.length;
  const outcomes: JobOutcome[] = [];
  const drawn: Uint8Array[] = [];
  const runs = effects.length;
  // Each two is drawn some hundred times with each effect: its figures are taken once.
  const figured = new Map<string, FiguredPooled[]>();
  for (let job = 0; job < jobs; job++) {
    const donor = runs === 0 ? null : uniformInt(random, 0, runs - 1);
    const effect = donor === null ? NO_SHIFT : (effects[donor] as Shift);
    // Of runs that are independent: how often the one was the donor, and how many of the blocks are of it.
    const counts = new Uint8Array(runs === 0 ? twos.length : 2 * runs);
    const count = (unit: number) => {
      counts[unit] = (counts[unit] as number) + 1;
    };
    if (donor !== null) count(runs + donor);
    const blocks: FiguredPooled[] = [];
    while (blocks.length < planned) {
      const index = uniformInt(random, 0, twos.length - 1);
      const { two, run } = twos[index] as (typeof twos)[number];
      count(runs === 0 ? index : run);
      const variant = `${donor} ${index}`;
      const known =
        figured.get(variant) ??
        two.map((one) => withItsFigures({ ...one, block: shifted(one.block, effect) }));
      figured.set(variant, known);
      blocks.push(...known);
    }
    outcomes.push(runJob(pool, blocks, isMirrored));
    drawn.push(counts);
  }
  return { outcomes, drawn, runs: runs === 0 ? null : runs };
}

const NO_SHIFT: Shift = { throughput: 0, cpu: 0 };

/** A block as it was measured, and with its figures. */
interface FiguredPooled extends PooledBlock {
  figured: BlockMeasurement;
}

function withItsFigures(one: PooledBlock): FiguredPooled {
  return { ...one, figured: figuredBlock(one.block) };
}

/**
 * Jobs of the blocks of one run in the order in which they were measured, no block in two of them. A job begins only where a
 * whole budget of blocks is left, so that jobs that are soon decided are not favoured.
 */
export function disjointJobs(pool: Pool, isMirrored = false): JobOutcome[] {
  const planned = pool.plan.blocks.length;
  const outcomes: JobOutcome[] = [];
  for (const run of pool.runs) {
    const blocks = run.flat().map(withItsFigures);
    let from = 0;
    while (from + planned <= blocks.length) {
      const outcome = runJob(pool, blocks.slice(from, from + planned), isMirrored);
      outcomes.push(outcome);
      from += outcome.blocks;
    }
  }
  return outcomes;
}

function runJob(pool: Pool, blocks: readonly FiguredPooled[], isMirrored: boolean): JobOutcome {
  const outcome = decidedAt(
    jobOf(
      pool,
      blocks.map(({ figured, plan }) => ({ block: figured, plan })),
    ),
  );
  const other = isMirrored ? withFigures(mirrored(jobOf(pool, blocks))) : null;
  return { ...outcome, mirrored: other && decidedAt(other).verdict };
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
