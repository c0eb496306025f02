/** Base and head must be two things: a comparison of a commit with itself is a mistake in what was asked for. Pure. */

import { UserError } from '../system/messages/problem.ts';
import type { ArmSource } from '../terms/arm-source.ts';
import { shortCommit } from '../terms/short-commit.ts';

/**
 * Two commits with equal trees are another matter: they are a change without any (`sameCode` in judge/).
 *
 * @param named the base as the user named it, with the flag or input; null when it was found
 * @throws UserError when both are the same commit
 */
export function refuseSameCommit(base: ArmSource, head: ArmSource, named: string | null): void {
  if (base.commit === null || base.commit !== head.commit) return;
  const id = shortCommit(base.commit);
  const branch = /^HEAD of (.+)$/.exec(head.description)?.[1];
  const where = branch === undefined ? '' : `You are on the branch ${branch}. `;
  throw new UserError({
    where: named ?? 'HEAD',
    message:
      `Base and head are the same commit, ${id}: there is nothing to compare ` +
      `(base: ${base.description}; head: ${head.description}).`,
    hint:
      named === null
        ? `${where}Check out the change that is to be measured (actions/checkout: see its \`ref\`), or name another base.`
        : `${where}Check out the change that is to be measured, or name an older commit as the base: HEAD~1 is the one before.`,
  });
}
