/**
 * When a server that has just been started has become as fast as it will be. Chosen from the pilot run's data, and then
 * the same number of requests for both arms in every block: "define what is measured as the time from w on, and keep w
 * equal" (Barrett et al. 2017; Traini et al. 2023: to detect it anew in each run misses by seconds).
 */
import { medianAbsoluteDeviation, medianSorted, quantileSorted } from 'simple-statistics';
import { MAD_TO_SD } from '../terms/mad.ts';
import { medianSlope } from './monotone.ts';

/** Windows whose median stands for a moment: one disturbed window moves nothing. On a noisy machine more of them. */
const SPAN = { least: 5, most: 10 };
/** Fewer windows cannot show that it stays. */
export const WINDOWS_AT_LEAST = 12;
/** A server that is not steady by then is not waited for, … */
export const WINDOWS_AT_MOST = 60;
/** … and from then on one that surely gets faster is not either. */
const WINDOWS_ENOUGH = 40;
/** As fast as at the end, but for this share, or for what its own noise makes of a median. */
const NEAR = 0.03;
const NOISE_SPREADS = 3;
/** Standard error of a median over that of a mean, for normal noise. */
const MEDIAN_TO_MEAN = 1.25;
/** A start that is so much faster than the end is none that tells of the end. */
const FASTER_AT_MOST = 0.2;
/** Nor is there a level where the last median lies so far below that of the last third. */
const FALLS_AT_MOST = 0.1;
/** One may be luck. */
const REACHED_WINDOWS = 2;
/** Above this share longer medians are taken, and no noise excuses more than the second. */
const NEAR_AT_MOST = { wanted: 0.1, ever: 0.2 };
/**
 * What is left of a rise in each window, as a share: a server is steady once its windows show that it is less, and not before. Of the
 * slope's estimate so many standard errors are added then (one-sided 95 %).
 */
const RISE = { steadyBelow: 0.003, errors: 1.64 };
/** A server that has been watched for as long as it may be is still getting faster where that is shown (1 %), or of both arms together (0.5 %); before, more is asked. */
const SHOWN_ERRORS = { last: 2.33, together: 2.58, before: 3 };
/** Of a server that is not steady: so likely (5 %) does it get faster, and not now this and now that. */
const LIKELY_ERRORS = 1.64;
/** And where all of it together is not too little to matter. */
const RISE_AT_LEAST = 0.02;
/** Share of the windows, from the first on, in which a rise says nothing of what is to come. */
const SETTLING = 0.25;
/** Standard error of Theil and Sen's slope over that of least squares, for normal noise. */
const THEIL_SEN = 1.05;
/**
 * The first window from which a server is as fast as in the last third, twice in a row, or an earlier one by which single windows had
 * been; null when the former leaves fewer than two spans, or when the windows from there on may still rise. What goes slower or faster
 * after that is the machine's mood, and no warm-up: to go back from the end until something lies off finds the last such mood. `isLast`:
 * no more will be watched; then a rise counts where they show it.
 */
export function steadyFrom(perSecond: readonly number[], isLast = false): number | null {
  const count = perSecond.length;
  if (count < WINDOWS_AT_LEAST) return null;
  const noise = noiseOf(perSecond);
  const { span, near } = scaleOf(perSecond, noise);
  const end = perSecond.slice(-Math.max(span, Math.ceil(count / 3)));
  const level = middle(end);
  // One that gets ever slower has no level.
  if (level <= 0 || middle(perSecond.slice(-span)) < (1 - FALLS_AT_MOST) * level) return null;
  const least = (1 - near) * level;
  const isThere = (at: number) => {
    const rate = middle(perSecond.slice(at, at + span));
    return rate >= least && rate <= (1 + FASTER_AT_MOST) * level;
  };
  let from = 0;
  while (from + 2 * span <= count && !(isThere(from) && isThere(from + span))) from++;
  // The window itself may still be low while those behind it hold the median up.
  while (from < count && (perSecond[from] as number) < (1 - 2 * near) * level) from++;
  if (from + 2 * span > count) return null;
  // The end of a warm-up that is over lies within the tolerance too.
  const settled = perSecond.slice(Math.max(from, Math.floor(count * SETTLING)));
  const isStill = isLast ? isRising(settled, noise, SHOWN_ERRORS.last) : mayRise(settled, noise);
  return isStill ? null : Math.min(from, reached(perSecond, upperOf(end)));
}

/**
 * The window by which a server had been as fast as at its end more often than luck makes it; Infinity: never. What else the machine does
 * makes a server slower, seldom faster: a dip after that is no warm-up.
 */
function reached(perSecond: readonly number[], level: number): number {
  const isThere = (rate: number) =>
    rate >= (1 - NEAR) * level && rate <= (1 + FASTER_AT_MOST) * level;
  const there = perSecond.flatMap((rate, at) => (isThere(rate) ? [at] : []));
  return there[REACHED_WINDOWS - 1] ?? Infinity;
}

/** The upper quartile: a dip in the last third does not lower what is to be reached. */
function upperOf(values: readonly number[]): number {
  return quantileSorted(
    values.toSorted((a, b) => a - b),
    0.75,
  );
}

/** Whether it surely gets faster, so that it need not be watched any longer. */
export function isStillRising(perSecond: readonly number[]): boolean {
  if (perSecond.length < WINDOWS_ENOUGH) return false;
  const settled = perSecond.slice(Math.floor(perSecond.length * SETTLING));
  return isRising(settled, noiseOf(perSecond), SHOWN_ERRORS.before);
}

/** Of servers that are not steady: whether what they do is to get faster. */
export function getsFaster(perSecond: readonly number[]): boolean {
  if (perSecond.length < WINDOWS_AT_LEAST) return steadyOfFew(perSecond) === null;
  const settled = perSecond.slice(Math.floor(perSecond.length * SETTLING));
  return isRising(settled, noiseOf(perSecond), LIKELY_ERRORS);
}

/**
 * Whether the arms together surely still get faster, though of neither alone it is sure. They are watched one after the other, so that
 * the machine's moods are not the same.
 */
export function riseTogether(arms: readonly (readonly number[])[]): boolean {
  if (arms.length < 2 || arms.some(({ length }) => length < WINDOWS_AT_LEAST)) return false;
  if (arms.some(beganAsItEnds)) return false;
  const parts = arms.map((perSecond) => {
    const settled = perSecond.slice(Math.floor(perSecond.length * SETTLING));
    const { slope, error } = slopeOf(settled, noiseOf(perSecond));
    return { z: slope / Math.max(error, Number.EPSILON), rise: slope * (settled.length - 1) };
  });
  const z = parts.reduce((sum, part) => sum + part.z, 0) / Math.sqrt(parts.length);
  return z > SHOWN_ERRORS.together && parts.every(({ rise }) => rise > RISE_AT_LEAST);
}

/** As fast in its first quarter as in its last third: what rose meanwhile was the machine. */
function beganAsItEnds(perSecond: readonly number[]): boolean {
  const { length } = perSecond;
  const level = middle(perSecond.slice(-Math.ceil(length / 3)));
  const first = perSecond.slice(0, Math.floor(length * SETTLING));
  return first.filter((rate) => rate >= level).length >= REACHED_WINDOWS;
}

/** Of a slow server few windows are seen, each of which is long: so much faster from each to the next is no noise. */
const FEW = { risesBy: 0.15, atLeast: 3 };

/**
 * The same of fewer windows, from which no noise can be told: steady, unless each is faster than the one before, and the last far
 * faster than the first.
 */
export function steadyOfFew(perSecond: readonly number[]): number | null {
  const [first = 0] = perSecond;
  if (perSecond.length < FEW.atLeast) return 0;
  const isFaster = perSecond.every((rate, i) => i === 0 || rate > (perSecond[i - 1] as number));
  return isFaster && (perSecond.at(-1) as number) > (1 + FEW.risesBy) * first ? null : 0;
}

/** Windows to a median, and how far one may lie below the level. */
function scaleOf(perSecond: readonly number[], noise: number): { span: number; near: number } {
  const spread = NOISE_SPREADS * MEDIAN_TO_MEAN * noise;
  const wanted = Math.ceil((spread / NEAR_AT_MOST.wanted) ** 2);
  const span = Math.min(SPAN.most, Math.max(SPAN.least, wanted));
  const near = Math.min(NEAR_AT_MOST.ever, Math.max(NEAR, spread / Math.sqrt(span)));
  // A mood of the machine lasts longer than a window, so that a median of some windows has all of it. Seen where no warm-up is.
  const late = medians(perSecond.slice(Math.floor(perSecond.length / 2)), span);
  const moods = Math.min(NEAR_AT_MOST.wanted, NOISE_SPREADS * noiseOf(late, span));
  return { span, near: Math.max(near, moods) };
}

/** Of the windows from each on. */
function medians(perSecond: readonly number[], span: number): number[] {
  return perSecond
    .slice(0, Math.max(0, perSecond.length - span + 1))
    .map((_, from) => middle(perSecond.slice(from, from + span)));
}

/** A slow rise lies within the tolerance of each median: not so here. */
function mayRise(perSecond: readonly number[], noise: number): boolean {
  const { slope, error } = slopeOf(perSecond, noise);
  return slope + RISE.errors * error > RISE.steadyBelow;
}

function isRising(perSecond: readonly number[], noise: number, errors: number): boolean {
  const { slope, error } = slopeOf(perSecond, noise);
  return slope > errors * error && slope * (perSecond.length - 1) > RISE_AT_LEAST;
}

/** Change of ln(rate) from one window to the next, and its standard error. */
function slopeOf(perSecond: readonly number[], noise: number): { slope: number; error: number } {
  const known = perSecond.flatMap((rate, i) => (rate > 0 ? [{ i, log: Math.log(rate) }] : []));
  const { length } = known;
  if (length < 2) return { slope: 0, error: Infinity };
  const [at, logs] = [known.map(({ i }) => i), known.map(({ log }) => log)];
  const slope = medianSlope(at, logs);
  // Noise that goes on for some windows does not show between neighbours.
  const rest = logs.map((log, k) => log - slope * (at[k] as number));
  const spread = Math.max(noise, MAD_TO_SD * medianAbsoluteDeviation(rest));
  return { slope, error: THEIL_SEN * spread * Math.sqrt(12 / (length ** 3 - length)) };
}

/**
 * Standard deviation of ln(rate) from the differences of values so far apart, which a trend does not move: interquartile range
 * over 1.349, and over the root of two as each is the difference of two.
 */
function noiseOf(perSecond: readonly number[], apart = 1): number {
  const steps = perSecond.slice(apart).map((rate, i) => Math.log(rate / (perSecond[i] as number)));
  const sorted = steps.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length < 4) return 0;
  const range = quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25);
  return range / 1.349 / Math.SQRT2;
}

function middle(values: readonly number[]): number {
  return medianSorted(values.toSorted((a, b) => a - b));
}
