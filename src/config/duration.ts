/** Lengths of time as people write them: `120s`, `2m`, `500ms`, `1m30s`. */

/** Units from large to small, each at most once; only the millisecond takes no decimals. */
export const DURATION_PATTERN =
  /^(?=\d)(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/;

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
