/** Values of simulated jobs' blocks, drawn from recorded runs, and the plan that such a job has now. */
import { mean } from 'simple-statistics';
import { PASS_ALPHA } from '../../src/judge/rule/decide.ts';
import { nominalLevels, oneAttempt } from '../../src/judge/statistics/sequential.ts';
import type { Measurement } from '../../src/measure/observed/measurement.ts';
import { sizeBlocks } from '../../src/plan/block-size.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { phasesFor } from '../../src/plan/phases.ts';
import type { CountedEstimate } from '../../src/plan/pilot-estimate.ts';
import { type Procedure, recentre } from './jobs.ts';
import { type BlockValue, type Quad, quadsOf, shortBlock, valueBefore, valueNow } from './quads.ts';

const BUDGET_MS = 120_000;
/** One of four metrics that share 1 %. */
const ALPHA = 0.01 / 4;
/** Short blocks of each run from which its mean is taken. */
const DRAWS_OF_MEAN = 2000;
/** Blocks with slices only, at the beginning (docs/adr/0047-stop-when-red.md). */
export const SPEED_FIRST = 6;

export interface Run {
  blocks: Quad[][];
}

/** A random whole number from 0 on and below n. */
type Below = (n: number) => number;

/** Values of so many blocks of one run, drawn at random, by what they differ from the run's mean. */
export type Draw = (count: number, drop: number) => BlockValue[];

export function runsOf(measurements: readonly Measurement[]): Run[] {
  return measurements.flatMap(({ subjects }) =>
    subjects.map(
      ({ blocks }): Run => ({ blocks: blocks.map(quadsOf).filter((q) => q.length > 0) }),
    ),
  );
}

export function longBlocks(runs: readonly Run[], below: Below): Draw {
  const known = runs.map(({ blocks }) => blocks.flatMap((quads) => valueBefore(quads) ?? []));
  return (count, drop) => {
    const own = known[below(known.length)] as BlockValue[];
    const of = { mean: meanOf(own), count: own.length };
    return Array.from({ length: count }, () =>
      recentre(own[below(own.length)] as BlockValue, of, drop),
    );
  };
}

export function shortBlocks(runs: readonly Run[], groups: number, below: Below): Draw {
  const drawn = ({ blocks }: Run) => {
    const quads = blocks[below(blocks.length)] as Quad[];
    return valueNow(shortBlock(quads, groups, below)) as BlockValue;
  };
  const means = runs.map((run) => meanOf(Array.from({ length: DRAWS_OF_MEAN }, () => drawn(run))));
  return (count, drop) => {
    const at = below(runs.length);
    const run = runs[at] as Run;
    const of = { mean: means[at] as BlockValue, count: run.blocks.length };
    return Array.from({ length: count }, () => recentre(drawn(run), of, drop));
  };
}

/** The plan of a job of two minutes, from what the recorded pilot run saw. */
export function plannedNow({ subjects, experiment }: Measurement): {
  procedure: Procedure;
  groups: number;
} {
  const pilot = subjects[0]?.pilot;
  const scenario = experiment.scenarios[0];
  const base = pilot?.arms.base;
  const rate = base?.rate ?? null;
  if (pilot == null || base === undefined || rate === null || scenario === undefined)
    throw new Error('no pilot run');
  const arms = Object.values(pilot.arms);
  const estimate: CountedEstimate = {
    kind: 'counted',
    startMs: Math.max(...arms.map(({ startMs }) => startMs)),
    rate,
    medianLatencyUs: base.medianLatencyUs,
    inFlight: base.inFlight?.asked ?? 1,
    unit: 1,
    leastSliceMs: 0,
    keepsTime: true,
    slowness: 1,
    warmUpWork: Math.max(
      ...arms.map(({ warmUp }) =>
        warmUp === null ? 0 : warmUp.windowWork * (warmUp.steadyFrom ?? warmUp.perSecond.length),
      ),
    ),
  };
  const meeting = { arms: 2, pairs: 'live' } as const;
  const plain = sizeBlocks(BUDGET_MS, estimate, meeting);
  const whole = sizeBlocks(BUDGET_MS, estimate, meeting, phasesFor(scenario, estimate));
  const looks = looksFor(whole.blocks);
  const schedule = oneAttempt(looks);
  return {
    groups: plain.slices / 4,
    procedure: {
      looks,
      fail: nominalLevels(ALPHA, schedule),
      pass: nominalLevels(PASS_ALPHA, schedule),
      blockS: (index) => (index < SPEED_FIRST ? plain : whole).blockMs / 1000,
      stopsWhenRed: true,
    },
  };
}

function meanOf(all: readonly BlockValue[]): BlockValue {
  return {
    throughput: mean(all.map(({ throughput }) => throughput)),
    cpu: mean(all.map(({ cpu }) => cpu)),
  };
}
