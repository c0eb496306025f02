/** Sizes as people write them: `64KiB`, `1MiB`, `500B`. */

const UNITS: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** What a size looks like as text, for editors. */
export const SIZE_PATTERN = /^(\d+(?:\.\d+)?) ?(B|KiB|MiB|GiB)$/;

/** Whole bytes, to the nearest, or null. A number without a unit is none: it could mean any. */
export function parseSize(text: string): number | null {
  const found = SIZE_PATTERN.exec(text);
  if (found === null) return null;
  return Math.round(Number(found[1]) * (UNITS[found[2] as string] as number));
}

/** The spelling with the right unit: `64KiB` for 64k, 64 KB or 64kib; null when it is no slip of the unit. */
export function sizeMeant(text: string): string | null {
  const found = /^(\d+(?:\.\d+)?) ?([kmg]?)(i?b)?$/i.exec(text);
  if (found === null) return null;
  const prefix = (found[2] as string).toUpperCase();
  return `${found[1]}${prefix === '' ? 'B' : `${prefix}iB`}`;
}
