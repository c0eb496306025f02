/**
 * Columns of whole numbers as short text: each as its difference from the one before, in as few bytes as it needs, in
 * base64. 10,000 figures take about 25 kB. The page reads here what the program wrote.
 */

/** `null`: there is none at this place. */
export type Column = (number | null)[];

/** Whole numbers between -2^51 and 2^51. */
export function pack(values: readonly (number | null)[]): string {
  const bytes: number[] = [];
  let before = 0;
  for (const value of values) {
    if (value === null) {
      bytes.push(0);
      continue;
    }
    const difference = value - before;
    before = value;
    // 0 stands for "none", 1 for no difference, then -1, 1, -2, 2 and so on.
    let rest = difference < 0 ? -2 * difference : 2 * difference + 1;
    while (rest >= 128) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  return toBase64(bytes);
}

/** What `pack` was given. */
export function unpack(text: string): Column {
  const bytes = atob(text);
  const values: Column = [];
  let before = 0;
  let number = 0;
  let factor = 1;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    number += (byte % 128) * factor;
    if (byte >= 128) {
      factor *= 128;
      continue;
    }
    if (number === 0) values.push(null);
    else {
      before += number % 2 === 0 ? -number / 2 : (number - 1) / 2;
      values.push(before);
    }
    number = 0;
    factor = 1;
  }
  return values;
}

/** As many as a call can have as its arguments. */
const PIECE = 8192;

function toBase64(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += PIECE) {
    text += String.fromCharCode(...bytes.slice(i, i + PIECE));
  }
  return btoa(text);
}

/** Figures of any size as a column of whole numbers. */
export interface PackedFigures {
  /** The whole numbers are logarithms: a step is then a share, not an amount. */
  readonly isLog: boolean;
  readonly step: number;
  readonly values: string;
}

/** A thousandth of a percent. */
const LOG_STEP = 1e-5;
/** Of figures that may be nothing: so many steps from nothing to the largest. */
const STEPS = 1e6;

export function packFigures(figures: readonly (number | null)[]): PackedFigures {
  const isLog = figures.every((one) => one === null || one > 0);
  const largest = figures.reduce<number>((most, one) => Math.max(most, Math.abs(one ?? 0)), 0);
  const step = isLog ? LOG_STEP : Math.max(largest, Number.MIN_VALUE * STEPS) / STEPS;
  const whole = (figure: number) => Math.round((isLog ? Math.log(figure) : figure) / step);
  return { isLog, step, values: pack(figures.map((one) => (one === null ? null : whole(one)))) };
}

export function unpackFigures({ isLog, step, values }: PackedFigures): Column {
  return unpack(values).map((one) => {
    if (one === null) return null;
    return isLog ? Math.exp(one * step) : one * step;
  });
}
