/** Requests that had to be sent again: the server ends connections without saying so, or refuses requests. */
import { sum } from 'simple-statistics';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Finding } from '../findings/finding.ts';
import { armWithMore, type Counts, rateOf } from '../rule/limits.ts';

/**
 * At most one, for both arms together. A client that sends nothing again loses these requests, so a head that has more of them than base
 * by more than the limit of errors may not pass as if it lost none. `hasStreams`: many requests share a connection at once. `isContest`: two servers are compared, of which neither replaces the other.
 */
export function resentFindings(
  blocks: readonly BlockMeasurement[],
  {
    limit,
    isContest,
    hasStreams,
    isWebSocket = false,
  }: { limit: number; isContest: boolean; hasStreams: boolean; isWebSocket?: boolean },
): { doubt: Finding | null; warnings: Finding[] } {
  const [base, head] = [countsOf(blocks, 'base'), countsOf(blocks, 'head')];
  if (base.events + head.events === 0) return { doubt: null, warnings: [] };
  const shares = { base: rateOf(base), head: rateOf(head), more: armWithMore(blocks, countsOf) };
  const codes = codesOf(blocks);
  const streams = hasStreams ? { hasStreams, ...(codes.length > 0 && { codes }) } : {};
  const data = { ...shares, ...streams, ...(isWebSocket && { isWebSocket }) };
  const loses = data.more === 'head' && (data.head ?? 0) - (data.base ?? 0) > limit;
  const of = { code: 'requests-resent', subject: null } as const;
  return loses && !isContest
    ? { doubt: { ...of, severity: 'doubt', data: { ...data, limit } }, warnings: [] }
    : { doubt: null, warnings: [{ ...of, severity: 'warning', data }] };
}

/** Each code once. */
function codesOf(blocks: readonly BlockMeasurement[]): string[] {
  const arms = blocks.flatMap((block) => [block.arms.base, block.arms.head]);
  return [...new Set(arms.flatMap((arm) => arm?.resentFor ?? []))];
}

function countsOf(blocks: readonly BlockMeasurement[], arm: Arm): Counts {
  const own = blocks.flatMap((block) => block.arms[arm] ?? []);
  return {
    // A request may be sent again more than once.
    events: sum(own.map(({ resent = 0, attempted }) => Math.min(resent, attempted))),
    chances: sum(own.map(({ attempted }) => attempted)),
  };
}
