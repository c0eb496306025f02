/** The change: the commit that is compared with the baseline. */
import { UserError } from '../system/messages/problem.ts';
import type { Clone } from './origin.ts';
import { FLAGS } from './side-names.ts';
import { snapshotWorkTree } from './snapshot.ts';

export interface Head {
  commit: string;
  description: string;
  /** The commit is a snapshot with changes that HEAD does not have. */
  uncommitted: boolean;
}

/**
 * HEAD, or with `uncommitted` a snapshot of the work tree on top of it, where that differs.
 * @throws UserError when the repository has no commit yet
 */
export async function resolveHead(
  clone: Clone,
  { uncommitted }: { uncommitted: boolean },
): Promise<Head> {
  const { ref, commit: head } = clone.user.head;
  if (head === null) {
    const { baseDir, headDir } = clone.names ?? FLAGS;
    throw new UserError({
      where: clone.user.root,
      message: 'The repository has no commit yet.',
      hint: `Commit something, or compare two folders with ${baseDir} and ${headDir}.`,
    });
  }
  const name = ref === null ? 'HEAD' : `HEAD of ${ref.replace(/^refs\/heads\//, '')}`;
  const commit = uncommitted ? await snapshotWorkTree(clone) : head;
  return commit === head
    ? { commit, description: name, uncommitted: false }
    : { commit, description: `${name} with uncommitted changes`, uncommitted: true };
}
