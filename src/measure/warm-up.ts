/** The first moments of a server: its throughput in short windows from its first request on. */

import type { Scenario } from '../config/scenario.ts';
import { leastSliceMs } from '../load/capabilities.ts';
import type { SliceResult } from '../load/results.ts';
import { steadyFrom, WINDOWS_AT_LEAST, WINDOWS_AT_MOST } from '../plan/warm-up.ts';
import type { Arm } from '../terms/arm.ts';
import { assertServesAll } from './at-once.ts';
import { loadSlices } from './load-blame.ts';
import type { WarmUp } from './measurement.ts';
import { PilotPatience } from './pilot-patience.ts';
import type { RunContext } from './run-context.ts';
import type { LiveArms } from './running-arms.ts';
import { assertAnswered, inFlightOf, rateOf, unitOf } from './work-units.ts';

const WINDOW_MS = 100;
/** The work of a window grows until it takes about half of that; a server that still warms up gets faster. */
const FIRST_TRIES = 12;

/** Windows in order, and the work that it took to find their size. */
export interface WarmingUp {
  windows: SliceResult[];
  observed: WarmUp;
  /** Work until it was steady, or of all windows when it never was. */
  work: number;
}

/** `warmUpMs`: as long as it is to warm up; it is watched for at least so long, unless it is steady before. */
export async function watchWarmUp(
  context: RunContext,
  live: LiveArms,
  { scenario, warmUpMs }: { scenario: Scenario; warmUpMs: number },
  arm: Arm,
): Promise<WarmingUp> {
  const patience = new PilotPatience(live, scenario, arm);
  let hasFailed = false;
  const load = async (work: number) => {
    const sliced = await loadSlices(context, live, [arm], work);
    const slice = assertAnswered(live, scenario, arm, sliced);
    // A limit of connections has a name and a cure; once is enough to see it.
    if (!hasFailed && hasNoAnswer(slice)) {
      hasFailed = true;
      await assertServesAll(context, live, arm);
    }
    patience.saw(sliced);
    return slice;
  };
  const { windowWork, before } = await sizeWindow(load, scenario);
  const windows: SliceResult[] = [];
  let steady: number | null = null;
  let watchedMs = 0;
  while (steady === null && (windows.length < WINDOWS_AT_MOST || watchedMs < warmUpMs)) {
    context.signal.throwIfAborted();
    const window = await load(windowWork);
    windows.push(window);
    watchedMs += window.durationUs / 1000;
    if (windows.length >= WINDOWS_AT_LEAST) steady = steadyFrom(windows.map(rateOf));
  }
  return {
    windows,
    observed: {
      windowWork,
      perSecond: windows.map((window) => Math.round(rateOf(window))),
      steadyFrom: steady,
    },
    work: before + (steady ?? windows.length) * windowWork,
  };
}

function hasNoAnswer({ errors: { closed, connect, timeout } }: SliceResult): boolean {
  return closed + connect + timeout > 0;
}

async function sizeWindow(
  load: (work: number) => Promise<SliceResult>,
  scenario: Scenario,
): Promise<{ windowWork: number; before: number }> {
  const unit = unitOf(scenario);
  const windowMs = Math.max(WINDOW_MS, leastSliceMs(scenario));
  let work = inFlightOf(scenario) * 2;
  let before = 0;
  for (let i = 0; ; i++) {
    const slice = await load(work);
    before += work;
    const wanted = unit * Math.ceil((rateOf(slice) * windowMs) / 1000 / unit);
    if (slice.durationUs >= 500 * windowMs || i >= FIRST_TRIES) {
      return { windowWork: Math.max(work, wanted), before };
    }
    // Doubling at least, so that a cold start's low rate cannot keep the work too small.
    work = Math.max(work * 2, Math.min(wanted, work * 8));
  }
}
