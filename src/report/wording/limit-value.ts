/** What may be written for a limit that lets something pass: a little more than was seen. */
import { ENDS } from '../../config/schema/gate-schema.ts';
import { parseDuration } from '../../config/values/duration.ts';
import { parsePercentage } from '../../config/values/percentage.ts';
import type { MetricUnit } from '../../terms/metric-terms.ts';

/** What the schema allows. */
const SHARE_BELOW = parsePercentage(ENDS.share) as number;
const LONGEST_STALL_MS = parseDuration(ENDS.stall) as number;

/** How much higher than what was seen: events that are rare differ from run to run. */
const ROOM = 1.5;

/** Null where no value is large enough. */
export function limitAbove(unit: MetricUnit, seen: number): string | null {
  const wanted = ROOM * seen;
  if (unit !== 's') return percentAbove(wanted, SHARE_BELOW);
  const ms = Math.floor(wanted * 1000) + 1;
  return ms <= LONGEST_STALL_MS ? `${ms}ms` : null;
}

/** In whole percent, and finer only where a whole percent would be nothing or too much. Below `most`, or null. */
export function percentAbove(share: number, most: number): string | null {
  const coarsest = share < 0.01 ? 100 : 1;
  for (const parts of [1, 10, 100, 1000].filter((each) => each >= coarsest)) {
    const percent = (Math.floor(share * 100 * parts + 1e-9) + 1) / parts;
    if (percent < most * 100) return `${percent}%`;
  }
  return null;
}
