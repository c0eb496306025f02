/** Where the blocks of a subject come to their end. */
import type { SubjectState } from './state.ts';

/** No blocks will follow so many: what is stopped there has to make up its mind there. */
export function isEndAt({ plan, measured }: SubjectState, count: number): boolean {
  if (count === plan?.blocks.length) return true;
  return measured.stoppedBy !== undefined && count === measured.blocks.length;
}
