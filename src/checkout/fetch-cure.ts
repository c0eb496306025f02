/** What would mend it when origin does not answer, or does not give a commit. Pure. */
import type { GitTrouble } from './git-trouble.ts';

export const ALL_HISTORY = '`fetch-depth: 0` of actions/checkout brings all history along.';
const UNSHALLOW = 'Try `git fetch origin`, and in a shallow clone `git fetch --unshallow`.';

/**
 * When origin is asked anything.
 * @param token the action's input, which may be empty; undefined on the command line, where git has its own means
 * @returns null where nothing is known to help
 */
export function originCure(trouble: GitTrouble, token: string | undefined): string | null {
  switch (trouble) {
    case 'passing':
    case 'endless':
      return 'The network or the server failed: run it again later.';
    case 'disk':
      return 'Make room on the disk.';
    case 'no-repository':
      return 'Look at the address of `origin`: git remote -v.';
    case 'forbidden':
    case 'unknown':
      if (token === undefined) {
        return 'Git must reach origin without asking anything: try `git fetch origin`, and look at your key or your credential helper.';
      }
      return token === ''
        ? 'The input `token` is empty: leave it out, and origin is asked with the job’s own token.'
        : 'Give the job `permissions: { contents: read }`: origin is asked with the input `token`.';
    default:
      return null;
  }
}

/** When a commit is to be fetched. @param token as above */
export function fetchCure(trouble: GitTrouble, token: string | undefined): string {
  const cure = originCure(trouble, token);
  if (token === undefined) return cure ?? UNSHALLOW;
  if (cure === null) return ALL_HISTORY;
  const isRefused = trouble === 'forbidden' || trouble === 'unknown';
  return isRefused ? `${cure} Or: ${ALL_HISTORY}` : cure;
}
