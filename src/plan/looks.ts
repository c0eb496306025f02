/** When the data may be judged: the looks of the group-sequential test. */

/** With fewer blocks a t interval is too wide to decide anything at small false-alarm rates. */
export const MIN_BLOCKS = 6;

/** Shares of the budget at which a look is taken; 20 blocks give looks at 6, 10, 14 and 20. */
const LOOK_FRACTIONS = [0.3, 0.5, 0.7, 1];

/** Numbers of blocks, ascending, without duplicates, none below six; the last is `maxBlocks`. */
export function looksFor(maxBlocks: number): number[] {
  const looks = LOOK_FRACTIONS.map((fraction) =>
    // The rounding guards against 0.7 × 20 = 14.000000000000002.
    Math.max(MIN_BLOCKS, Math.ceil(Number((fraction * maxBlocks).toFixed(9)))),
  );
  return [...new Set(looks)];
}
