/** The one place that runs `git`. */
import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { UserError } from '../system/messages/problem.ts';
import { killGroup } from '../system/processes/process-group.ts';
import { gitEnv, type Setting } from './git-env.ts';
import { type GitTrouble, gitTrouble } from './git-trouble.ts';

export interface GitOptions {
  /** Ends git and its helpers; the call then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Added to the environment; what is undefined is taken out of it. */
  env?: Record<string, string | undefined>;
  /** Settings for this call alone, passed by the environment: never in argv, never in a file. */
  config?: readonly Setting[];
  /** Standard input. Default: none. */
  input?: string;
  /** Can be read once from descriptor 3, by git and by what it starts; it is seen nowhere else. */
  secret?: string;
  /** `config` holds all settings that count: those of the system and the user are not read. */
  sealed?: boolean;
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

  get trouble(): GitTrouble {
    return gitTrouble(this.stderr);
  }
}

/**
 * Runs git in `cwd`, without a shell, without a prompt, in English, without the user's hooks, and
 * whoever owns the repository there.
 * Its own process group, so that Ctrl-C in a terminal does not tear a clean-up in two.
 * @returns standard output without the last line end
 * @throws GitError when git fails, UserError when there is no git, the signal's reason when aborted
 */
export async function git(
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  return textOf(await run(cwd, args, options, 'utf8'));
}

/** The same for what is no text: standard output as it is. */
export async function gitBytes(
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Buffer> {
  return Buffer.from(await run(cwd, args, options, 'buffer'));
}

async function run(
  cwd: string,
  args: readonly string[],
  { signal, env = {}, config = [], input, secret, sealed = false }: GitOptions,
  encoding: 'utf8' | 'buffer',
): Promise<string | Uint8Array> {
  signal?.throwIfAborted();
  const child = execa('git', args, {
    cwd,
    env: { ...gitEnv(cwd, config, sealed), ...env },
    extendEnv: false,
    stdio: [
      input === undefined ? 'ignore' : bytes(input),
      'pipe',
      'pipe',
      ...(secret === undefined ? [] : [bytes(secret)]),
    ],
    detached: true,
    reject: false,
    maxBuffer: 256 * 1024 * 1024,
    encoding,
    stripFinalNewline: encoding === 'utf8',
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
    const words = textOf(result.stderr).trimEnd() || (result.originalMessage ?? '');
    throw new GitError(args, result.exitCode, words);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function textOf(output: string | Uint8Array): string {
  return typeof output === 'string' ? output : Buffer.from(output).toString('utf8');
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

/** The oldest git that takes settings from the environment and from nowhere else. */
const OLDEST = [2, 32] as const;
let checked: Promise<void> | undefined;

/** @throws UserError when git is too old; asked once */
export function assertGit(): Promise<void> {
  checked ??= git('/', ['version']).then((words) => assertVersion(words));
  return checked;
}

/** @param words what `git version` says */
export function assertVersion(words: string): void {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(words) ?? [];
  const [wantedMajor, wantedMinor] = OLDEST;
  const found = [Number(major), Number(minor)] as const;
  if (found[0] > wantedMajor || (found[0] === wantedMajor && found[1] >= wantedMinor)) return;
  throw new UserError({
    message: `git ${OLDEST.join('.')} or newer is needed; this machine has: ${words}.`,
    hint: 'Update git. In a container job, use an image with a newer one, or install it in a step before.',
  });
}

/** As a value of `stdio`, text is the name of a way to connect. */
function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function noGit(cwd: string, cause: unknown): UserError {
  const problem = existsSync(cwd)
    ? {
        message: 'git is not installed, or not in PATH.',
        hint: `Install git ${OLDEST.join('.')} or newer. In a container job, use an image that has it, or install it in a step before actions/checkout.`,
      }
    : {
        message: `There is no folder ${cwd}.`,
        hint: 'The repository was looked for there: start it in a folder that exists. In a container, the folder must exist inside of it.',
      };
  return new UserError(problem, { cause });
}

/** A URL with a password inside may stand in git's messages; a password may hold an @ itself. */
function redact(text: string): string {
  return text.replace(/:\/\/[^/\s]+@/g, '://***@');
}
