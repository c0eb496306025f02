/**
 * Where a series steps to another level: Pettitt's test (1979, Applied Statistics 28), which goes by ranks, so that a few odd
 * values move nothing and no shape of the noise is assumed.
 */
import { median } from 'simple-statistics';

/** Chance of a step in a series without one. */
const STEP_ALPHA = 0.01;

/**
 * Index at which the last level begins; 0 where there is one level. A step counts when it is shown, and when the medians before
 * and after it differ by `least` at least: a drift of little is no other machine. `series`: in time; on a log scale.
 */
export function lastLevelFrom(series: readonly number[], least: number): number {
  let from = 0;
  for (;;) {
    const rest = series.slice(from);
    const at = stepIn(rest, least);
    if (at === null) return from;
    from += at;
  }
}

/** Index of the first value after the most likely step; null where none is shown. */
function stepIn(series: readonly number[], least: number): number | null {
  const n = series.length;
  if (n < 2) return null;
  let best = 0;
  let at = 0;
  let sum = 0;
  for (let i = 0; i < n - 1; i++) {
    // How often the values before the cut are above those after it, less how often they are below.
    for (let j = 0; j < n; j++) sum += Math.sign((series[i] as number) - (series[j] as number));
    if (Math.abs(sum) > best) {
      best = Math.abs(sum);
      at = i + 1;
    }
  }
  const p = 2 * Math.exp((-6 * best ** 2) / (n ** 3 + n ** 2));
  if (at === 0 || p > STEP_ALPHA) return null;
  const size = Math.abs(median(series.slice(at)) - median(series.slice(0, at)));
  return size >= least ? at : null;
}
