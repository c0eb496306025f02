/** Building one server in one arm's tree. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../config/experiment/server.ts';
import { durationText } from '../config/values/duration.ts';
import { noteLeft } from '../system/cleanup/leftovers.ts';
import { isInside } from '../system/files/inside.ts';
import { lineSplitter } from '../system/output/lines.ts';
import { keepLooking, launch } from '../system/start/launch.ts';
import { shellCommand } from '../system/start/shell.ts';
import { BuildOutput } from './build-output.ts';

export interface BuildOptions {
  /** Placeholders in its commands and values are already replaced. */
  server: Pick<Server, 'name' | 'workdir' | 'build' | 'buildTimeoutMs' | 'env'>;
  /** Root of the arm's tree. */
  dir: string;
  /** The whole environment; the server's own `env` is laid over it. */
  env: Record<string, string | undefined>;
  signal?: AbortSignal | undefined;
  /** Gets every line of standard output and error as it comes. */
  output: (line: string) => void;
}

/** `no-workdir`: the tree does not have this server (base, perhaps, not yet), or has only a link to another place. */
export type BuildResult =
  | { ok: true; durationMs: number }
  | {
      ok: false;
      kind: 'no-workdir' | 'failed';
      /** Without the arm's name. */
      message: string;
      /** Null: it was killed, or never ran. */
      exitCode: number | null;
      /** The last lines of its output, with the first of before that speak of an error. */
      tail: string[];
    };

interface RunOptions {
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  onLine: (line: string) => void;
  signal: AbortSignal | undefined;
}

interface Outputs {
  stdout: Readable;
  stderr: Readable;
}

const GRACE_MS = 5000;
/** How long output of an ended build may still come. A daemon that it left may hold the pipe for ever. */
const DRAIN_MS = 500;

/**
 * Runs the build command in `dir`/workdir, and ends whatever is left of it afterwards, wherever it went:
 * a helper that stays would disturb the measurement.
 * @throws the signal's reason when aborted, once the group is dead
 */
export async function buildArm(options: BuildOptions): Promise<BuildResult> {
  const { server, dir, signal, output } = options;
  signal?.throwIfAborted();
  const cwd = join(dir, server.workdir);
  const folder = await stat(cwd).catch(() => null);
  if (!folder?.isDirectory()) {
    return without(`there is no folder ${server.workdir} for server ${server.name}`);
  }
  if (await leadsOut(cwd, dir)) {
    // Both arms would build and run the same files there, and no difference could show.
    return without(
      `folder ${server.workdir} of server ${server.name} is a link that leads out of the tree`,
    );
  }
  if (server.build === null) return { ok: true, durationMs: 0 };

  const kept = new BuildOutput();
  const keep = (line: string) => output(kept.add(line));
  const start = performance.now();
  const end = await run(server.build, cwd, {
    env: { ...options.env, ...server.env },
    timeoutMs: server.buildTimeoutMs,
    onLine: keep,
    signal,
  });
  signal?.throwIfAborted();
  if (end === null) return { ok: true, durationMs: performance.now() - start };
  const message = `the build of ${server.name} failed (${end.text}): \`${server.build}\``;
  return { ok: false, kind: 'failed', message, exitCode: end.code, tail: kept.lines() };
}

function without(message: string): BuildResult {
  return { ok: false, kind: 'no-workdir', message, exitCode: null, tail: [] };
}

async function leadsOut(folder: string, root: string): Promise<boolean> {
  return !isInside(await realpath(root), await realpath(folder));
}

interface End {
  text: string;
  /** Null: it was killed, or never ran. */
  code: number | null;
}

/** @returns null after success, else how it ended */
async function run(
  command: string,
  cwd: string,
  { env, timeoutMs, onLine, signal }: RunOptions,
): Promise<End | null> {
  const argv = shellCommand(command, env, { diesFirst: true });
  const started = await launch(argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] }).catch(
    (error: Error) => error,
  );
  if (started instanceof Error) return { text: started.message, code: null };
  using _ = keepLooking(started);
  const { stdout, stderr } = started.child as ChildProcess & Outputs;
  const streams = [stdout, stderr].map((stream) => readLines(stream, onLine));
  let overdue = false;
  const limit = setTimeout(() => {
    overdue = true;
    void started.end(GRACE_MS);
  }, timeoutMs);
  const onAbort = () => void started.end(GRACE_MS);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const end = await ending(started.child);
    return overdue
      ? {
          text: `not done after ${durationText(timeoutMs)}, which is its \`build-timeout\``,
          code: null,
        }
      : end;
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener('abort', onAbort);
    for (const what of await started.end(GRACE_MS)) noteLeft(what);
    await Promise.race([Promise.all(streams), sleep(DRAIN_MS, undefined, { ref: false })]);
    stdout.destroy();
    stderr.destroy();
    await Promise.all(streams);
  }
}

/** `exit`, not `close`: a left process that holds the pipes must not hold us. */
async function ending(child: ChildProcess): Promise<End | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child.exitCode === 0) return null;
  const text =
    child.signalCode === null ? `exit code ${child.exitCode}` : `killed by ${child.signalCode}`;
  return { text, code: child.exitCode };
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
