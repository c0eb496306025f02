/**
 * Group-sequential bounds with alpha spending: how extreme the data must be at each look so that
 * all looks together reject a true null hypothesis with probability alpha.
 *
 * Recursion: Armitage, McPherson and Rowe (1969), J. R. Stat. Soc. A 132; spending: Lan and DeMets
 * (1983), Biometrika 70, in the power family alpha·t² (Kim and DeMets 1987), with a tenth as much again
 * for each further attempt (docs/adr/0017-attempts.md). The bounds are computed for a normal statistic and
 * applied as nominal levels to Student's t, which keeps the type I error near its nominal value at small n
 * (Jennison and Turnbull 2000, section 3.8).
 */
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/** Simpson intervals over the continuation region; 128 give nominal levels good to five digits. */
const GRID_INTERVALS = 128;
/** Lower end of the region in standard deviations; the mass beyond is 1e-15. */
const LOWEST_Z = -8;

/** When the data may be judged, in numbers of blocks. Part of every `SubjectPlan`. */
export interface Schedule {
  /** Ascending; the last is the end of the last attempt. */
  looks: readonly number[];
  /** At which the budget of each attempt ended, ascending. */
  ends: readonly number[];
}

/** What each attempt may spend, relative to the one before: all of them together spend less than alpha / 0.9. */
const NEXT_ATTEMPT = 0.1;

/** The schedule of a job that was not continued. Throws a RangeError without looks. */
export function oneAttempt(looks: readonly number[]): Schedule {
  const end = looks.at(-1);
  if (end === undefined) throw new RangeError('a schedule needs at least one look');
  return { looks, ends: [end] };
}

/**
 * How much error may have been spent when there are this many blocks. Within an attempt it grows with the square of the
 * part of that attempt's budget that is used, so the first is what it would be without the others.
 */
export function spendAlpha(alpha: number, blocks: number, ends: readonly number[]): number {
  let total = 0;
  let begin = 0;
  let share = alpha;
  for (const end of ends) {
    const used = Math.min(1, (blocks - begin) / (end - begin));
    total += share * used ** 2;
    if (blocks <= end) break;
    begin = end;
    share *= NEXT_ATTEMPT;
  }
  return total;
}

const known = new Map<string, readonly number[]>();

/** One-sided nominal significance level at each look. */
export function nominalLevels(alpha: number, { looks, ends }: Schedule): readonly number[] {
  const key = `${alpha}:${looks.join()}:${ends.join()}`;
  const levels = known.get(key) ?? computeLevels(alpha, { looks, ends });
  known.set(key, levels);
  return levels;
}

function computeLevels(alpha: number, { looks, ends }: Schedule): number[] {
  const last = looks.at(-1);
  if (last === undefined) throw new RangeError('a schedule needs at least one look');
  const levels: number[] = [];
  let density: Density | null = null;
  let fraction = 0;
  let spentSoFar = 0;
  for (const look of looks) {
    const next = look / last;
    const spentNow = spendAlpha(alpha, look, ends);
    const step = Math.sqrt(next - fraction);
    const bound = boundFor(spentNow - spentSoFar, density, step);
    levels.push(normalCdf(-bound / Math.sqrt(next), 0, 1));
    density = continuation(density, step, bound, next);
    fraction = next;
    spentSoFar = spentNow;
  }
  return levels;
}

/** The process S (variance = fraction of the budget) that has not crossed a bound, on a grid. */
interface Density {
  at: Float64Array;
  /** Density times Simpson weight, so that a sum is an integral. */
  weighted: Float64Array;
}

/** Bound on S such that crossing it at this look, and not before, has probability `target`. */
function boundFor(target: number, density: Density | null, step: number): number {
  if (density === null) return -step * normalQuantile(target, 0, 1);
  // crossing(b) falls steadily from 1 to 0, so bisection cannot miss; 60 halvings reach 1e-16.
  let low = (density.at[0] as number) - 10 * step;
  let high = (density.at.at(-1) as number) + 10 * step;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (crossing(density, step, middle) > target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function crossing({ at, weighted }: Density, step: number, bound: number): number {
  let probability = 0;
  for (let i = 0; i < at.length; i++) {
    probability += (weighted[i] as number) * upperTail((bound - (at[i] as number)) / step);
  }
  return probability;
}

function continuation(
  before: Density | null,
  step: number,
  bound: number,
  fraction: number,
): Density {
  const lowest = LOWEST_Z * Math.sqrt(fraction);
  const width = (bound - lowest) / GRID_INTERVALS;
  const at = Float64Array.from({ length: GRID_INTERVALS + 1 }, (_, i) => lowest + i * width);
  const weighted = at.map((s, i) => {
    const simpson = (width / 3) * (i === 0 || i === GRID_INTERVALS ? 1 : i % 2 === 1 ? 4 : 2);
    if (before === null) return (simpson * gaussian(s / step)) / step;
    let density = 0;
    for (let j = 0; j < before.at.length; j++) {
      density +=
        ((before.weighted[j] as number) * gaussian((s - (before.at[j] as number)) / step)) / step;
    }
    return simpson * density;
  });
  return { at, weighted };
}

function gaussian(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/** 1 − Φ(z) without cancellation. */
function upperTail(z: number): number {
  return z > 9 ? 0 : z < -9 ? 1 : normalCdf(-z, 0, 1);
}
