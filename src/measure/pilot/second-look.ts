/** Whose first moments are watched a second time. */

import { WINDOWS_AT_LEAST } from '../../plan/warm-up.ts';
import type { Rate } from './rate.ts';

/** A second start costs as much as the first one; a warm-up that is none costs up to ten seconds in each block. */
const START_AT_MOST_MS = 10_000;

/**
 * The one arm that did not get steady where every other one did; null: there is none, or its start takes too long to be
 * repeated. They are watched one after the other, so that a machine that becomes faster meanwhile looks like a server that does. Code that
 * warms up does so in both arms, or does it again.
 */
export function oddOneOut<Met extends { speed: Rate }>(
  met: readonly Met[],
  startMs: number,
): Met | null {
  if (met.length < 2 || startMs > START_AT_MOST_MS) return null;
  const unsteady = met.filter(({ speed }) => !isSteady(speed));
  const [one = null] = unsteady;
  return unsteady.length === 1 ? one : null;
}

function isSteady(speed: Rate): boolean {
  if (speed.kind === 'runs') return true;
  const { steadyFrom, perSecond } = speed.warmUp;
  // Of a slow server few windows are seen, and a second look is as long as the first.
  return steadyFrom !== null || perSecond.length < WINDOWS_AT_LEAST;
}
