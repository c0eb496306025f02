/** What would mend it when a commit cannot be fetched. Pure. */
import type { GitTrouble } from './git-trouble.ts';

const ALL_HISTORY = '`fetch-depth: 0` of actions/checkout brings all history along.';

/** @param token the action's input, which may be empty; undefined on the command line, where git has its own means */
export function fetchCure(trouble: GitTrouble, token: string | undefined): string {
  if (trouble === 'passing' || trouble === 'endless')
    return 'The network or the server failed: run it again later.';
  if (trouble === 'disk') return 'Make room on the disk.';
  if (trouble === 'no-repository') return 'Look at the address of `origin`: git remote -v.';
  const isRefused = trouble === 'forbidden' || trouble === 'unknown';
  if (token === undefined) {
    return isRefused
      ? 'Git must reach origin without asking anything: try `git fetch origin`, and look at your key or your credential helper.'
      : 'Try `git fetch origin`, and in a shallow clone `git fetch --unshallow`.';
  }
  if (!isRefused) return ALL_HISTORY;
  return token === ''
    ? `The input \`token\` is empty: leave it out, and the job’s own token fetches the commit. ${ALL_HISTORY}`
    : `Give the job \`permissions: { contents: read }\`: the commit is fetched with the input \`token\`. ${ALL_HISTORY}`;
}
