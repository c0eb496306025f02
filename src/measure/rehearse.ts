/**
 * First contact with a subject, before any budget is spent: it must start, answer as expected and
 * survive autocannon's opening burst. What is seen here sizes the blocks.
 */
import { mean } from 'simple-statistics';
import type { Arm, Scenario, Server } from '../config/experiment.ts';
import type { Pace } from '../plan/size.ts';
import { type LiveArms, startLive } from './live.ts';
import type { SliceResult } from './load/protocol.ts';
import type { Rehearsal } from './measurement.ts';
import type { RunningServer } from './servers/server.ts';
import type { Workbench } from './workbench.ts';

/** Long enough for figures that a reader knows, short beside the blocks. */
const BURST_S = 1;
/** Our engine's own measure of the rate: until it took this long, at most this many tries. */
const RATE_MS = 250;
const RATE_TRIES = 12;

export interface Rehearsed {
  rehearsal: Rehearsal;
  pace: Pace;
}

export async function rehearse(
  bench: Workbench,
  server: Server,
  scenario: Scenario,
  arms: readonly Arm[],
): Promise<Rehearsed> {
  const live = await startLive(bench, server, scenario, { startOrder: arms, connectOrder: arms });
  const rehearsal: Rehearsal = { arms: {} };
  try {
    for (const arm of arms) {
      bench.signal.throwIfAborted();
      await expectOneAnswer(bench, live, arm, scenario);
      const burst = await bench.generator.burst(arm, BURST_S);
      const { rate, medianLatencyUs } = await measureRate(bench, live, arm, scenario);
      live.assertAlive();
      rehearsal.arms[arm] = {
        startMs: live.startMs.get(arm) as number,
        rate,
        medianLatencyUs,
        burst,
      };
    }
  } catch (error) {
    await live[Symbol.asyncDispose]();
    throw error;
  }
  const stopping = performance.now();
  await live[Symbol.asyncDispose]();
  const stopMs = performance.now() - stopping;

  const startMs = Math.max(...live.startMs.values()) + stopMs;
  return { rehearsal, pace: paceOf(rehearsal, startMs, scenario.connections) };
}

/** Base paces the run, or head when it is alone. */
function paceOf({ arms }: Rehearsal, startMs: number, connections: number): Pace {
  const seen = Object.values(arms);
  const { rate, medianLatencyUs } = (arms.base ?? arms.head) as (typeof seen)[number];
  const slowness = mean(seen.map((arm) => rate / arm.rate));
  return { startMs, rate, medianLatencyUs, connections, slowness };
}

/** A wrong path or a missing route is told here in one sentence, not after minutes as thousands of errors. */
async function expectOneAnswer(
  bench: Workbench,
  live: LiveArms,
  arm: Arm,
  scenario: Scenario,
): Promise<void> {
  const { slices, samples } = await bench.generator.slices([arm], 1);
  if (slices[0]?.good === 1) return;
  const server = live.servers.get(arm) as RunningServer;
  const ended = server.ended();
  if (ended) throw server.failure('exited', `the server ended at the first request (${ended})`);
  const seen = samples[0]?.message ?? 'no expected answer';
  throw server.failure(
    slices[0]?.errors.body === 1 ? 'wrong-body' : 'wrong-status',
    `${scenario.method} ${scenario.path} is not answered as expected: ${seen}`,
  );
}

/** Grows the work until it takes long enough to time. The last, longest try counts. */
async function measureRate(
  bench: Workbench,
  live: LiveArms,
  arm: Arm,
  scenario: Scenario,
): Promise<{ rate: number; medianLatencyUs: number }> {
  let requests = scenario.connections * 2;
  for (let i = 0; ; i++) {
    const { slices, samples } = await bench.generator.slices([arm], requests);
    const slice = slices[0] as SliceResult;
    if (slice.good === 0) {
      live.assertAlive();
      const seen = samples[0]?.message ?? 'no expected answer';
      const what = `${scenario.method} ${scenario.path} is not answered under load: ${seen}`;
      throw (live.servers.get(arm) as RunningServer).failure('no-answer', what);
    }
    const rate = (1e6 * slice.good) / slice.durationUs;
    if (slice.durationUs >= RATE_MS * 1000 || i >= RATE_TRIES) {
      return { rate, medianLatencyUs: slice.medianLatencyUs };
    }
    // Doubling at least, so that a cold start's low rate cannot keep the work too small.
    requests = Math.max(requests * 2, Math.ceil((rate * RATE_MS) / 1000));
  }
}
