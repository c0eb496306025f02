/** How much one and the same arm differs between neighbouring slices: the machine's noise, before any budget is spent. */

import { medianAbsoluteDeviation } from 'simple-statistics';
import { usualSliceMs } from '../../plan/block-size.ts';
import type { SliceEstimate } from '../../plan/pilot-estimate.ts';
import type { Arm } from '../../terms/arm.ts';
import { MAD_TO_SD } from '../../terms/mad.ts';
import type { LiveArms } from '../arms/running-arms.ts';
import type { RunServices } from '../context/run-context.ts';
import { loadSlices } from '../loading/load-blame.ts';
import { rateOf } from '../loading/work-units.ts';

/** Pairs of neighbours: enough for a spread to about a fifth, in half a second of the usual slices; … */
const PAIRS = 12;
/** … and of longer ones as many as fit into this time, but not fewer than give a spread at all. */
const MOST_MS = 1500;
const PAIRS_AT_LEAST = 6;
/** Slices that take so much longer than they should wait for something, such as connections that are not open: how noisy they are says nothing. */
const GIVEN_UP_AFTER_MS = 10_000;

/**
 * `estimate`: of this arm alone. The slices are as long as those of a block. Null for loads of which no short slice can be had, and where
 * they wait. `givenUpAfterMs`: for tests.
 */
export async function measureSliceSd(
  context: Pick<RunServices, 'generator' | 'signal'>,
  live: LiveArms,
  { arm, estimate }: { arm: Arm; estimate: SliceEstimate },
  givenUpAfterMs = GIVEN_UP_AFTER_MS,
): Promise<number | null> {
  const sliceMs = usualSliceMs(estimate);
  const wanted = 2 * Math.floor(Math.min(PAIRS, MOST_MS / sliceMs / 2) / 2);
  if (wanted < PAIRS_AT_LEAST) return null;
  const work = Math.max(
    estimate.inFlight,
    estimate.unit * Math.round((estimate.rate * sliceMs) / 1000 / estimate.unit),
  );
  const ratios: number[] = [];
  const until = performance.now() + givenUpAfterMs;
  while (ratios.length < wanted) {
    context.signal.throwIfAborted();
    const { slices } = await loadSlices(context, live, [arm, arm, arm, arm], work);
    if (performance.now() > until) return null;
    const [a, b, c, d] = slices.map((slice) => Math.log(rateOf(slice)));
    ratios.push((b as number) - (a as number), (d as number) - (c as number));
  }
  const known = ratios.filter(Number.isFinite);
  if (known.length < wanted / 2) return null;
  return Number((MAD_TO_SD * medianAbsoluteDeviation(known)).toFixed(5));
}
