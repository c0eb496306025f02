/** Lengths of time as people write them: `120s`, `2m`, `500ms`, `1m30s`. */

/** Units from large to small, each at most once; only the millisecond takes no decimals. */
export const DURATION_PATTERN =
  /^(?=\d)(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/;

/** As a person would write it: "30m", "1m30s", "500ms". */
export function durationText(ms: number): string {
  const parts = [
    [Math.floor(ms / 3_600_000), 'h'],
    [Math.floor(ms / 60_000) % 60, 'm'],
    [Math.floor(ms / 1000) % 60, 's'],
    [Math.round(ms) % 1000, 'ms'],
  ] as const;
  return (
    parts
      .filter(([count]) => count > 0)
      .map(([count, unit]) => `${count}${unit}`)
      .join('') || '0s'
  );
}

/** Whole milliseconds; null when the text is not a duration. */
export function parseDuration(text: string): number | null {
  const parts = DURATION_PATTERN.exec(text);
  if (parts === null) return null;
  const [hours, minutes, seconds, milliseconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return Math.round(
    (hours ?? 0) * 3_600_000 +
      (minutes ?? 0) * 60_000 +
      (seconds ?? 0) * 1000 +
      (milliseconds ?? 0),
  );
}
