/** Axes of the charts in report.html: where a value lies, and which values are written beside them. Pure. */

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
  /** Ascending, within the ends. */
  readonly ticks: readonly number[];
}

const ABOUT_TICKS = 4;

/** Reaches over all values and some room beyond; `among`: what must be on it too, such as 0. */
export function linearScale(values: readonly number[], among: readonly number[] = []): Scale {
  const all = [...values, ...among].filter(Number.isFinite);
  const [least, most] = [minimum(all), maximum(all)];
  const room = most > least ? (most - least) * 0.06 : Math.abs(most) * 0.05 || 1;
  const step = roundStep((most - least + 2 * room) / ABOUT_TICKS);
  const [low, high] = [least - room, most + room];
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) {
    // 0 and not -0, which is written with a sign.
    ticks.push(i === 0 ? 0 : i * step);
  }
  return { low, high, isLog: false, ticks };
}

/** Of values above 0. Ticks at 1, 2 and 5 of each power of ten, or at the powers alone where that is many. */
export function logScale(values: readonly number[]): Scale {
  const all = values.filter((one) => Number.isFinite(one) && one > 0);
  const [low, high] = all.length === 0 ? [1, 10] : [minimum(all) / 1.25, maximum(all) * 1.25];
  const first = Math.floor(Math.log10(low));
  const powers = Array.from(
    { length: Math.ceil(Math.log10(high)) - first + 1 },
    (_, i) => first + i,
  );
  const steps = powers.length > 4 ? [1] : [1, 2, 5];
  const ticks = powers
    .flatMap((power) => steps.map((one) => Number(`${one}e${power}`)))
    .filter((one) => one >= low && one <= high);
  return { low, high, isLog: true, ticks: ticks.length === 0 ? [low, high] : ticks };
}

/** 0 is the low end and 1 the high one; values beyond them stay at the ends. */
export function placeOn({ low, high, isLog }: Scale, value: number): number {
  const at = (one: number) => (isLog ? Math.log(Math.max(one, Number.MIN_VALUE)) : one);
  const place = (at(value) - at(low)) / (at(high) - at(low));
  return Math.min(1, Math.max(0, place));
}

/** 1, 2 or 5 times a power of ten, at least `size`. */
function roundStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const factor = [1, 2, 5, 10].find((one) => one * power >= size) ?? 10;
  return factor * power;
}

function minimum(values: readonly number[]): number {
  return values.reduce((least, one) => Math.min(least, one), values[0] ?? 0);
}

function maximum(values: readonly number[]): number {
  return values.reduce((most, one) => Math.max(most, one), values[0] ?? 1);
}
