/** Requests that had to be sent again: the server ends connections without saying so, or refuses requests. */
import { sum } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Finding } from '../findings/finding.ts';
import { type Counts, countedP } from '../limits.ts';
import { ERRORS_DIFFER } from '../thresholds.ts';

/** At most one warning, for both arms together. */
export function resentFindings(blocks: readonly BlockMeasurement[]): Finding[] {
  const [base, head] = [countsOf(blocks, 'base'), countsOf(blocks, 'head')];
  if (base.events + head.events === 0) return [];
  const data = { base: shareOf(base), head: shareOf(head), more: moreOf(blocks) };
  return [{ code: 'requests-resent', severity: 'warning', subject: null, data }];
}

function countsOf(blocks: readonly BlockMeasurement[], arm: Arm): Counts {
  const own = blocks.flatMap((block) => block.arms[arm] ?? []);
  return {
    // A request may be sent again more than once.
    events: sum(own.map(({ resent = 0, attempted }) => Math.min(resent, attempted))),
    chances: sum(own.map(({ attempted }) => attempted)),
  };
}

/** Null where the arm was not loaded. */
function shareOf({ events, chances }: Counts): number | null {
  return chances === 0 ? null : events / chances;
}

/** The arm that has more of them than chance explains; null: neither. */
function moreOf(blocks: readonly BlockMeasurement[]): Arm | null {
  const other = { base: 'head', head: 'base' } as const;
  const ofHead = countedP(blocks, countsOf) ?? 1;
  const ofBase = countedP(blocks, (some, arm) => countsOf(some, other[arm])) ?? 1;
  if (Math.min(ofHead, ofBase) >= ERRORS_DIFFER) return null;
  return ofHead < ofBase ? 'head' : 'base';
}
