/** How much of its cases a fuzz test tries: all in the longer tier, a tenth where somebody waits. */

/** The longer tier sets it; by hand: `FUZZ=full node_modules/.bin/node --test <file>`. */
const FULL = process.env.FUZZ === 'full';

export function fuzzCases(full: number): number {
  return FULL ? full : Math.ceil(full / 10);
}
