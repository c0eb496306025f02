/**
 * How long the bodies of good answers are, counted by octaves: none, 1 byte, 2 to 3, 4 to 7 and so on. It costs one addition an
 * answer, so that every answer of the load is looked at, where whole answers are compared for a few.
 */

/** Octaves of a length below 2³². */
export const OCTAVES = 33;

export class BodySizes {
  readonly #counts = new Uint32Array(OCTAVES);

  add(bytes: number): void {
    (this.#counts[octaveOf(bytes)] as number)++;
  }

  /** By octave, as far as there are any. */
  counts(): number[] {
    return Array.from(this.#counts.subarray(0, this.#counts.findLastIndex((one) => one > 0) + 1));
  }
}

export function octaveOf(bytes: number): number {
  return 32 - Math.clz32(bytes);
}

/** The fewest and the most bytes of an octave. */
export function rangeOf(octave: number): { least: number; most: number } {
  return octave === 0 ? { least: 0, most: 0 } : { least: 2 ** (octave - 1), most: 2 ** octave - 1 };
}

/** Octave by octave; whoever counts none gives nothing. */
export function addSizes(parts: Iterable<readonly number[] | undefined>): number[] {
  const sum: number[] = [];
  for (const part of parts) {
    for (const [octave, count] of (part ?? []).entries()) sum[octave] = (sum[octave] ?? 0) + count;
  }
  return sum;
}
