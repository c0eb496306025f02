/** Base and head must be two things: a comparison of a commit with itself is a mistake in what was asked for. Pure. */
import type { ArmSource } from '../measure/measurement.ts';
import { UserError } from '../system/problem.ts';
import type { TreesOptions } from './trees.ts';

/**
 * Two commits with equal trees are another matter: they are a change without any (`sameCode` in judge/).
 *
 * @throws UserError when both are the same commit
 */
export function refuseSameCommit(
  base: ArmSource,
  head: ArmSource,
  request: TreesOptions['base'],
): void {
  if (base.commit === null || base.commit !== head.commit) return;
  const id = base.commit.slice(0, 10);
  const isNamed = request.kind === 'ref';
  const branch = /^HEAD of (.+)$/.exec(head.description)?.[1];
  const where = branch === undefined ? '' : `You are on the branch ${branch}. `;
  throw new UserError({
    where: isNamed ? `--base ${request.ref}` : 'HEAD',
    message:
      `Base and head are the same commit, ${id}: there is nothing to compare ` +
      `(base: ${base.description}; head: ${head.description}).`,
    hint: isNamed
      ? `${where}Check out the change that is to be measured, or name an older commit as the base: HEAD~1 is the one before.`
      : `${where}Check out the change that is to be measured (actions/checkout: see its \`ref\`), or name another base.`,
  });
}
