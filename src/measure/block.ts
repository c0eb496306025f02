/** One block: a fresh pair of processes, warmed up, loaded in alternating slices, metered, ended. */
import type { Arm, Scenario } from '../config/experiment.ts';
import type { BlockPlan, SubjectPlan } from '../plan/plan.ts';
import type { LiveArms } from './live.ts';
import type { ErrorCounts, ErrorSample, SliceResult } from './load/protocol.ts';
import type { ArmObservation, BlockMeasurement } from './measurement.ts';
import { Meter } from './meter.ts';
import type { RunningServer } from './servers/server.ts';
import type { Workbench } from './workbench.ts';

/** Memory is sampled this often within a block, always after the same numbers of requests. */
const MEMORY_SAMPLES = 4;

/** A block that takes this many times its planned length will not end by itself in any useful time. */
const PATIENCE = 4;

/** Measures one block on arms that were just started. */
export async function runBlock(
  bench: Workbench,
  live: LiveArms,
  scenario: Scenario,
  plan: SubjectPlan,
  block: BlockPlan,
): Promise<{ block: BlockMeasurement; samples: ErrorSample[] }> {
  for (const arm of block.warmupOrder) {
    const warmed = await bench.generator.slices([arm], plan.warmupRequests);
    live.assertAlive();
    assertAnswering(live, warmed);
  }

  const meters = [...live.servers].map(([arm, server]) => new Meter(arm, server));
  const slices: SliceResult[] = [];
  const samples: ErrorSample[] = [];
  const quads = quadsOf(block.sliceOrder);
  const mostMs = PATIENCE * plan.blockMs + 2 * scenario.timeoutMs;
  const deadlineMs = performance.now() + mostMs;
  const sampleEvery = Math.max(1, Math.ceil(quads.length / MEMORY_SAMPLES));
  for (const [index, quad] of quads.entries()) {
    bench.signal.throwIfAborted();
    const result = await bench.generator.slices(quad, plan.sliceRequests);
    slices.push(...result.slices);
    samples.push(...result.samples);
    assertAnswering(live, result);
    if (performance.now() > deadlineMs) throw tooSlow(live, slices, samples, mostMs);
    for (const meter of meters) meter.read();
    const last = index === quads.length - 1;
    if (last || (index + 1) % sampleEvery === 0) for (const meter of meters) meter.sampleMemory();
  }
  live.assertAlive();

  const wallUs = slices.reduce((sum, slice) => sum + slice.durationUs, 0);
  const generatorUs = slices.reduce((sum, slice) => sum + slice.generatorCpuUs, 0);
  const arms: BlockMeasurement['arms'] = {};
  for (const meter of meters) {
    arms[meter.arm] = {
      startMs: round(live.startMs.get(meter.arm) as number, 1),
      ...counts(slices.filter((slice) => slice.arm === meter.arm)),
      ...meter.observed(),
    };
  }
  return {
    samples,
    block: {
      index: block.index,
      sliceOrder: block.sliceOrder,
      sliceUs: slices.map((slice) => round(slice.durationUs, 1)),
      sliceGood: slices.map((slice) => slice.good),
      generatorBusy: wallUs === 0 ? 0 : round(generatorUs / wallUs, 4),
      arms,
    },
  };
}

/** An arm that answers nothing any more is broken; waiting for each of its requests would take for ever. */
function assertAnswering(
  live: LiveArms,
  { slices, samples }: { slices: readonly SliceResult[]; samples: readonly ErrorSample[] },
): void {
  for (const [arm, server] of live.servers) {
    const own = slices.filter((slice) => slice.arm === arm);
    if (own.length === 0 || own.some((slice) => slice.good > 0)) continue;
    live.assertAlive();
    const seen = samples.find((sample) => sample.arm === arm)?.message ?? 'no expected answer';
    throw server.failure('no-answer', `no request was answered as expected any more: ${seen}`);
  }
}

function tooSlow(
  live: LiveArms,
  slices: readonly SliceResult[],
  samples: readonly ErrorSample[],
  mostMs: number,
): Error {
  const timeMs = (arm: Arm) =>
    slices.reduce((sum, slice) => sum + (slice.arm === arm ? slice.durationUs / 1000 : 0), 0);
  const slowest = [...live.servers.keys()].reduce((a, b) => (timeMs(b) > timeMs(a) ? b : a));
  const seen = samples.find(({ arm }) => arm === slowest)?.message;
  const what = `a block did not end within ${Math.round(mostMs / 1000)} s, several times what its rehearsal led to expect${seen === undefined ? '' : `; for example: ${seen}`}`;
  return (live.servers.get(slowest) as RunningServer).failure('no-answer', what);
}

/** The slice order in fours: the shortest stretch over which a drift hits both arms alike. */
function quadsOf(order: string): Arm[][] {
  const arms = [...order].map((letter): Arm => (letter === 'b' ? 'base' : 'head'));
  return Array.from({ length: Math.ceil(arms.length / 4) }, (_, i) => arms.slice(4 * i, 4 * i + 4));
}

function counts(
  slices: readonly SliceResult[],
): Pick<ArmObservation, 'good' | 'attempted' | 'errors'> {
  const errors: ErrorCounts = {
    connect: 0,
    timeout: 0,
    closed: 0,
    protocol: 0,
    status: 0,
    body: 0,
  };
  let good = 0;
  let failed = 0;
  for (const slice of slices) {
    good += slice.good;
    for (const kind of Object.keys(errors) as (keyof ErrorCounts)[]) {
      errors[kind] += slice.errors[kind];
      failed += slice.errors[kind];
    }
  }
  return { good, attempted: good + failed, errors };
}

/** Keeps files small without losing anything above the clock's own noise. */
function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
