/** How much was under way at once, by what the generator says of its rate and its times (Little's law). */
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { SliceResult } from '../../load/results.ts';
import type { Arm } from '../../terms/arm.ts';
import { inFlightOf } from '../loading/work-units.ts';
import type { Pilot } from '../observed/measurement.ts';

export type InFlight = NonNullable<NonNullable<Pilot['arms'][Arm]>['inFlight']>;

/**
 * Rate and mean time over all windows together, so that both are of the same moments: on a machine that is disturbed
 * the median rate is of one window and the median time of another, and their product of none. Null where not each
 * answer is timed, or none came.
 */
export function inFlightIn(
  windows: readonly Pick<SliceResult, 'good' | 'durationUs' | 'meanLatencyUs'>[],
  scenario: Scenario,
): InFlight | null {
  let [good, durationUs, latencyUs] = [0, 0, 0];
  for (const window of windows) {
    if (window.meanLatencyUs === null) return null;
    good += window.good;
    durationUs += window.durationUs;
    latencyUs += window.good * window.meanLatencyUs;
  }
  if (good === 0) return null;
  return {
    asked: inFlightOf(scenario),
    perSecond: (1e6 * good) / durationUs,
    meanLatencyUs: latencyUs / good,
    perWindow: good / windows.length,
  };
}
