/** How long something took, for a person. */

/** `12.4 s`, `2 s`, `0.3 s`. */
export function secondsText(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}

/** The same, and `850 ms` of what took no second. */
export function shortTimeText(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : secondsText(ms);
}
