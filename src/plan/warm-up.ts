/**
 * When a server that has just been started has become as fast as it will be. Chosen from the pilot run's data, and then
 * the same number of requests for both arms in every block: "define what is measured as the time from w on, and keep w
 * equal" (Barrett et al. 2017; Traini et al. 2023: to detect it anew in each run misses by seconds).
 */
import { medianSorted, quantileSorted } from 'simple-statistics';
import { medianSlope, monotone } from './monotone.ts';

/** Windows whose median stands for a moment: one disturbed window moves nothing. On a noisy machine more of them. */
const SPAN = { least: 5, most: 10 };
/** Fewer windows cannot show that it stays. */
export const WINDOWS_AT_LEAST = 12;
/** A server that is not steady by then is not waited for. */
export const WINDOWS_AT_MOST = 40;
/** As fast as at the end, but for this share, or for what its own noise makes of a median. */
const NEAR = 0.03;
const NOISE_SPREADS = 3;
/** Above this share longer medians are taken, and no noise excuses more than the second. */
const NEAR_AT_MOST = { wanted: 0.1, ever: 0.2 };
/** By so little chance would a steady server seem to rise like this. Where it is chance, one more window is watched. */
const RISE_BY_CHANCE = 0.1;
/** Share of the windows that may be left out because those from there on rise with them. */
const SETTLING_AT_MOST = 1 / 3;

/**
 * The first window from which every median lies near the last third's median; null when that leaves fewer than
 * two spans, or the windows from there on still rise, which is not to be told from a server that is still changing.
 */
export function steadyFrom(perSecond: readonly number[]): number | null {
  const count = perSecond.length;
  if (count < WINDOWS_AT_LEAST) return null;
  const { span, near } = scaleOf(NOISE_SPREADS * 1.25 * noiseOf(perSecond));
  if (count < 2 * span) return null;
  const level = middle(perSecond.slice(-Math.max(span, Math.ceil(count / 3))));
  if (level <= 0) return null;
  let from = count - span + 1;
  while (from > 0 && isNear(middle(perSecond.slice(from - 1, from - 1 + span)), level, near))
    from--;
  // The window itself may still be low while those behind it hold the median up.
  while (from < count && !isNear(perSecond[from] as number, level, 2 * near)) from++;
  // The end of a warm-up that is over may be within the tolerance too: what is left out for it is no long part of the whole.
  const latest = Math.min(count - 2 * span, Math.max(from, Math.floor(count * SETTLING_AT_MOST)));
  while (from <= latest && rises(perSecond.slice(from))) from++;
  return from > latest ? null : from;
}

/** Windows to a median, and how far one may lie off. `spread`: how far a single window may. */
function scaleOf(spread: number): { span: number; near: number } {
  const wanted = Math.ceil((spread / NEAR_AT_MOST.wanted) ** 2);
  const span = Math.min(SPAN.most, Math.max(SPAN.least, wanted));
  const near = Math.min(NEAR_AT_MOST.ever, Math.max(NEAR, spread / Math.sqrt(span)));
  return { span, near };
}

/** A slow rise lies within the tolerance of each median, but not within chance. */
function rises(perSecond: readonly number[]): boolean {
  const { tau, p } = monotone(perSecond);
  if (tau <= 0 || p / 2 >= RISE_BY_CHANCE) return false;
  const known = perSecond.flatMap((rate, i) => (rate > 0 ? [{ i, log: Math.log(rate) }] : []));
  if (known.length < 2) return false;
  const slope = medianSlope(
    known.map(({ i }) => i),
    known.map(({ log }) => log),
  );
  return slope * (perSecond.length - 1) > NEAR;
}

/**
 * Standard deviation of ln(rate) from the differences of neighbours, which a trend does not move: interquartile range
 * over 1.349, and over the root of two as each is the difference of two.
 */
function noiseOf(perSecond: readonly number[]): number {
  const steps = perSecond.slice(1).map((rate, i) => Math.log(rate / (perSecond[i] as number)));
  const sorted = steps.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length < 4) return 0;
  const range = quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25);
  return range / 1.349 / Math.SQRT2;
}

function isNear(value: number, level: number, share: number): boolean {
  return Math.abs(value / level - 1) <= share;
}

function middle(values: readonly number[]): number {
  return medianSorted(values.toSorted((a, b) => a - b));
}
