/** Whether starting and warming up takes so much of a block that the budget holds few of them. */
import type { Pilot } from '../../measure/observed/measurement.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import type { FindingOf } from '../findings/finding.ts';
import { ENOUGH_BLOCKS, START_UP_SHARE } from '../findings/thresholds.ts';

/** Null where it does not, and where the pilot run does not tell. */
export function startUpShare(
  { pairs, warmupRequests, blockMs, blocks }: SubjectPlan,
  pilot: Pilot | null,
): FindingOf<'start-up-eats-budget'> | null {
  if (blocks.length >= ENOUGH_BLOCKS) return null;
  const arms = Object.values(pilot?.arms ?? {});
  const startsMs = arms.map((arm) => arm.startMs);
  // The arms of a live pair start side by side.
  const startMs =
    pairs === 'live' ? Math.max(0, ...startsMs) : startsMs.reduce((sum, ms) => sum + ms, 0);
  const warmUpMs = arms.reduce(
    (sum, { rate, warmUp }) =>
      sum + (rate === null || warmUp === null ? 0 : (1000 * warmupRequests) / rate),
    0,
  );
  const share = Math.min(1, (startMs + warmUpMs) / blockMs);
  if (share <= START_UP_SHARE) return null;
  const data = { startMs, warmUpMs, share, blocks: blocks.length };
  return { code: 'start-up-eats-budget', severity: 'warning', subject: null, data };
}
