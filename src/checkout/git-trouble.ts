/** What git and a server say when a fetch or a push fails, and what kind of trouble that is. Pure. */

/**
 * `rule`: the repository forbids this to everybody. `forbidden`: to whoever asks. `unknown`: who asks is not known, or may not
 * even see the repository. `no-repository`: there is none at the address. `gone`: the repository is there, and what was asked
 * for is not. `moved`: somebody else was faster. `disk`: no room. `passing`: the network, or a server that is not well.
 * `endless`: given up by us.
 */
export type GitTrouble =
  | 'rule'
  | 'moved'
  | 'forbidden'
  | 'unknown'
  | 'no-repository'
  | 'gone'
  | 'disk'
  | 'passing'
  | 'endless'
  | 'other';

/** In this order: after nearly every other trouble, git says that the remote end hung up as well. */
const WORDS: readonly (readonly [GitTrouble, RegExp])[] = [
  [
    'rule',
    /protected branch|GH006|GH013|rule violations|pre-receive hook declined|refusing to allow/i,
  ],
  [
    'moved',
    /\[rejected\]|stale info|non-fast-forward|fetch first|cannot lock ref|failed to update ref|reference already exists|incorrect old value|is at [0-9a-f]{7,} but expected/i,
  ],
  [
    'forbidden',
    /returned error: 403|permission to .* denied|write access to repository not granted|not allowed to push|resource not accessible|access denied/i,
  ],
  [
    'unknown',
    /returned error: (401|404)|authentication failed|could not read (username|password)|repository .*not found|invalid (username|credentials)|permission denied \(publickey|terminal prompts disabled|host key verification failed/i,
  ],
  ['no-repository', /does not appear to be a git repository|repository .* does not exist/i],
  ['gone', /not our ref|unadvertised object|couldn't find remote ref/i],
  ['disk', /no space left|ENOSPC|disk quota/i],
  // The last three are how GitHub tells of its own incidents when a branch is pushed.
  [
    'passing',
    /could not resolve host|couldn't resolve|failed to connect|couldn't connect|connection (was )?(timed out|reset|refused|closed)|timed out|operation too slow|early eof|unexpected eof|rpc failed|(returned error:|HTTP) (408|429|5\d\d)|hung up|unexpected disconnect|gnutls|ssl_(error|read)|(ssl|tls)[ _].*(error|failed|terminated)|empty reply|transfer closed|invalid index-pack output|fetch-pack: unexpected|internal server error|fatal error in commit_refs|\[remote rejected\] .*\(failure\)/i,
  ],
  ['endless', /^no end after/],
];

/** @param words of git's standard error; it is run in English */
export function gitTrouble(words: string): GitTrouble {
  return WORDS.find(([, said]) => said.test(words))?.[0] ?? 'other';
}
