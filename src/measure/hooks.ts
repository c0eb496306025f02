/** `before` and `after`: what an arm needs beside its server, once per arm and run. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import path from 'node:path';
import type { Arm, Server } from '../config/experiment.ts';
import { PrintedError } from '../printed.ts';
import { killGroup } from '../process-group.ts';
import { shellCommand } from '../shell.ts';
import { lastLines, openOutput, tailOf } from './output.ts';
import { pinned } from './probes/cores.ts';
import { MARKER } from './probes/tree.ts';
import { addressEnv } from './servers/addresses.ts';
import { serverOf, type Workbench } from './workbench.ts';

/** Nothing else could end an `after` that hangs: not even a cancelled run waits for it any longer. */
const AFTER_LIMIT_MS = 60_000;

/** Its message is ours alone; what the hook printed last is in `printed`. */
export class HookFailure extends PrintedError {
  readonly arm: Arm;

  constructor(arm: Arm, which: 'before' | 'after', command: string, end: string, output: string) {
    const lines = lastLines(output);
    const message = `${arm}: \`${which}\` failed (${end}): ${command}`;
    super(message, lines.length === 0 ? [] : [{ by: which, lines }]);
    this.name = 'HookFailure';
    this.arm = arm;
  }
}

/**
 * Runs the hook in the server's folder with its address and environment, on the servers' cores, which
 * keeps what it starts off the generator's. What it starts stays until the run ends and is not
 * metered: throughput feels it, CPU time and memory do not. Does nothing when there is no hook.
 * @throws HookFailure; the signal's reason when `before` is aborted
 */
export async function runHook(
  bench: Workbench,
  server: Server,
  arm: Arm,
  which: 'before' | 'after',
): Promise<void> {
  // `after` is clean-up: it runs, and to its end, also when the run was cancelled.
  const signal = which === 'before' ? bench.signal : null;
  signal?.throwIfAborted();
  const { server: filled, cwd, address } = await serverOf(bench, server, arm);
  const command = filled[which];
  if (command === null) return;
  const env = { ...bench.env, ...filled.env, ...addressEnv(address), [MARKER]: bench.marker };
  // A file, not a pipe: what the hook leaves behind can go on writing.
  const log = openOutput(path.join(bench.logs, `${server.name}-${arm}-${which}.log`));
  try {
    const end = await runCommand(
      pinned(bench.cores.servers, shellCommand(command, env)),
      { cwd, env, stdio: ['ignore', log, log] },
      { signal, limitMs: which === 'after' ? AFTER_LIMIT_MS : null },
    );
    signal?.throwIfAborted();
    if (end !== null) throw new HookFailure(arm, which, command, end, tailOf(log));
  } finally {
    closeSync(log);
  }
}

/** Null after success, else how it ended. */
async function runCommand(
  command: string[],
  options: SpawnOptions,
  { signal, limitMs }: { signal: AbortSignal | null; limitMs: number | null },
): Promise<string | null> {
  const [file, ...args] = command as [string, ...string[]];
  const child = attempt(() => spawn(file, args, { ...options, detached: true }));
  if (child instanceof Error) return child.message;
  const { pid } = child;
  let killing: Promise<void> | null = null;
  const kill = () => {
    if (pid !== undefined) killing ??= killGroup(pid);
  };
  let overdue = false;
  const limit =
    limitMs === null
      ? null
      : setTimeout(() => {
          overdue = true;
          kill();
        }, limitMs);
  signal?.addEventListener('abort', kill, { once: true });
  const end = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, killer) =>
      resolve(code === 0 ? null : (killer ?? `exit code ${code}`)),
    );
  });
  if (limit !== null) clearTimeout(limit);
  signal?.removeEventListener('abort', kill);
  await killing;
  return overdue ? `not done after ${(limitMs as number) / 1000} s` : end;
}

/** Node throws some reasons why a process cannot be started, and emits the others. */
function attempt<T>(start: () => T): T | Error {
  try {
    return start();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
