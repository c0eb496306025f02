/** Head takes much longer to become ready than base does. No metric, as its noise is another one: told, and never judged. */
import { median } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Finding } from '../findings/finding.ts';
import { STARTS } from '../findings/thresholds.ts';

export function startWarnings(blocks: readonly BlockMeasurement[]): Finding[] {
  const pairs = blocks.flatMap(({ arms: { base, head } }) =>
    base === undefined || head === undefined ? [] : [{ base: base.startMs, head: head.startMs }],
  );
  if (pairs.length < STARTS.least) return [];
  const later = pairs.filter(({ base, head }) => head > base).length;
  const baseMs = median(pairs.map(({ base }) => base));
  const headMs = median(pairs.map(({ head }) => head));
  const isMuch = headMs >= STARTS.factor * baseMs && headMs - baseMs >= STARTS.longerMs;
  if (!isMuch || later < STARTS.share * pairs.length) return [];
  const data = { baseMs, headMs, starts: pairs.length };
  return [{ code: 'starts-slower', severity: 'warning', subject: null, data }];
}
