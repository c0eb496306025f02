/** How fast an arm is under the whole load, from a short try of it. */
import type { Arm, Scenario } from '../config/experiment.ts';
import { workInWords } from '../config/words.ts';
import type { LiveArms } from './live.ts';
import type { SliceResult } from './load/protocol.ts';
import { exampleOf, loadSlices, type Sliced, serverFor } from './loading.ts';
import type { Workbench } from './workbench.ts';

export interface Rate {
  /** Work per second. */
  rate: number;
  medianLatencyUs: number;
  /** Length of a run of a load command; null for every other load. */
  runMs: number | null;
}

/** The work grows until it took this long, at most this many tries. */
const RATE_MS = 250;
const RATE_TRIES = 12;

/** Of a load command: by one run of it. Rejects with the arm's failure when nothing is answered. */
export async function measureRate(
  bench: Workbench,
  live: LiveArms,
  scenario: Scenario,
  arm: Arm,
): Promise<Rate> {
  if (scenario.kind === 'command') return await rateOfRun(bench, live, scenario, arm);
  const unit = unitOf(scenario);
  let work = inFlightOf(scenario) * 2;
  for (let i = 0; ; i++) {
    const slice = answered(live, scenario, arm, await loadSlices(bench, live, [arm], work));
    const rate = (1e6 * slice.good) / slice.durationUs;
    if (slice.durationUs >= RATE_MS * 1000 || i >= RATE_TRIES) {
      return { rate, medianLatencyUs: slice.medianLatencyUs, runMs: null };
    }
    // Doubling at least, so that a cold start's low rate cannot keep the work too small.
    work = Math.max(work * 2, unit * Math.ceil((rate * RATE_MS) / 1000 / unit));
  }
}

/** Work that is under way at once. */
export function inFlightOf(scenario: Scenario): number {
  switch (scenario.kind) {
    case 'http':
      return scenario.connections * scenario.streams;
    case 'websocket':
    case 'hold':
      return scenario.connections;
    case 'command':
      return 1;
  }
}

/** Work comes in multiples of this: a message that fans out is received by everybody. */
export function unitOf(scenario: Scenario): number {
  return scenario.kind === 'websocket' && scenario.mode === 'fan-out' ? scenario.connections : 1;
}

async function rateOfRun(
  bench: Workbench,
  live: LiveArms,
  scenario: Scenario,
  arm: Arm,
): Promise<Rate> {
  const begun = performance.now();
  const sliced = await loadSlices(bench, live, [arm], 1);
  const runMs = performance.now() - begun;
  const { good, durationUs, medianLatencyUs } = answered(live, scenario, arm, sliced);
  return { rate: (1e6 * good) / durationUs, medianLatencyUs, runMs };
}

function answered(live: LiveArms, scenario: Scenario, arm: Arm, sliced: Sliced): SliceResult {
  const slice = sliced.slices[0] as SliceResult;
  if (slice.good > 0) return slice;
  live.assertAlive();
  const seen = exampleOf(sliced, arm) ?? 'no expected answer';
  const what = `${workInWords(scenario)} is not answered under load: ${seen}`;
  throw serverFor(live, arm).failure('no-answer', what);
}
