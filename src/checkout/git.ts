/** The one place that runs `git`. */
import { execa } from 'execa';
import { UserError } from '../problem.ts';
import { killGroup } from '../process-group.ts';

export interface GitOptions {
  /** Ends git and its helpers; the call then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** Settings for this call alone, passed by the environment: never in argv, never in a file. */
  config?: readonly (readonly [key: string, value: string])[];
}

/** git ran and failed. The message holds git's own words. */
export class GitError extends Error {
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | undefined, stderr: string) {
    const words = stderr === '' ? `exit code ${exitCode ?? 'unknown'}` : stderr;
    super(redact(`git ${args.join(' ')}: ${words}`));
    this.name = 'GitError';
    this.exitCode = exitCode;
    this.stderr = redact(stderr);
  }
}

/**
 * Runs git in `cwd`, without a shell, without a prompt, in English, without the user's hooks.
 * Its own process group, so that Ctrl-C in a terminal does not tear a clean-up in two.
 * @returns standard output without the last line end
 * @throws GitError when git fails, UserError when there is no git, the signal's reason when aborted
 */
export async function git(
  cwd: string,
  args: readonly string[],
  { signal, env = {}, config = [] }: GitOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  const inherited = inheritedEnv();
  const child = execa('git', args, {
    cwd,
    env: { ...inherited, ...QUIET, ...configEnv(inherited, [...OWN_CONFIG, ...config]), ...env },
    extendEnv: false,
    stdin: 'ignore',
    detached: true,
    reject: false,
    maxBuffer: 256 * 1024 * 1024,
  });
  let killed: Promise<void> | undefined;
  const onAbort = () => {
    if (child.pid !== undefined) killed = killGroup(child.pid);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await child;
    await killed;
    signal?.throwIfAborted();
    if (result.exitCode === 0) return result.stdout;
    if (result.code === 'ENOENT' && result.exitCode === undefined) throw noGit(cwd, result.cause);
    throw new GitError(args, result.exitCode, result.stderr || (result.originalMessage ?? ''));
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Like `git`, for questions: null when git says no (exit code 1, 2 or 128). */
export async function askGit(
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string | null> {
  try {
    return await git(cwd, args, options);
  } catch (error) {
    const said = error instanceof GitError && [1, 2, 128].includes(error.exitCode ?? -1);
    if (said) return null;
    throw error;
  }
}

/** LC_ALL: messages are matched. Optional locks: looking must not rewrite the user's index. */
const QUIET = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };

const OWN_CONFIG = [
  ['core.hooksPath', '/dev/null'],
  // A fetch would else start a clean-up in the background that outlives us.
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
] as const;

/** Set inside git hooks, and would point every call at the wrong repository: `cwd` decides. */
const REPOSITORY_VARIABLES = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]);

function inheritedEnv(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !REPOSITORY_VARIABLES.has(name));
  return Object.fromEntries(entries);
}

/** Appends to the settings that the caller's environment already passes this way. */
function configEnv(
  inherited: NodeJS.ProcessEnv,
  settings: readonly (readonly [string, string])[],
): Record<string, string> {
  const first = Number(inherited.GIT_CONFIG_COUNT ?? 0) || 0;
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(first + settings.length) };
  for (const [index, [key, value]] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${first + index}`] = key;
    env[`GIT_CONFIG_VALUE_${first + index}`] = value;
  }
  return env;
}

function noGit(cwd: string, cause: unknown): UserError {
  return new UserError(
    {
      message: `Cannot run git in ${cwd}.`,
      hint: 'Install git, and check that the folder exists.',
    },
    { cause },
  );
}

/** A URL with a password inside may stand in git's messages. */
function redact(text: string): string {
  return text.replace(/:\/\/[^/@\s]+@/g, '://***@');
}
