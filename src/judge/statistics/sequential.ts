/**
 * Group-sequential bounds with alpha spending: how extreme the data must be at each look so that
 * all looks together reject a true null hypothesis with probability alpha.
 *
 * Recursion: Armitage, McPherson and Rowe (1969), J. R. Stat. Soc. A 132; spending: Lan and DeMets
 * (1983), Biometrika 70, in the power family alpha·t² (Kim and DeMets 1987), of a t that the budget does not move
 * (docs/adr/0045-looks.md), with a tenth as much again for each further attempt (docs/adr/0017-attempts.md). The bounds are computed
 * for a normal statistic and applied as nominal levels to Student's t, which keeps the type I error near its nominal value
 * at small n (Jennison and Turnbull 2000, section 3.8).
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

/** Blocks after which a half of the information counts as seen: t = n ÷ (n + this). */
const HALF_SEEN = 10;

/**
 * Part of alpha that several looks of an attempt may spend together. Levels of a normal statistic are a little too generous for Student's t with
 * few degrees of freedom: in simulation they reject a true hypothesis up to a tenth too often.
 */
const SPENT_BY_MANY = 0.9;

/** What each attempt may spend, relative to the one before: all of them together spend less than alpha / 0.9. */
const NEXT_ATTEMPT = 0.1;

/** The schedule of a job that was not continued. Throws a RangeError without looks. */
export function oneAttempt(looks: readonly number[]): Schedule {
  const end = looks.at(-1);
  if (end === undefined) throw new RangeError('a schedule needs at least one look');
  return { looks, ends: [end] };
}

/**
 * How much error may have been spent when there are this many blocks. Within an attempt it grows with the square of t = n ÷ (n + 10),
 * n being the blocks of that attempt, so that a look asks for the same whatever budget there is; the last look of the attempt spends what is
 * left. What the first attempt spends is what it would be without the others.
 */
export function spendAlpha(alpha: number, blocks: number, { looks, ends }: Schedule): number {
  let total = 0;
  let begin = 0;
  let share = looks[0] === ends[0] ? alpha : SPENT_BY_MANY * alpha;
  for (const end of ends) {
    const own = blocks - begin;
    total += blocks >= end ? share : share * (own / (own + HALF_SEEN)) ** 2;
    if (blocks <= end) break;
    begin = end;
    share *= NEXT_ATTEMPT;
  }
  return total;
}

/** One look on the way of a schedule, after those that lead to it. */
interface Step {
  level: number;
  density: Density;
  /** By the number of blocks and what is spent by then. */
  next: Steps;
}
type Steps = Map<string, Step>;

/** Of each alpha. Schedules share their beginnings, which are computed once. */
const beginnings = new Map<number, Steps>();

/** Levels that were asked for already: a schedule stays what it is. */
const known = new WeakMap<Schedule, Map<number, readonly number[]>>();

/** One-sided nominal significance level at the look with this index. */
export function nominalLevel(alpha: number, schedule: Schedule, index: number): number {
  const ofSchedule = known.get(schedule) ?? new Map<number, readonly number[]>();
  known.set(schedule, ofSchedule);
  let levels = ofSchedule.get(alpha);
  if (levels === undefined || levels.length <= index) {
    levels = wayTo(alpha, schedule, index);
    ofSchedule.set(alpha, levels);
  }
  return levels[index] as number;
}

/** The same at each look. */
export function nominalLevels(alpha: number, schedule: Schedule): readonly number[] {
  if (schedule.looks.length === 0) throw new RangeError('a schedule needs at least one look');
  return wayTo(alpha, schedule, schedule.looks.length - 1);
}

function wayTo(alpha: number, schedule: Schedule, index: number): number[] {
  let steps = beginnings.get(alpha);
  if (steps === undefined) {
    steps = new Map();
    beginnings.set(alpha, steps);
  }
  const levels: number[] = [];
  let [seen, spent] = [0, 0];
  let density: Density | null = null;
  for (const look of schedule.looks.slice(0, index + 1)) {
    const now = spendAlpha(alpha, look, schedule);
    const key = `${look}:${now}`;
    let step: Step | undefined = steps.get(key);
    if (step === undefined) {
      step = stepTo(look, { density, blocks: look - seen, target: now - spent });
      steps.set(key, step);
    }
    levels.push(step.level);
    [steps, density, seen, spent] = [step.next, step.density, look, now];
  }
  return levels;
}

/** The variance of the process is the number of blocks. */
function stepTo(
  look: number,
  { density, blocks, target }: { density: Density | null; blocks: number; target: number },
): Step {
  const step = Math.sqrt(blocks);
  const bound = boundFor(target, density, step);
  return {
    level: normalCdf(-bound / Math.sqrt(look), 0, 1),
    density: continuation(density, step, bound, look),
    next: new Map(),
  };
}

/** The process S (variance = number of blocks) that has not crossed a bound, on a grid. */
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
  variance: number,
): Density {
  const lowest = LOWEST_Z * Math.sqrt(variance);
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

const ROOT_OF_TWO_PI = Math.sqrt(2 * Math.PI);

function gaussian(z: number): number {
  return Math.exp(-0.5 * z * z) / ROOT_OF_TWO_PI;
}

/** 1 − Φ(z) without cancellation. */
function upperTail(z: number): number {
  return z > 9 ? 0 : z < -9 ? 1 : normalCdf(-z, 0, 1);
}
