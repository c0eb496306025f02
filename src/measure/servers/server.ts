/** One server process tree: started, watched, and ended whole. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Arm, Server } from '../../config/experiment.ts';
import { killGroup, signalGroup } from '../../process-group.ts';
import { shellCommand } from '../../shell.ts';
import { pinned } from '../probes/cores.ts';
import { readStat } from '../probes/proc.ts';
import { MARKER, markedProcesses, processTree } from '../probes/tree.ts';
import { ServerFailure } from './failure.ts';
import { isFree } from './ports.ts';
import { sweep, sweepMembers } from './sweep.ts';

export interface ServerOptions {
  /** Placeholders already filled. */
  server: Server;
  arm: Arm;
  /** Absolute folder to run in. */
  cwd: string;
  port: number;
  cores: readonly number[] | null;
  env: NodeJS.ProcessEnv;
  /** Receives stdout and stderr; emptied at each start. */
  logFile: string;
  /** Value of the marker variable; one per start, beginning with the run's. */
  marker: string;
}

export interface RunningServer extends AsyncDisposable {
  readonly arm: Arm;
  readonly port: number;
  readonly ready: Server['ready'];
  /** `performance.now()` at the start. */
  readonly startedAtMs: number;
  /** Live processes of the tree, and daemons that it let go. */
  tree(): number[];
  /** How the start command ended: "exit code 1", "SIGSEGV"; null while it runs. */
  ended(): string | null;
  /** An error of this server, with the last lines that it printed. */
  failure(kind: ConstructorParameters<typeof ServerFailure>[1], what: string): ServerFailure;
}

/** Time to end after SIGTERM before the tree is killed. */
const GRACE_MS = 3000;
/** The tail of the log that messages are cut from. */
const TAIL_BYTES = 8192;

/** Starts the command; does not wait until it is ready. Rejects when the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { server, arm, port } = options;
  if (!(await isFree(port))) {
    const what = `port ${port} is in use by another process, so \`${server.start}\` was not started`;
    throw new ServerFailure(arm, 'port-in-use', what, '');
  }
  const log = openSync(options.logFile, 'w+');
  const startedAtMs = performance.now();
  let child: ChildProcess;
  try {
    child = launch(options, log);
  } catch (error) {
    closeSync(log);
    const what = `\`${server.start}\` could not be started (${(error as Error).message})`;
    throw new ServerFailure(arm, 'exited', what, '');
  }
  const pid = child.pid;
  let end: string | null = null;
  let disposed = false;
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      end = `could not be started (${error.message})`;
      resolve();
    });
    child.once('exit', (code, signal) => {
      end = signal ?? `exit code ${code}`;
      resolve();
    });
  });
  return {
    arm,
    port,
    ready: server.ready,
    startedAtMs,
    tree: () => (pid === undefined ? [] : treeOf(pid, options.marker)),
    ended: () => end,
    failure: (kind, what) => new ServerFailure(arm, kind, what, tail(log)),
    [Symbol.asyncDispose]: async () => {
      if (disposed) return;
      disposed = true;
      if (pid !== undefined) {
        const members = treeOf(pid, options.marker).flatMap((member) => readStat(member) ?? []);
        await killGroup(pid, { graceMs: GRACE_MS });
        await sweep(options.marker);
        await sweepMembers(members);
      }
      await exited;
      closeSync(log);
    },
  };
}

function launch(
  { server, cwd, port, cores, env, marker }: ServerOptions,
  log: number,
): ChildProcess {
  const environment = { ...env, ...server.env, PORT: String(port), [MARKER]: marker };
  const [file, ...args] = pinned(cores, shellCommand(server.start, environment)) as [
    string,
    ...string[],
  ];
  return spawn(file, args, {
    cwd,
    // A session of its own: the unit that is metered and ended.
    detached: true,
    stdio: ['ignore', log, log],
    env: environment,
  });
}

function treeOf(pid: number, marker: string): number[] {
  if (process.platform === 'linux') {
    return [...new Set([...processTree(pid), ...markedProcesses(marker)])];
  }
  return signalGroup(pid, 0) ? [pid] : [];
}

function tail(log: number): string {
  const size = fstatSync(log).size;
  const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
  readSync(log, buffer, 0, buffer.length, size - buffer.length);
  return buffer.toString('utf8');
}
