/** Load on arms that were just started: warmed up in turn, then slices in the planned order, metered. */
import type { Arm, Scenario } from '../config/experiment.ts';
import type { BlockPlan, SubjectPlan } from '../plan/plan.ts';
import type { LiveArms } from './live.ts';
import type { ErrorKind, ErrorSample, SliceResult } from './load/protocol.ts';
import { noErrors } from './load/session.ts';
import { exampleOf, loadSlices, type Sliced, serverFor } from './loading.ts';
import type { ArmObservation } from './measurement.ts';
import { Meter } from './meter.ts';
import type { Workbench } from './workbench.ts';

/** What is done with arms that are alive at once: a whole block of a live pair, or one arm of an exclusive one. */
export type StretchPlan = Pick<
  BlockPlan,
  'startOrder' | 'connectOrder' | 'warmupOrder' | 'sliceOrder'
>;

export interface Stretch extends Sliced {
  arms: Map<Arm, ArmObservation>;
}

/** Memory is sampled this often, always after the same numbers of requests. */
const MEMORY_SAMPLES = 4;

/** A stretch that takes this many times its block's planned length will not end by itself in any useful time. */
const PATIENCE = 4;

export async function runStretch(
  bench: Workbench,
  live: LiveArms,
  scenario: Scenario,
  plan: SubjectPlan,
  { warmupOrder, sliceOrder }: StretchPlan,
): Promise<Stretch> {
  for (const arm of warmupOrder) {
    const warmed = await loadSlices(bench, live, [arm], plan.warmupRequests);
    live.assertAlive();
    assertAnswering(live, warmed);
  }

  const meters = [...live.servers].map(([arm, server]) => new Meter(arm, server));
  const slices: SliceResult[] = [];
  const samples: ErrorSample[] = [];
  const quads = quadsOf(sliceOrder);
  const mostMs = PATIENCE * plan.blockMs + 2 * scenario.timeoutMs;
  const deadlineMs = performance.now() + mostMs;
  const sampleEvery = Math.max(1, Math.ceil(quads.length / MEMORY_SAMPLES));
  for (const [index, quad] of quads.entries()) {
    for (const order of callsOf(scenario, quad)) {
      bench.signal.throwIfAborted();
      const result = await loadSlices(bench, live, order, plan.sliceRequests);
      slices.push(...result.slices);
      samples.push(...result.samples);
      assertAnswering(live, result);
      if (performance.now() > deadlineMs) throw tooSlow(live, { slices, samples }, mostMs);
    }
    for (const meter of meters) meter.read();
    const last = index === quads.length - 1;
    if (last || (index + 1) % sampleEvery === 0) for (const meter of meters) meter.sampleMemory();
  }
  live.assertAlive();
  return {
    slices,
    samples,
    arms: new Map(meters.map((meter) => [meter.arm, observationOf(live, meter, slices)])),
  };
}

/** The slice order in fours: the shortest stretch over which a drift hits both arms alike. */
function quadsOf(order: string): Arm[][] {
  const arms = [...order].map((letter): Arm => (letter === 'b' ? 'base' : 'head'));
  return Array.from({ length: Math.ceil(arms.length / 4) }, (_, i) => arms.slice(4 * i, 4 * i + 4));
}

/** A command's runs are long, so each is a call of its own: a failure is told at once, and with its arm. */
function callsOf(scenario: Scenario, quad: Arm[]): Arm[][] {
  return scenario.kind === 'command' ? quad.map((arm) => [arm]) : [quad];
}

/** An arm that answers nothing any more is broken; waiting for each of its requests would take for ever. */
function assertAnswering(live: LiveArms, sliced: Sliced): void {
  for (const [arm, server] of live.servers) {
    const own = sliced.slices.filter((slice) => slice.arm === arm);
    if (own.length === 0 || own.some((slice) => slice.good > 0)) continue;
    live.assertAlive();
    const seen = exampleOf(sliced, arm) ?? 'no expected answer';
    throw server.failure('no-answer', `nothing was answered as expected any more: ${seen}`);
  }
}

function tooSlow(live: LiveArms, sliced: Sliced, mostMs: number): Error {
  const timeMs = (arm: Arm) =>
    sliced.slices.reduce(
      (sum, slice) => sum + (slice.arm === arm ? slice.durationUs / 1000 : 0),
      0,
    );
  const slowest = [...live.servers.keys()].reduce((a, b) => (timeMs(b) > timeMs(a) ? b : a));
  const seen = exampleOf(sliced, slowest);
  const what = `a block did not end within ${Math.round(mostMs / 1000)} s, several times what its rehearsal led to expect${seen === null ? '' : `; for example: ${seen}`}`;
  return serverFor(live, slowest).failure('no-answer', what);
}

function observationOf(
  live: LiveArms,
  meter: Meter,
  slices: readonly SliceResult[],
): ArmObservation {
  const startMs = live.startMs.get(meter.arm) as number;
  return {
    startMs: Number(startMs.toFixed(1)),
    ...countsOf(slices.filter(({ arm }) => arm === meter.arm)),
    ...meter.observed(),
  };
}

function countsOf(
  slices: readonly SliceResult[],
): Pick<ArmObservation, 'good' | 'attempted' | 'errors'> {
  const errors = noErrors();
  let good = 0;
  let failed = 0;
  for (const slice of slices) {
    good += slice.good;
    for (const kind of Object.keys(errors) as ErrorKind[]) {
      errors[kind] += slice.errors[kind];
      failed += slice.errors[kind];
    }
  }
  return { good, attempted: good + failed, errors };
}
