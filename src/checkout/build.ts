/** Building one server in one arm's tree. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Arm, Server } from '../config/experiment.ts';
import { killGroup } from '../process-group.ts';
import { shellCommand } from '../shell.ts';
import { lineSplitter } from './lines.ts';

export interface BuildOptions {
  /** Placeholders in its commands and values are already replaced. */
  server: Pick<Server, 'name' | 'workdir' | 'build' | 'env'>;
  arm: Arm;
  /** Root of the arm's tree. */
  dir: string;
  /** The whole environment; the server's own `env` is laid over it. */
  env: Record<string, string | undefined>;
  signal?: AbortSignal | undefined;
  /** Gets every line of standard output and error as it comes. */
  output: (line: string) => void;
}

/** `no-workdir`: the tree does not have this server (base, perhaps, not yet). */
export type BuildResult =
  | { ok: true; durationMs: number }
  | { ok: false; kind: 'no-workdir' | 'failed'; message: string; tail: string[] };

/** Lines of output that are kept for the message. */
const TAIL_LINES = 40;
const GRACE_MS = 5000;
/** How long output of an ended build may still come. A daemon that it left may hold the pipe for ever. */
const DRAIN_MS = 500;

/**
 * Runs the build command in `dir`/workdir, in a process group of its own, and ends whatever is
 * left of that group afterwards: a helper that stays would disturb the measurement.
 * @throws the signal's reason when aborted, once the group is dead
 */
export async function buildArm(options: BuildOptions): Promise<BuildResult> {
  const { server, arm, dir, signal, output } = options;
  signal?.throwIfAborted();
  const cwd = join(dir, server.workdir);
  const folder = await stat(cwd).catch(() => null);
  if (!folder?.isDirectory()) {
    const message = `${arm} has no folder ${server.workdir} for server ${server.name}`;
    return { ok: false, kind: 'no-workdir', message, tail: [] };
  }
  if (server.build === null) return { ok: true, durationMs: 0 };

  const tail: string[] = [];
  const keep = (line: string) => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
    output(line);
  };
  const start = performance.now();
  const end = await run(server.build, cwd, { ...options.env, ...server.env }, keep, signal);
  signal?.throwIfAborted();
  if (end === null) return { ok: true, durationMs: performance.now() - start };
  const message = `Building ${server.name} (${arm}) failed: ${end}. Command: ${server.build}`;
  return { ok: false, kind: 'failed', message, tail };
}

/** @returns null after success, else how it ended, in words */
async function run(
  command: string,
  cwd: string,
  env: Record<string, string | undefined>,
  onLine: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const [file, ...args] = shellCommand(command, env);
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const streams = [child.stdout, child.stderr].map((stream) => readLines(stream, onLine));
  const { pid } = child;
  const kill = () => (pid === undefined ? undefined : killGroup(pid, { graceMs: GRACE_MS }));
  const onAbort = () => void kill();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await ending(child);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await kill();
    await Promise.race([Promise.all(streams), sleep(DRAIN_MS, undefined, { ref: false })]);
    child.stdout.destroy();
    child.stderr.destroy();
    await Promise.all(streams);
  }
}

/** `exit`, not `close`: a left process that holds the pipes must not hold us. */
async function ending(child: ChildProcess): Promise<string | null> {
  try {
    const [code, killer] = (await once(child, 'exit')) as [number | null, string | null];
    if (code === 0) return null;
    return code === null ? `killed by ${killer}` : `exit code ${code}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  const lines = lineSplitter(onLine);
  stream.on('data', (chunk: Buffer) => lines.write(chunk));
  return new Promise((resolve) => {
    stream.once('close', () => {
      lines.flush();
      resolve();
    });
  });
}
