/** Whether base and head are the same code under two commits: then nothing is measured, and nothing can be slower. Pure. */
import type { ArmSource } from '../../terms/arm-source.ts';
import type { Verdict } from './verdict.ts';

/**
 * Only whole trees count: a server may read files outside of its `workdir`. Folders are never the same code: whoever
 * gives two equal ones wants to see how quiet the machine is.
 */
export function sameCode({
  base,
  head,
}: {
  base?: ArmSource | null | undefined;
  head?: ArmSource | null | undefined;
}): boolean {
  return base?.tree !== undefined && base.tree === head?.tree;
}

/** The same of a verdict. Code that a kept measurement was made of may be the same: that one was measured, and so is head. */
export function isSameCode({ design, sources }: Pick<Verdict, 'design' | 'sources'>): boolean {
  return design === 'pairs' && sameCode(sources);
}
