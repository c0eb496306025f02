/**
 * The smallest worsening that the decision rule calls a regression in 80 of 100 runs: the whole rule, with its looks, the
 * level of each, the order of its words and its floor, and with a standard deviation that is estimated anew at every look.
 *
 * By simulation, always with the same random numbers and by arithmetic that every machine rounds alike, so that the same
 * run has the same figure everywhere. Noise and change are scaled by the tolerance, so that one table over the noise serves
 * every metric with the same looks and levels.
 */
import chisquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { canShow, EFFECT_FLOOR } from '../rule/decide.ts';
import type { Estimate } from '../rule/estimate.ts';
import { tQuantileOf } from '../statistics/t-quantile.ts';

/** The rule for one metric: when it looks, and the one-sided levels of both sides at each look. */
export interface Procedure {
  looks: readonly number[];
  fail: readonly number[];
  pass: readonly number[];
  /**
   * Of a metric that noise may leave out: blocks whose standard deviation is larger than `from` tolerances give it up before the last look, unless it
   * looks worse at this one-sided `level`, by half the tolerance. Absent: it is measured until it is decided.
   */
  givesUp?: { from: number; level: number };
}

/** Share of the runs that call it a regression. */
const POWER = 0.8;

/** Simulated runs, half of them mirror images of the others; the share that they give is good to half a point. */
const RUNS = 8192;

/** Ratio of neighbouring entries of a table; between them the figure is interpolated. */
const STEP = 1.1;

/** ln(cost ratio). `sd`: of a block's value; `delta`: the tolerance, above zero. */
export function smallestVisible(sd: number, delta: number, procedure: Procedure): number {
  if (sd === 0) return EFFECT_FLOOR * delta;
  const noise = sd / delta;
  let low = 1;
  while (low > noise) low /= STEP;
  while (low * STEP <= noise) low *= STEP;
  const part = (noise / low - 1) / (STEP - 1);
  const table = tableFor(procedure);
  return delta * ((1 - part) * table(low) + part * table(low * STEP));
}

/** In so many runs, if they stopped whatever they saw, the true noise is no larger than what is taken for it. */
const NOT_LARGER = 2 / 3;

/**
 * The noise by which a run's smallest visible change goes: a little more than its blocks had. A run stops early because its blocks happened to agree, and a
 * figure that goes by them alone was red in 74 of 100 runs, and in 62 with few blocks; by this one it is in 81, and in 76 to 86 over noise
 * from a tenth of the tolerance to twice as much, and 8 to 40 blocks (docs/adr/0039-border-of-red.md).
 */
export function cautiousSd({
  sd,
  degreesOfFreedom,
}: Pick<Estimate, 'sd' | 'degreesOfFreedom'>): number {
  return sd * Math.sqrt(degreesOfFreedom / chisquareQuantile(1 - NOT_LARGER, degreesOfFreedom));
}

/** Smallest visible change by noise. */
type Table = (noise: number) => number;

const tables = new Map<string, Table>();

function tableFor(procedure: Procedure): Table {
  const { looks, fail, pass, givesUp } = procedure;
  const key = [looks, fail, pass, givesUp?.from, givesUp?.level].join(';');
  let table = tables.get(key);
  if (table === undefined) {
    const known = new Map<number, number>();
    table = (noise) => {
      const found = known.get(noise) ?? scaledVisible(noise, procedure);
      known.set(noise, found);
      return found;
    };
    tables.set(key, table);
  }
  return table;
}

/** In units of the tolerance, as `noise` is. */
function scaledVisible(noise: number, { looks, fail, pass, givesUp }: Procedure): number {
  const { errors, ses } = runsOf(looks);
  const critical = looks.map((n, k) => noise * tQuantileOf(1 - (fail[k] as number), n - 1));
  const margin = looks.map((n, k) => noise * tQuantileOf(1 - (pass[k] as number), n - 1));
  const last = looks.length - 1;
  const { from, level } = givesUp ?? { from: Number.POSITIVE_INFINITY, level: 1 };
  const seeming = looks.map((n) => noise * tQuantileOf(1 - level, n - 1));
  const isOpen = looks.map((n, k) => k === last || canShow(fail[k] as number, n));
  const least = new Float64Array(RUNS);
  for (let run = 0; run < RUNS; run++) {
    // From a true change of `red` on this run is a regression; with less than `passed` it had ended before, as unchanged or given up.
    let red = Number.POSITIVE_INFINITY;
    let passed = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < looks.length; k++) {
      const error = noise * (errors[run * looks.length + k] as number);
      const se = ses[run * looks.length + k] as number;
      if (isOpen[k]) {
        const shown = Math.max(EFFECT_FLOOR, (critical[k] as number) * se) - error;
        red = Math.min(red, Math.max(shown, passed));
      }
      const within = Math.min(EFFECT_FLOOR, 1 - (margin[k] as number) * se) - error;
      passed = Math.max(passed, within);
      if (noise * se * Math.sqrt(looks[k] as number) > from) {
        passed = Math.max(passed, Math.max(EFFECT_FLOOR, (seeming[k] as number) * se) - error);
      }
    }
    least[run] = red;
  }
  return nthSmallest(least, Math.ceil(POWER * RUNS) - 1);
}

/** By Hoare's quickselect; the order of the values is lost. */
function nthSmallest(values: Float64Array, n: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number;
    let [i, j] = [low, high];
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = swapped;
    }
    if (n <= j) high = j;
    else if (n >= i) low = i;
    else break;
  }
  return values[n] as number;
}

/** Of each run at each look: by how much the mean is off, and its standard error, for blocks of standard deviation one. */
interface Runs {
  errors: Float64Array;
  ses: Float64Array;
}

const simulated = new Map<string, Runs>();

function runsOf(looks: readonly number[]): Runs {
  const key = looks.join();
  const found = simulated.get(key) ?? simulate(looks);
  simulated.set(key, found);
  return found;
}

function simulate(looks: readonly number[]): Runs {
  const random = xoroshiro128plus(1);
  const errors = new Float64Array(RUNS * looks.length);
  const ses = new Float64Array(RUNS * looks.length);
  for (let run = 0; run < RUNS; run += 2) {
    let [n, sum, squares] = [0, 0, 0];
    for (const [k, look] of looks.entries()) {
      for (; n < look; n++) {
        const value = normalQuantile(uniformFloat64(random), 0, 1);
        sum += value;
        squares += value * value;
      }
      const at = run * looks.length + k;
      const mirrored = at + looks.length;
      errors[at] = sum / n;
      errors[mirrored] = -sum / n;
      const se = Math.sqrt(Math.max(0, squares - (sum * sum) / n) / (n - 1) / n);
      ses[at] = se;
      ses[mirrored] = se;
    }
  }
  return { errors, ses };
}
