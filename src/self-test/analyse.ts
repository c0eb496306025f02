/** Everything that a self-test kept → what the gate is worth here. Pure. */
import { median, sum } from 'simple-statistics';
import { subjectName } from '../config/experiment/experiment.ts';
import { machineDifferences } from '../judge/machine/differences.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import { seedFor } from '../plan/order.ts';
import { differenceText } from '../report/notices/difference.ts';
import { goalsOf } from './goals.ts';
import {
  type Clock,
  leadOf,
  outcomesOf,
  outcomesOfResampled,
  outcomesOfWhole,
} from './outcomes.ts';
import { type Pool, poolOf, withTolerance } from './pool.ts';
import { type Dose, RULER, type SelfTest } from './record.ts';
import { disjointJobs, resampledJobs } from './resample.ts';
import type { DoseResult, SelfTestResult } from './result.ts';
import { runEffectOf } from './run-effect.ts';
import { type DoseRuns, sizesOf } from './sizes.ts';

export interface AnalyseOptions {
  /** Jobs to draw from the blocks of each dose; 1,000 when absent. */
  resampledJobs?: number;
  /** Of the draws; the record's when absent. */
  seed?: number;
}

const JOBS = 1000;
/** Of a job whose plan is not known. */
const BLOCKS = 10;
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
    schemaVersion: 2,
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
    runEffects: (['throughput', 'cpu'] as const).flatMap(
      (metric) => runEffectOf(metric, selfTest, pool?.plan.blocks.length ?? BLOCKS) ?? [],
    ),
    doses,
    goals: goalsOf(doses, { tolerance: gate?.tolerance ?? null, method }),
  };
}

function doseResult(
  dose: Dose,
  selfTest: SelfTest,
  pools: ReadonlyMap<string, Pool>,
  draws: { count: number; seed: number; leadMs: number | null; strict: number | null },
): DoseResult {
  const { name, asked, expected } = dose;
  const isUnchanged = asked === 0;
  const pool = pools.get(name);
  const whole = outcomesOfWhole(selfTest.jobs.get(name) ?? [], isUnchanged);
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
    pool.blocks.length < Math.max(POOL_AT_LEAST, pool.plan.blocks.length)
      ? null
      : outcomesOfResampled(
          resampledJobs(from, draws.count, seedFor(draws.seed, name), isUnchanged),
          clock,
        );
  const isStrict = strict !== null && (asked === 0 || asked === strict);
  const strictly = isStrict ? resampled(withTolerance(pool, strict)) : null;
  return {
    name,
    asked,
    expected,
    blocks: pool.blocks.length,
    replaced: pool.replaced,
    sizes: sizesOf(runsOfDose(dose, selfTest)),
    resampled: resampled(pool),
    disjoint: outcomesOf(disjointJobs(pool, isUnchanged), clock),
    whole,
    strict:
      strictly === null || strict === null ? null : { tolerance: strict, resampled: strictly },
  };
}

/** `chunks` has what each run has of a dose, in the order of the runs. */
function runsOfDose(
  { name, injection, expected }: Dose,
  { record: { subject, knob, ruler }, chunks }: SelfTest,
): DoseRuns {
  const of = (dose: string) =>
    (chunks.get(dose) ?? []).map(
      ({ subjects }) =>
        subjects.find((other) => subjectName(other) === subjectName(subject))?.blocks ?? [],
    );
  const units = knob === null ? 0 : Number(injection.env.head[knob]);
  const times = ruler === null ? Number.NaN : ruler.units / units;
  return {
    runs: of(name),
    ruler: Number.isFinite(times) ? { runs: of(RULER), times } : null,
    expected,
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
