/** `before` and `after`: what an arm needs beside its server, once per arm and run. */
import { spawn } from 'node:child_process';
import type { Arm, Server } from '../config/experiment.ts';
import { killGroup } from '../process-group.ts';
import { shellCommand } from '../shell.ts';
import { MARKER } from './probes/tree.ts';
import { serverOf, type Workbench } from './workbench.ts';

const LINES_KEPT = 15;

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

/** Runs the hook in the server's folder with its port and environment. Does nothing when there is none. */
export async function runHook(
  bench: Workbench,
  server: Server,
  arm: Arm,
  which: 'before' | 'after',
): Promise<void> {
  const { server: filled, cwd, port } = await serverOf(bench, server, arm);
  const command = filled[which];
  if (command === null) return;
  const env = { ...bench.env, ...filled.env, PORT: String(port), [MARKER]: bench.marker };
  const [file, ...args] = shellCommand(command, env);
  const child = spawn(file, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-8192);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // `after` is clean-up: it runs to its end also when the run was cancelled.
  const onAbort = () => void killGroup(child.pid as number);
  if (which === 'before') bench.signal.addEventListener('abort', onAbort, { once: true });
  const end = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // Not 'close': a daemon that the hook started may keep its pipes open.
    child.once('exit', (code, signal) =>
      resolve(code === 0 ? null : (signal ?? `exit code ${code}`)),
    );
  });
  bench.signal.removeEventListener('abort', onAbort);
  child.stdout.destroy();
  child.stderr.destroy();
  if (which === 'before') bench.signal.throwIfAborted();
  if (end !== null) throw new HookFailure(arm, which, command, end, output);
}
