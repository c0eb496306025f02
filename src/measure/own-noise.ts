/** How much one and the same arm differs between neighbouring slices: the machine's noise, before any budget is spent. */
import { medianAbsoluteDeviation } from 'simple-statistics';
import type { Arm, Scenario } from '../config/experiment.ts';
import type { LiveArms } from './live.ts';
import { loadSlices } from './loading.ts';
import { inFlightOf, rateOf, unitOf } from './work.ts';
import type { Workbench } from './workbench.ts';

/** As long as those of a block (DESIGN.md, section 3). */
const SLICE_MS = 25;
/** Pairs of neighbours: enough for a spread to about a fifth, in half a second. */
const PAIRS = 12;
/** Median absolute deviation → standard deviation of a normal distribution. */
const MAD_TO_SD = 1.4826;

/** `rate`: work per second. Null for loads of which no short slice can be had. */
export async function measureSliceSd(
  bench: Workbench,
  live: LiveArms,
  scenario: Scenario,
  { arm, rate, leastSliceMs }: { arm: Arm; rate: number; leastSliceMs: number },
): Promise<number | null> {
  if (scenario.kind === 'command' || leastSliceMs > SLICE_MS) return null;
  const unit = unitOf(scenario);
  const work = Math.max(inFlightOf(scenario), unit * Math.round((rate * SLICE_MS) / 1000 / unit));
  const ratios: number[] = [];
  while (ratios.length < PAIRS) {
    bench.signal.throwIfAborted();
    const { slices } = await loadSlices(bench, live, [arm, arm, arm, arm], work);
    const [a, b, c, d] = slices.map((slice) => Math.log(rateOf(slice)));
    ratios.push((b as number) - (a as number), (d as number) - (c as number));
  }
  const known = ratios.filter(Number.isFinite);
  if (known.length < PAIRS / 2) return null;
  return Number((MAD_TO_SD * medianAbsoluteDeviation(known)).toFixed(5));
}
