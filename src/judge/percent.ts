/** `0.1%`, `17%` from a fraction: a size in a sentence, to two digits, in the report's style. */
export function percent(fraction: number): string {
  return `${Number((100 * Math.abs(fraction)).toPrecision(2))}%`;
}

/** `−15%`, `+0.4%`: a change in a sentence, to two digits. */
export function signedPercent(change: number): string {
  const size = percent(change);
  return size === '0%' ? size : `${change < 0 ? '−' : '+'}${size}`;
}
