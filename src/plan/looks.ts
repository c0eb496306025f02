/** When the data may be judged: the looks of the group-sequential test. */

/** With fewer blocks a t interval is too wide to decide anything at small false-alarm rates. */
export const MIN_BLOCKS = 4;

/**
 * Numbers of blocks, ascending: after every block from the fourth. They do not depend on the budget, but for their end
 * (docs/adr/0045-looks.md).
 */
export function looksFor(maxBlocks: number): number[] {
  const last = Math.max(MIN_BLOCKS, maxBlocks);
  return Array.from({ length: last - MIN_BLOCKS + 1 }, (_, i) => MIN_BLOCKS + i);
}
