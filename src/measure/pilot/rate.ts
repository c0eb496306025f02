/** How fast an arm is under the whole load, from a short try of it. */

import { median, sum } from 'simple-statistics';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Arm } from '../../terms/arm.ts';
import type { LiveArms } from '../arms/running-arms.ts';
import type { RunContext } from '../context/run-context.ts';
import { loadSlices } from '../loading/load-blame.ts';
import { assertAnswered, rateOf } from '../loading/work-units.ts';
import type { WarmUp } from '../observed/measurement.ts';
import { type InFlight, inFlightIn } from './in-flight.ts';
import { type Window, watchWarmUp } from './warm-up.ts';

/** What one arm showed of it. */
export type Rate = CountedRate | RunsRate;

interface Seen {
  /** Work per second. */
  rate: number;
  medianLatencyUs: number;
}

export interface CountedRate extends Seen {
  kind: 'counted';
  inFlight: InFlight | null;
  warmUp: WarmUp;
  /** Work that an arm needs until it is steady. */
  warmUpWork: number;
}

/** Of a load command, whose first run is over before anything could be seen of a warm-up. */
export interface RunsRate extends Seen {
  kind: 'runs';
  /** Length of one run. */
  runMs: number;
}

/** Windows of the steady part that the rate is taken from. */
const LAST = 6;

/** Of a load command: by one run of it. Rejects with the arm's failure when nothing is answered. */
export async function measureRate(
  context: RunContext,
  live: LiveArms,
  { scenario, warmUpMs }: { scenario: Scenario; warmUpMs: number },
  arm: Arm,
): Promise<Rate> {
  if (scenario.kind === 'command') return await rateOfRun(context, live, scenario, arm);
  const { windows, observed, work } = await watchWarmUp(context, live, { scenario, warmUpMs }, arm);
  const last = windows.slice(-LAST);
  return {
    kind: 'counted',
    rate: rateIn(windows, scenario),
    medianLatencyUs: median(last.map(({ medianLatencyUs }) => medianLatencyUs)),
    inFlight: inFlightIn(last, scenario),
    warmUp: observed,
    warmUpWork: work,
  };
}

/**
 * Of the last windows the one in the middle. Of a mix of requests all later ones together: a slow kind is in some windows and not in others,
 * and half of these would say nothing of it.
 */
export function rateIn(windows: readonly Window[], scenario: Scenario): number {
  if (scenario.kind !== 'http' || scenario.requests.length === 1) {
    return median(windows.slice(-LAST).map(rateOf));
  }
  const later = windows.slice(-Math.max(LAST, Math.ceil(windows.length / 2)));
  const [good, durationUs] = [
    sum(later.map((window) => window.good)),
    sum(later.map((window) => window.durationUs)),
  ];
  return rateOf({ good, durationUs });
}

async function rateOfRun(
  context: RunContext,
  live: LiveArms,
  scenario: Scenario,
  arm: Arm,
): Promise<RunsRate> {
  const begun = performance.now();
  const sliced = await loadSlices(context, live, [arm], 1);
  const runMs = performance.now() - begun;
  const slice = assertAnswered(live, scenario, arm, sliced);
  return { kind: 'runs', rate: rateOf(slice), medianLatencyUs: slice.medianLatencyUs, runMs };
}
