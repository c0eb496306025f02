/** `before` and `after`: what an arm needs beside its server, once per arm and run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Arm, Server } from '../config/experiment.ts';
import { killGroup } from '../process-group.ts';
import { shellCommand } from '../shell.ts';
import { pinned } from './probes/cores.ts';
import { MARKER } from './probes/tree.ts';
import { serverOf, type Workbench } from './workbench.ts';

const LINES_KEPT = 15;
const BYTES_KEPT = 8192;
/** How long output of an ended hook may still come. */
const DRAIN_MS = 300;
/** Nothing else could end an `after` that hangs: not even a cancelled run waits for it any longer. */
const AFTER_LIMIT_MS = 60_000;

export class HookFailure extends Error {
  readonly arm: Arm;

  constructor(arm: Arm, which: string, command: string, end: string, output: string) {
    const lines = output.trimEnd().split('\n').slice(-LINES_KEPT);
    super(
      `${arm}: \`${which}\` failed (${end}): ${command}\n${lines.map((l) => `  ${l}`).join('\n')}`,
    );
    this.name = 'HookFailure';
    this.arm = arm;
  }
}

/**
 * Runs the hook in the server's folder with its port and environment, on the servers' cores: what it
 * starts is part of what is measured. Does nothing when there is none.
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
  const { server: filled, cwd, port } = await serverOf(bench, server, arm);
  const command = filled[which];
  if (command === null) return;
  const env = { ...bench.env, ...filled.env, PORT: String(port), [MARKER]: bench.marker };
  const { end, output } = await runCommand(
    pinned(bench.cores.servers, shellCommand(command, env)),
    { cwd, env },
    { signal, limitMs: which === 'after' ? AFTER_LIMIT_MS : null },
  );
  signal?.throwIfAborted();
  if (end !== null) throw new HookFailure(arm, which, command, end, output);
}

/** `end`: null after success, else how it ended. */
async function runCommand(
  command: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  { signal, limitMs }: { signal: AbortSignal | null; limitMs: number | null },
): Promise<{ end: string | null; output: string }> {
  const [file, ...args] = command as [string, ...string[]];
  const child = attempt(() =>
    spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  if (child instanceof Error) return { end: child.message, output: '' };
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-BYTES_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const drained = Promise.all([once(child.stdout, 'close'), once(child.stderr, 'close')]);
  let overdue = false;
  const kill = () => {
    if (child.pid !== undefined) void killGroup(child.pid);
  };
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
    // Not 'close': a daemon that the hook started may keep its pipes open.
    child.once('exit', (code, killer) =>
      resolve(code === 0 ? null : (killer ?? `exit code ${code}`)),
    );
  });
  if (limit !== null) clearTimeout(limit);
  signal?.removeEventListener('abort', kill);
  await Promise.race([drained, sleep(DRAIN_MS)]);
  child.stdout.destroy();
  child.stderr.destroy();
  return { end: overdue ? `not done after ${(limitMs as number) / 1000} s` : end, output };
}

/** Node throws some reasons why a process cannot be started, and emits the others. */
function attempt<T>(start: () => T): T | Error {
  try {
    return start();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
