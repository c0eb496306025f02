/** Everything that a self-test kept → what the gate is worth here. Pure. */
import { median, sum } from 'simple-statistics';
import { subjectName } from '../config/experiment.ts';
import { machineDifferences } from '../judge/comparable.ts';
import type { Measurement } from '../measure/measurement.ts';
import { seedFor } from '../plan/order.ts';
import { differenceText } from '../report/text/difference.ts';
import { goalsOf } from './goals.ts';
import { neighboursOf } from './neighbours.ts';
import {
  type Clock,
  leadOf,
  outcomesOf,
  outcomesOfResampled,
  outcomesOfWhole,
} from './outcomes.ts';
import { type Pool, poolOf, withTolerance } from './pool.ts';
import type { Dose, SelfTest } from './record.ts';
import { disjointJobs, resampledJobs } from './resample.ts';
import type { DoseResult, SelfTestResult } from './result.ts';
import { sizesOf } from './sizes.ts';

export interface AnalyseOptions {
  /** Jobs to draw from the blocks of each dose; 1,000 when absent. */
  resampledJobs?: number;
  /** Of the draws; the record's when absent. */
  seed?: number;
}

const JOBS = 1000;
/** Jobs drawn from a smaller pool, or from one smaller than themselves, would be much the same job over and over. */
const POOL_AT_LEAST = 20;
/** The same files and seed give the same figures, anywhere. */
export function analyse(selfTest: SelfTest, options: AnalyseOptions): SelfTestResult {
  const { record, chunks, jobs } = selfTest;
  const { tool, startedAt, environment, subject, method, knob, calibration, budgetMs } = record;
  const count = options.resampledJobs ?? JOBS;
  const seed = options.seed ?? record.seed;
  const pools = new Map<string, Pool>();
  for (const { name } of record.doses) {
    const pool = poolOf(chunks.get(name) ?? [], subject, budgetMs);
    if (pool !== null) pools.set(name, pool);
  }
  const leadMs = leadOf([...jobs.values()].flat());
  const [pool] = pools.values();
  const [measured] = [...chunks.values(), ...[...jobs.values()].map(measurements)].flat();
  const gate = measured === undefined ? null : gateOf(measured);
  const strict = gate === null ? null : strictTolerance(record, gate.tolerance);
  const doses = record.doses.map((dose) =>
    doseResult(dose, selfTest, pools, { count, seed, leadMs, strict }),
  );
  return {
    schemaVersion: 1,
    tool,
    startedAt,
    environment,
    otherMachines: otherMachines(selfTest),
    subject: subjectName(subject),
    seed,
    method,
    knob,
    calibration,
    budgetMs,
    gate,
    resampling:
      pool === undefined
        ? null
        : {
            jobs: count,
            blocksPerJob: pool.plan.blocks.length,
            looks: pool.plan.looks,
            blockMs: pool.plan.blockMs,
            leadMs,
          },
    baseBusy: baseBusy([...pools.values()].flatMap(({ blocks }) => blocks)),
    neighbours: (['throughput', 'cpu'] as const).flatMap(
      (metric) => neighboursOf(metric, selfTest) ?? [],
    ),
    doses,
    goals: goalsOf(doses, { tolerance: gate?.tolerance ?? null, method }),
  };
}

function doseResult(
  { name, asked, expected }: Dose,
  { jobs }: SelfTest,
  pools: ReadonlyMap<string, Pool>,
  draws: { count: number; seed: number; leadMs: number | null; strict: number | null },
): DoseResult {
  const pool = pools.get(name);
  const whole = outcomesOfWhole(jobs.get(name) ?? []);
  if (pool === undefined) {
    const none = {
      blocks: 0,
      replaced: 0,
      sizes: [],
      resampled: null,
      disjoint: null,
      strict: null,
    };
    return { name, asked, expected, ...none, whole };
  }
  const clock: Clock = { blockMs: pool.plan.blockMs, leadMs: draws.leadMs };
  const { strict } = draws;
  const resampled = (from: Pool) =>
    pool.blocks.length < Math.max(POOL_AT_LEAST, pool.plan.blocks.length) || pool.pairs.length === 0
      ? null
      : outcomesOfResampled(resampledJobs(from, draws.count, seedFor(draws.seed, name)), clock);
  const isStrict = strict !== null && (asked === 0 || asked === strict);
  const strictly = isStrict ? resampled(withTolerance(pool, strict)) : null;
  return {
    name,
    asked,
    expected,
    blocks: pool.blocks.length,
    replaced: pool.replaced,
    sizes: sizesOf(
      pool.blocks.map(({ block }) => block),
      expected,
    ),
    resampled: resampled(pool),
    disjoint: outcomesOf(disjointJobs(pool), clock),
    whole,
    strict:
      strictly === null || strict === null ? null : { tolerance: strict, resampled: strictly },
  };
}

function gateOf({ experiment: { gate } }: Measurement): NonNullable<SelfTestResult['gate']> {
  const { tolerance, falseAlarmRate, metrics } = gate;
  return { tolerance: tolerance.throughput, falseAlarmRate, metrics };
}

/**
 * A slowdown below the tolerance is one that the gate lets pass. Whether it could be caught is asked of the same blocks
 * with a tolerance of its own size; of the largest such slowdown.
 */
function strictTolerance({ doses }: SelfTest['record'], tolerance: number): number | null {
  const below = doses.map(({ asked }) => asked).filter((asked) => asked > 0 && asked < tolerance);
  return below.length === 0 ? null : Math.max(...below);
}

function baseBusy(blocks: Pool['blocks']): number | null {
  const shares = blocks.flatMap(({ block: { arms, sliceOrder, sliceUs } }) => {
    const usedMs = arms.base?.cpuTicksMs ?? null;
    const wallUs = sum(sliceUs.filter((_, i) => sliceOrder[i] === 'b'));
    return usedMs === null || wallUs === 0 ? [] : [(1000 * usedMs) / wallUs];
  });
  return shares.length === 0 ? null : median(shares);
}

/** Differences to the first machine, one sentence each, of all that was measured later. */
function otherMachines({ record, chunks, jobs }: SelfTest): string[] {
  const all = [...chunks.values(), ...[...jobs.values()].map(measurements)].flat();
  const differences = all.flatMap(({ environment }) =>
    machineDifferences(record.environment, environment).map(differenceText),
  );
  return [...new Set(differences)];
}

function measurements(jobs: readonly { measurement: Measurement }[]) {
  return jobs.map(({ measurement }) => measurement);
}
