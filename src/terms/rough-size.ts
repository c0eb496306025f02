/** A share or a size inside of a sentence. */

/** `0.1%`, `17%` from a fraction: to two digits. */
export function roughSize(fraction: number): string {
  return `${toTwoDigits(100 * Math.abs(fraction))}%`;
}

export function toTwoDigits(value: number): number {
  return Number(value.toPrecision(2));
}
