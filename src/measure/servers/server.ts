/** One server process tree: started, watched, and ended whole. */

import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../../config/experiment.ts';
import { pinned } from '../../system/cores.ts';
import { type Launched, launch } from '../../system/launch.ts';
import { noteLeft } from '../../system/leftovers.ts';
import { MARKER } from '../../system/mark.ts';
import { openOutput, tailOf } from '../../system/output-file.ts';
import { readStat } from '../../system/proc-stat.ts';
import { shellCommand } from '../../system/shell.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Address, Endpoint } from './address.ts';
import { addressEnv } from './addresses.ts';
import { endpointText, vacate } from './endpoint.ts';
import { ServerFailure, type ServerFailureKind, type Symptoms } from './failure.ts';

export interface ServerOptions {
  /** Placeholders already filled. */
  server: Server;
  arm: Arm;
  /** What reports call the arm. */
  name: string;
  /** Absolute folder to run in. */
  cwd: string;
  address: Address;
  /** Where it will listen, by the protocol of the load. */
  endpoint: Endpoint;
  cores: readonly number[] | null;
  env: NodeJS.ProcessEnv;
  /** Receives stdout and stderr; emptied at each start. */
  logFile: string;
  /** Value of the marker variable; one per start, beginning with the run's. */
  marker: string;
  signal?: AbortSignal;
}

export interface RunningServer
  extends AsyncDisposable,
    Readonly<Pick<Server, 'ready' | 'listen' | 'pairs'>> {
  readonly arm: Arm;
  readonly address: Address;
  readonly endpoint: Endpoint;
  /** `performance.now()` at the start. */
  readonly startedAtMs: number;
  /** Live processes of the tree, and daemons that it let go. */
  tree(): number[];
  /** How the start command ended: "exit code 1", "SIGSEGV"; null while it runs. */
  ended(): string | null;
  /** What it printed last. */
  output(): string;
  /** An error of this server, with the last lines that it printed. */
  failure(kind: ServerFailureKind, what: string, symptoms?: Symptoms): ServerFailure;
}

/** A shell tells of its last command's end by 128 and the signal's number. */
const KILLED = /^(SIGKILL|SIGTERM|exit code (137|143))$/;
/** Time to end after SIGTERM before the tree is killed. */
const GRACE_MS = 3000;
/** A port that all starts share may be left late: by a container, by a child that still ends. */
const VACANT_WITHIN_MS = 5000;
const VACANT_LOOK_MS = 50;
/** A killed process ends at once, unless it hangs in the kernel: then waiting does not help. */
const AFTER_KILL_MS = 5000;

/**
 * Starts the command; does not wait until it is ready. Rejects with a ServerFailure when its place is
 * taken: at once, or for a fixed port after a while, in which the server before it may still leave.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { server, arm, name, endpoint } = options;
  if (!(await becomesVacant(options))) {
    const what = `${endpointText(endpoint)} is in use by another process, so \`${server.start}\` was not started`;
    throw new ServerFailure(arm, 'port-in-use', what, null, {}, name);
  }
  const log = openOutput(options.logFile);
  const startedAtMs = performance.now();
  let launched: Launched;
  try {
    launched = await start(options, log);
  } catch (error) {
    closeSync(log);
    const what = `\`${server.start}\` could not be started (${(error as Error).message})`;
    throw new ServerFailure(arm, 'exited', what, null, {}, name);
  }
  const { child } = launched;
  let end: string | null = null;
  let disposed = false;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      end = signal ?? `exit code ${code}`;
      resolve();
    });
  });
  return {
    arm,
    address: options.address,
    endpoint,
    ready: server.ready,
    listen: server.listen,
    pairs: server.pairs,
    startedAtMs,
    tree: launched.tree,
    ended: () => end,
    output: () => tailOf(log),
    failure: (kind, what, symptoms = {}) => {
      const hand = disposed ? null : byOthers(kind, end, launched.tree());
      const whole = hand === null ? what : `${what}. ${hand.sentence}`;
      const seen = { exitCode: child.exitCode, ...symptoms };
      return new ServerFailure(arm, hand?.kind ?? kind, whole, tailOf(log), seen, name);
    },
    [Symbol.asyncDispose]: async () => {
      if (disposed) return;
      disposed = true;
      for (const what of await launched.end(GRACE_MS)) noteLeft(what);
      await Promise.race([exited, sleep(AFTER_KILL_MS, undefined, { ref: false })]);
      if (end === null) child.unref();
      closeSync(log);
    },
  };
}

/**
 * What another's hand has done to a server, so that its failure says nothing about its build. A program
 * hardly ever ends itself in these ways; one arm's server that ends the other's does.
 */
function byOthers(
  kind: ServerFailureKind,
  end: string | null,
  pids: readonly number[],
): { kind: ServerFailureKind; sentence: string } | null {
  if (kind === 'exited' && end !== null && KILLED.test(end)) {
    const sentence =
      'It was ended from outside: by another process, or by the kernel when memory ran out';
    return { kind: 'killed', sentence };
  }
  const mayStandStill = kind === 'no-answer' || kind === 'timeout' || kind === 'wrong-status';
  if (!mayStandStill || process.platform !== 'linux') return null;
  if (!pids.some((pid) => readStat(pid)?.stopped)) return null;
  return { kind: 'stopped', sentence: 'Another process has stopped it (SIGSTOP)' };
}

async function becomesVacant({ endpoint, server, signal }: ServerOptions): Promise<boolean> {
  const patienceMs = server.listen.kind === 'fixed' ? VACANT_WITHIN_MS : 0;
  const deadlineMs = performance.now() + patienceMs;
  while (!(await vacate(endpoint))) {
    signal?.throwIfAborted();
    if (performance.now() >= deadlineMs) return false;
    await sleep(VACANT_LOOK_MS, undefined, signal && { signal });
  }
  return true;
}

function start(
  { server, cwd, address, cores, env, marker }: ServerOptions,
  log: number,
): Promise<Launched> {
  const environment = { ...env, ...server.env, ...addressEnv(address), [MARKER]: marker };
  const argv = pinned(cores, shellCommand(server.start, environment, { diesFirst: true }));
  return launch(argv as [string, ...string[]], {
    cwd,
    stdio: ['ignore', log, log],
    env: environment,
  });
}
