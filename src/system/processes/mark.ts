/**
 * What every process that we start hands on to its children, however far they go: a variable in the
 * environment, and a resource limit that no program uses.
 *
 * The environment can be emptied (`env -i`), and is overwritten by programs that write their state into
 * their own title (nginx, Redis, PostgreSQL). The limit on file locks, which Linux has ignored since
 * 2.4.25, stays through fork, exec, setsid and a change of user; anybody may read it in /proc, and
 * nobody but root can raise it again.
 */
import { createHash } from 'node:crypto';
import { readProc } from '../kernel/proc-stat.ts';

/** The variable. Its value is the run's marker and a number: "a1b2c3d4e5f6.000012.". */
export const MARKER = 'THROUGHPUT_GATE_RUN';

/** Bits of the limit that tell the commands of one run apart. */
const COMMAND_BITS = 14n;
const COMMANDS = 1n << COMMAND_BITS;

/** Limits of the processes that a marker stands for: of a whole run, or of one command of it. */
export interface LimitRange {
  first: bigint;
  last: bigint;
}

/** "run." stands for every command of the run, "run.000012." for one. */
export function limitsOf(marker: string): LimitRange {
  const [run = '', ...command] = marker.split('.').filter((part) => part !== '');
  const first = hashOf(run, 48n) << COMMAND_BITS;
  if (command.length === 0) return { first, last: first + COMMANDS - 1n };
  const one = first + hashOf(command.join('.'), COMMAND_BITS);
  return { first: one, last: one };
}

/** The limit that a command with this marker is given. */
export function limitOf(marker: string): bigint {
  return limitsOf(marker).first;
}

/**
 * Shell words to be run before `exec "$@"`. A shell that has neither option leaves the limit alone:
 * then the environment is all there is.
 */
export function markingWords(marker: string): string {
  const limit = limitOf(marker);
  return `{ ulimit -x ${limit} || ulimit -w ${limit}; } 2>/dev/null`;
}

/** Whether a process bears a marker that begins so, in its environment or by its limit. */
export function isMarked(pid: number, marker: string): boolean {
  if (marker === '') return false;
  return environmentHas(pid, `${MARKER}=${marker}`) || hasLimit(pid, limitsOf(marker));
}

/** Whether an entry that begins so stands in the environment that the process was started with. */
export function environmentHas(pid: number, beginning: string): boolean {
  const entries = readProc(`${pid}/environ`)?.split('\0') ?? [];
  return entries.some((entry) => entry.startsWith(beginning));
}

function hasLimit(pid: number, { first, last }: LimitRange): boolean {
  const limit = /^Max file locks +\d+ +(\d+)/m.exec(readProc(`${pid}/limits`) ?? '')?.[1];
  if (limit === undefined) return false;
  const value = BigInt(limit);
  return value >= first && value <= last;
}

function hashOf(text: string, bits: bigint): bigint {
  const digest = createHash('sha256').update(text).digest();
  return digest.readBigUInt64BE() >> (64n - bits);
}
