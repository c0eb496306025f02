/** Errors that are the machine's, and neither a mistake of the user's nor of ours: no room, too few files, no right. */

import { type Problem, UserError } from '../messages/problem.ts';
import { isInside } from './inside.ts';
import { realOf } from './real-path.ts';
import { temporaryFolder } from './temporary-folder.ts';

const OTHER_FOLDER = 'let RUNNER_TEMP or TMPDIR name a folder';

/** What no report to us would mend: a mistake of the user's, or trouble of the machine's; null for a mistake of ours. */
export function userErrorOf(error: unknown): UserError | null {
  if (error instanceof UserError) return error;
  const problem = machineProblem(error);
  return problem === null ? null : new UserError(problem, { cause: error });
}

/** @returns null for any other error */
export function machineProblem(error: unknown): Problem | null {
  for (const { code, path: place, syscall, message, stack } of causesOf(error)) {
    const files = /\bE[MN]FILE\b/.exec(`${code} ${stack ?? message}`)?.[0];
    if (files !== undefined) {
      const whose = files === 'EMFILE' ? 'are allowed' : 'are left in the whole system';
      return {
        message: `too few open files ${whose} (${files})`,
        hint: 'Raise the limit before you start it: `ulimit -n 4096`.',
      };
    }
    const where = place === undefined ? {} : { where: place };
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      return {
        ...where,
        message: `there is no room left on the disk (${code})`,
        hint: `Make room, or ${OTHER_FOLDER} on a larger disk.`,
      };
    }
    if (place === undefined || !isTemporary(place)) continue;
    const isStarted = syscall?.startsWith('spawn') === true;
    if (code === 'EACCES' && isStarted) {
      return {
        ...where,
        message: `it may not be executed (${code})`,
        hint: `Look at its rights, and whether the folder is mounted with \`noexec\`; else ${OTHER_FOLDER} in which programs may be executed.`,
      };
    }
    // Which of the two was tried is not always said: a copy is read here and written there.
    if (code === 'EACCES' || code === 'EROFS') {
      return {
        ...where,
        message: `it cannot be ${code === 'EROFS' ? 'written' : 'read or written'} (${code})`,
        hint: `It is where temporary files go. Look at its owner and rights (\`ls -ld\`), or ${OTHER_FOLDER} that may be written.`,
      };
    }
  }
  return null;
}

function* causesOf(error: unknown): Generator<NodeJS.ErrnoException> {
  // A cause may lead back to itself.
  for (let depth = 0; depth < 8 && error instanceof Error; depth++) {
    yield error;
    error = error.cause;
  }
}

function isTemporary(place: string): boolean {
  const temp = temporaryFolder();
  return [temp, realOf(temp)].some((folder) => isInside(folder, place));
}
