/** What it means for a history when git and a server say no: whether it may pass, and what would mend it. Pure. */
import { GitError } from '../../checkout/git.ts';
import { gitTrouble } from '../../checkout/git-trouble.ts';

/** The branch was moved by somebody else between fetch and push. */
export function isOthersFaster(error: unknown): boolean {
  return error instanceof GitError && error.trouble === 'moved';
}

/** A branch that is gone between two questions is there or not when it is asked for again. */
export function isPassingTrouble(words: string): boolean {
  return ['passing', 'gone'].includes(gitTrouble(words));
}

/** YAML that a user can paste. */
const PERMISSIONS = 'permissions: { contents: write }';

const REDIRECTED =
  'a redirect leads to that server, and the token is sent to no other server than that of the repository: register the runner with the address to which the redirect leads';

/** `by`: a token that was handed over, or what git itself finds, as on somebody's own machine. */
export function gitCure(words: string, by: 'token' | 'git'): string | null {
  switch (gitTrouble(words)) {
    case 'rule':
      return 'a rule of the repository protects this branch: take the branch of the history out of it (Settings, Rules), or name another branch';
    case 'forbidden':
      return by === 'git'
        ? 'whoever git is logged in as there must be allowed to push to the repository'
        : `give the job the right to write to the repository: \`${PERMISSIONS}\` in its part of the workflow`;
    case 'no-repository':
      return 'look at the address of `origin`: git remote -v';
    case 'unknown':
      // Our own server is answered with the token: whoever gets no answer is another one.
      if (by === 'token' && /could not read (username|password) for/i.test(words))
        return REDIRECTED;
      return by === 'git'
        ? 'git must reach the repository with its own means, and without a question: try `git ls-remote origin`, and look at its address, your key or your credential helper'
        : `the repository cannot be reached with this token: hand over one that may write (input \`token\`), with \`${PERMISSIONS}\``;
    case 'disk':
      return 'make room on the disk';
    case 'passing':
    case 'endless':
    case 'gone':
      return 'the network failed each time: run the job again later';
    case 'moved':
    case 'other':
      return null;
  }
}
