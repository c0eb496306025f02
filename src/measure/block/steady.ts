/** Load without a break, in which a pause of the server shows: stalls, and the spread over time. */
import type { Arm } from '../../terms/arm.ts';
import { loadSteady } from '../loading/load-blame.ts';
import type { SteadyObservation } from '../observed/arm-observation.ts';
import type { Watch } from './load-watchdog.ts';

/** Longer than a pause that nobody notices, short enough that a phase has many. */
const WINDOW_MS = 100;

/** One phase for each arm. Resolves to what each showed; to nothing where the plan has no such phase. */
export async function runSteady(
  watch: Watch,
  order: readonly Arm[],
): Promise<Map<Arm, SteadyObservation>> {
  const { context, live, plan } = watch;
  const { steadyMs } = plan.phases;
  const seen = new Map<Arm, SteadyObservation>();
  for (const arm of steadyMs === null ? [] : order) {
    context.signal.throwIfAborted();
    const { result, samples } = await loadSteady(context, live, arm, steadyMs as number);
    watch.saw([result], samples);
    seen.set(arm, steadinessOf(result.answersPerMs));
  }
  return seen;
}

/** Whole windows only: the rest at the end would look like a pause. */
export function steadinessOf(answersPerMs: readonly number[]): SteadyObservation {
  const count = Math.floor(answersPerMs.length / WINDOW_MS);
  const windows = Array.from({ length: count }, (_, i) =>
    answersPerMs.slice(WINDOW_MS * i, WINDOW_MS * (i + 1)).reduce((sum, good) => sum + good, 0),
  );
  let stallMs = 0;
  let longestStallMs = 0;
  for (const good of answersPerMs) {
    stallMs = good > 0 ? 0 : stallMs + 1;
    longestStallMs = Math.max(longestStallMs, stallMs);
  }
  return { windows, longestStallMs };
}
