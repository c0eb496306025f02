/** One run of a command: its output, its CPU time, and nothing of it left afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, mkdtempSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pinned } from '../../system/cpus/cores.ts';
import { readStat } from '../../system/kernel/proc-stat.ts';
import { openOutput } from '../../system/output/output-file.ts';
import { sweep } from '../../system/processes/kill-strays.ts';
import { isGroupAlive, killGroup, signalGroup } from '../../system/processes/process-group.ts';
import { MARKER } from '../../system/processes/process-tree.ts';
import { shellCommand } from '../../system/start/shell.ts';
import { machineMs } from '../session.ts';

export interface RunOptions {
  command: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Value of the marker variable: of this run alone. */
  marker: string;
  cores: readonly number[] | null;
  timeoutMs: number;
}

export interface Ran {
  /** Null after success, else how it ended, in words. */
  end: string | null;
  stdout: string;
  stderr: string;
  /** `machineMs` at the start. */
  startedAtMs: number;
  wallUs: number;
  /** Of all processes that it waited for, in steps of 10 ms; 0 where the system does not say. */
  cpuUs: number;
}

/** A run under way. */
export interface Run {
  /** Never rejects; settles when every process of the run is gone. */
  readonly ran: Promise<Ran>;
  /** Kills its processes at once. `ran` says why. */
  kill(why: string): void;
}

const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;
const LOOK_MS = 50;
/** What a command leaves behind is asked to end, then killed. */
const GRACE_MS = 500;
const TICK_US = 10_000;

/** Starts the command in a shell, a process group of its own. Never throws. */
export function startRun(options: RunOptions): Run {
  const outputs = openOutputs();
  const startedAtMs = machineMs();
  const ticksBefore = childTicks();
  const child = attempt(() => launch(options, outputs));
  let why: string | null = null;
  const kill = (reason: string) => {
    why ??= reason;
    if (!(child instanceof Error) && child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  // The generator may be told to end while a command runs.
  const onExit = () => kill('the load generator ended');
  process.once('exit', onExit);
  const limit = setTimeout(
    () => kill(`not done after ${options.timeoutMs / 1000} s`),
    options.timeoutMs,
  );
  const look = setInterval(() => bound(outputs, kill), LOOK_MS);
  const ran = (async (): Promise<Ran> => {
    const end = await endOf(child);
    const wallUs = (machineMs() - startedAtMs) * 1000;
    const cpuUs = (childTicks() - ticksBefore) * TICK_US;
    clearTimeout(limit);
    clearInterval(look);
    if (!(child instanceof Error) && child.pid !== undefined) await endRest(child.pid, options);
    process.off('exit', onExit);
    bound(outputs, (reason) => {
      why ??= reason;
    });
    const stdout = contents(outputs.stdout);
    const stderr = contents(outputs.stderr);
    closeSync(outputs.stdout);
    closeSync(outputs.stderr);
    return { end: why ?? end, stdout, stderr, startedAtMs, wallUs, cpuUs };
  })();
  return { ran, kill };
}

interface Outputs {
  stdout: number;
  stderr: number;
}

/**
 * Files without a name. Not pipes: a tool may write to /dev/stdout by its name, which Linux refuses
 * for the sockets that Node.js makes; and it must never wait for a reader.
 */
function openOutputs(): Outputs {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughput-gate-load-'));
  try {
    const stdout = openOutput(path.join(folder, 'stdout'));
    return { stdout, stderr: openOutput(path.join(folder, 'stderr')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function launch({ command, cwd, env, cores, marker }: RunOptions, { stdout, stderr }: Outputs) {
  const environment = { ...env, [MARKER]: marker };
  const [file, ...args] = pinned(cores, shellCommand(command, environment)) as [
    string,
    ...string[],
  ];
  return spawn(file, args, {
    cwd,
    env: environment,
    detached: true,
    stdio: ['ignore', stdout, stderr],
  });
}

/** Stops a run whose figures nobody could read; complaints are only cut, so that the last ones stay. */
function bound({ stdout, stderr }: Outputs, kill: (why: string) => void): void {
  if (fstatSync(stdout).size > MOST_OUTPUT_BYTES) {
    kill(`it printed more than ${MOST_OUTPUT_BYTES / 1024 ** 2} MiB`);
  }
  if (fstatSync(stderr).size > MOST_OUTPUT_BYTES) ftruncateSync(stderr);
}

/** Null after success. */
async function endOf(child: ChildProcess | Error): Promise<string | null> {
  if (child instanceof Error) return child.message;
  return await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve(code === 0 ? null : (signal ?? `exit code ${code}`)),
    );
  });
}

/** Ends what the command left: a helper that stays would disturb the next slice. */
async function endRest(pid: number, { marker }: RunOptions): Promise<void> {
  if (isGroupAlive(pid)) await killGroup(pid, { graceMs: GRACE_MS });
  await sweep(marker);
}

function contents(fd: number): string {
  const buffer = Buffer.alloc(Math.min(fstatSync(fd).size, MOST_OUTPUT_BYTES));
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(fd, buffer, length, buffer.length - length, length);
    if (read === 0) break;
    length += read;
  }
  return buffer.toString('utf8', 0, length);
}

/** CPU time of this process's children that ended, with theirs. */
function childTicks(): number {
  return process.platform === 'linux' ? (readStat(process.pid)?.childTicks ?? 0) : 0;
}

/** Node throws some reasons why a process cannot be started, and emits the others. */
function attempt<T>(start: () => T): T | Error {
  try {
    return start();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
