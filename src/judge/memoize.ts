/** What was computed of a block before. A block never changes once it was measured, and many parts of the judge ask the same of it. */
import type { BlockMeasurement } from '../measure/measurement.ts';

/** By block, by function, by key. One weak table for all functions: each entry of one costs the garbage collector time. */
const known = new WeakMap<BlockMeasurement, Record<string, unknown>[]>();
let functions = 0;

/** The same function, which computes each block's answer to each key once. Forgotten with the block. */
export function remembered<
  Key extends string,
  Result extends object | string | number | boolean | null,
>(
  compute: (block: BlockMeasurement, key: Key) => Result,
): (block: BlockMeasurement, key: Key) => Result {
  const id = functions++;
  return (block, key) => {
    let ofBlock = known.get(block);
    if (ofBlock === undefined) {
      ofBlock = [];
      known.set(block, ofBlock);
    }
    let own = ofBlock[id];
    if (own === undefined) {
      own = {};
      ofBlock[id] = own;
    }
    const before = own[key] as Result | undefined;
    if (before !== undefined) return before;
    const result = compute(block, key);
    own[key] = result;
    return result;
  };
}
