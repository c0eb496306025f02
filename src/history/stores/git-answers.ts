/** What git and a server say when a fetch or a push fails: whether it may pass, and what would mend it. Pure. */
import { GitError } from '../../checkout/git.ts';

/** The branch was moved by somebody else between fetch and push. */
const FASTER =
  /\[rejected\]|stale info|non-fast-forward|fetch first|cannot lock ref|failed to update ref|reference already exists|incorrect old value|is at [0-9a-f]{7,} but expected/i;

/** The network, or a server that is not well: the last three are how GitHub tells of its own incidents when a branch is pushed. */
const PASSING =
  /could not resolve host|couldn't find remote ref|connection (timed out|refused|reset)|failed to connect|empty reply|early eof|unexpected disconnect|the remote end hung up|operation too slow|transfer closed|returned error: (408|429|5\d\d)|HTTP (408|429|5\d\d)|rpc failed|gnutls|ssl_(error|read)|timed out|unexpected eof|invalid index-pack output|fetch-pack: unexpected|internal server error|fatal error in commit_refs|\[remote rejected\] .*\(failure\)/i;

const REFUSED =
  /protected branch|GH006|GH013|rule violations|pre-receive hook declined|refusing to allow/i;
const FORBIDDEN =
  /returned error: 403|permission to .* denied|write access to repository not granted|not allowed to push|resource not accessible/i;
const UNKNOWN =
  /returned error: 401|authentication failed|could not read (username|password)|repository .*not found|returned error: 404|invalid (username|credentials)|permission denied \(publickey|terminal prompts disabled/i;

export function isOthersFaster(error: unknown): boolean {
  if (!(error instanceof GitError)) return false;
  return FASTER.test(error.stderr) && !REFUSED.test(error.stderr);
}

export function isPassingTrouble(words: string): boolean {
  return (
    PASSING.test(words) && !REFUSED.test(words) && !FORBIDDEN.test(words) && !UNKNOWN.test(words)
  );
}

/** YAML that a user can paste. */
const PERMISSIONS = 'permissions: { contents: write }';

/** Of an address that is a folder, too. */
const NO_REPOSITORY = /does not appear to be a git repository|repository .* does not exist/i;

/** `by`: a token that was handed over, or what git itself finds, as on somebody's own machine. */
export function gitCure(words: string, by: 'token' | 'git'): string | null {
  if (REFUSED.test(words)) {
    return 'a rule of the repository protects this branch: take the branch of the history out of it (Settings, Rules), or name another branch';
  }
  if (FORBIDDEN.test(words) && by === 'git') {
    return 'whoever git is logged in as there must be allowed to push to the repository';
  }
  if (FORBIDDEN.test(words)) {
    return `give the job the right to write to the repository: \`${PERMISSIONS}\` in its part of the workflow`;
  }
  if (NO_REPOSITORY.test(words)) return 'look at the address of `origin`: git remote -v';
  if (UNKNOWN.test(words) && by === 'git') {
    return 'git must reach the repository with its own means, and without a question: try `git ls-remote origin`, and look at its address, your key or your credential helper';
  }
  if (UNKNOWN.test(words)) {
    return `the repository cannot be reached with this token: hand over one that may write (\`github-token\`), with \`${PERMISSIONS}\``;
  }
  if (/no space left|ENOSPC|disk quota/i.test(words)) return 'make room on the disk';
  if (PASSING.test(words)) return 'the network failed each time: run the job again later';
  return null;
}
