/** One server process tree: started, watched, and ended whole. */

import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../../config/experiment/server.ts';
import type { Form } from '../../config/settings/spelling.ts';
import { pinned } from '../../system/cpus/cores.ts';
import { readProc, readStat } from '../../system/kernel/proc-stat.ts';
import { withoutSecrets } from '../../system/messages/secrets.ts';
import { watchLines } from '../../system/output/line-watch.ts';
import { openOutput, tailOf } from '../../system/output/output-file.ts';
import { MARKER } from '../../system/processes/mark.ts';
import { idleInput } from '../../system/start/idle-input.ts';
import { type Launched, launch } from '../../system/start/launch.ts';
import { shellCommand } from '../../system/start/shell.ts';
import type { Arm } from '../../terms/arm.ts';
import {
  ServerFailure,
  type ServerFailureKind,
  type Symptoms,
} from '../failures/server-failure.ts';
import type { Address, Endpoint } from '../listening/address.ts';
import { addressEnv } from '../listening/addresses.ts';
import { endpointText, vacate } from '../listening/endpoint.ts';
import { holderOf } from '../listening/holder.ts';
import { hasOpenConnection, isKeptByClosed } from '../listening/kept-port.ts';
import { type BesideLimits, runBeside } from './beside.ts';
import { startsContainer } from './container.ts';
import { missingProgram } from './missing-program.ts';
import { changesUser } from './other-user.ts';
import { ownHomes } from './own-homes.ts';
import { serviceToolOf } from './service.ts';
import { isShutOut } from './shut-out.ts';
import { crashOf, type Ended, endServer } from './stop.ts';

export interface ServerOptions {
  /** Placeholders already filled. */
  server: Server;
  arm: Arm;
  /** What reports call the arm. */
  name: string;
  /** Absolute folder to run in. */
  cwd: string;
  /** Absolute: the arm's tree, or its project's; that folder where it is not given. */
  root?: string;
  address: Address;
  /** Where it will listen, by the protocol of the load. */
  endpoint: Endpoint;
  cores: readonly number[] | null;
  env: NodeJS.ProcessEnv;
  /** Receives stdout and stderr; emptied at each start. */
  logFile: string;
  /** Value of the marker variable; one per start, beginning with the run's. */
  marker: string;
  /** How its settings are spelt for whoever reads of them. */
  form: Form;
  /** What of an earlier one may be in its way, as a sentence; null: nothing that is known. */
  before?: string | null;
  /** Hears how it ended. */
  onEnd?: (ended: Ended) => void;
  signal?: AbortSignal;
}

export interface RunningServer
  extends AsyncDisposable,
    Readonly<Pick<Server, 'ready' | 'listen' | 'pairs' | 'start'>> {
  readonly form: Form;
  readonly arm: Arm;
  /** Absolute: in which its command runs. */
  readonly cwd: string;
  readonly address: Address;
  readonly endpoint: Endpoint;
  /** `performance.now()` at the start. */
  readonly startedAtMs: number;
  /** Closed connections kept its port when it was started, from whoever does not set SO_REUSEADDR. */
  readonly wasPortKept?: boolean;
  /** Live processes of the tree, and daemons that it let go. */
  tree(): number[];
  /** How it ended: "exit code 1", "SIGSEGV"; null while it runs. A daemon runs for as long as what was started does. */
  ended(): string | null;
  /** The start command has ended well, and what it started goes on. */
  isDaemon(): boolean;
  /** Tells, whenever it is called, whether a line of the output has passed by now. */
  watchOutput(anyPasses: (lines: readonly string[]) => boolean): () => boolean;
  /** Runs a command in its folder and with its environment. Null when it succeeded, else how it ended. */
  runBeside(command: string, limits: BesideLimits): Promise<string | null>;
  /** What it printed last. */
  output(): string;
  /** An error of this server, with the last lines that it printed. */
  failure(kind: ServerFailureKind, what: string, symptoms?: Symptoms): ServerFailure;
}

/** A shell tells of its last command's end by 128 and the signal's number. */
const KILLED = /^(SIG(KILL|TERM|INT|HUP|QUIT|USR1|USR2)|exit code (137|143|130|129|131|138|140))$/;
/** A start that fails in one of these ways may find what the one before has left. */
const IN_THE_WAY: readonly ServerFailureKind[] = ['exited', 'timeout', 'wrong-status'];
/** What becomes of a server that is started in a container, or by a service. */
const ELSEWHERE: readonly ServerFailureKind[] = ['exited', 'timeout', 'foreign-listener'];
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
  const place = await placeOf(options);
  if (place === 'taken') {
    const holder = holderOf(endpoint);
    const by = holder === null ? 'another process' : `another process (${holder})`;
    const what = `${endpointText(endpoint)} is in use by ${by}, so \`${server.start}\` was not started`;
    const serviceTool = serviceToolOf(server.start);
    const symptoms = { taken: 'before' as const, serviceTool, form: options.form };
    throw new ServerFailure(arm, 'port-in-use', withBefore(what, options), null, symptoms, name);
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
  let hasFailed = false;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      end = signal ?? `exit code ${code}`;
      resolve();
    });
  });
  const isDaemon = () =>
    end !== null && child.exitCode === 0 && !disposed && launched.tree().length > 0;
  const terms = { cwd: options.cwd, cores: options.cores, env: environmentOf(options) };
  const beside: RunningServer['runBeside'] = (command, limits) => runBeside(command, terms, limits);
  const sinceMs = Date.now();
  return {
    arm,
    cwd: options.cwd,
    address: options.address,
    endpoint,
    ready: server.ready,
    listen: server.listen,
    pairs: server.pairs,
    start: server.start,
    form: options.form,
    startedAtMs,
    wasPortKept: place === 'kept',
    tree: launched.tree,
    ended: () => (end === null || isDaemon() ? null : end),
    isDaemon,
    watchOutput: (anyPasses) => watchLines(log, anyPasses),
    runBeside: beside,
    output: () => tailOf(log, withoutSecrets),
    failure: (kind, what, symptoms = {}) => {
      const hand = disposed ? null : byOthers(kind, end, launched.tree());
      if (IN_THE_WAY.includes(kind)) hasFailed = true;
      const { exitCode } = child;
      const lost = kind === 'exited' && (exitCode ?? 0) !== 0 ? missingProgram(options) : null;
      const first = lost === null ? what : `${what}: ${lost.text}`;
      const told = IN_THE_WAY.includes(kind) ? withBefore(first, options) : first;
      const whole = hand === null ? told : `${told}. ${hand.sentence}`;
      const isElsewhere = ELSEWHERE.includes(kind);
      const isContainer = isElsewhere && startsContainer(server.start);
      const serviceTool = isElsewhere ? serviceToolOf(server.start) : null;
      const hasEnded = kind === 'exited';
      const hasEndedWell = hasEnded && exitCode === 0;
      const runtimes = runtimesOf(launched);
      const isOtherUser = changesUser(server.start);
      const own = {
        exitCode,
        form: options.form,
        runtimes,
        isContainer,
        serviceTool,
        isOtherUser,
        isOtherProgram: lost?.hasOthers === true,
        isShutOut: isShutOut(launched.tree(), options.cwd),
        hasEnded,
        hasEndedWell,
      };
      const seen = { ...own, ...symptoms };
      return new ServerFailure(
        arm,
        hand?.kind ?? kind,
        whole,
        tailOf(log, withoutSecrets),
        seen,
        name,
      );
    },
    [Symbol.asyncDispose]: async () => {
      if (disposed) return;
      const hasWorked = !hasFailed && (end === null || isDaemon());
      disposed = true;
      const ended = await endServer(launched, server.stop, beside, {
        cwd: options.cwd,
        sinceMs,
        log,
      });
      await Promise.race([exited, sleep(AFTER_KILL_MS, undefined, { ref: false })]);
      if (end === null) child.unref();
      closeSync(log);
      const crash = hasWorked ? crashOf(child, server.stop.signal) : null;
      options.onEnd?.({ ...ended, hasWorked, crash });
    },
  };
}

/**
 * What another's hand has done to a server, so that its failure says nothing about its build. Few programs end themselves
 * in these ways (Sanic kills its own group when a worker does not come up); one arm's server that ends the other's does.
 */
function byOthers(
  kind: ServerFailureKind,
  end: string | null,
  pids: readonly number[],
): { kind: ServerFailureKind; sentence: string } | null {
  if (kind === 'exited' && end !== null && KILLED.test(end)) {
    const sentence =
      'It was ended by another process, by the kernel when memory ran out, or by a supervisor of its own, such as that of Sanic when a worker does not start';
    return { kind: 'killed', sentence };
  }
  const mayStandStill = kind === 'no-answer' || kind === 'timeout' || kind === 'wrong-status';
  if (!mayStandStill || process.platform !== 'linux') return null;
  if (!pids.some((pid) => readStat(pid)?.stopped)) return null;
  return { kind: 'stopped', sentence: 'Another process has stopped it (SIGSTOP)' };
}

/** `kept`: by closed connections alone. Whether it may listen there all the same, by SO_REUSEPORT, only the server knows. */
async function placeOf({
  endpoint,
  server,
  signal,
}: ServerOptions): Promise<'vacant' | 'kept' | 'taken'> {
  const patienceMs = server.listen.kind === 'fixed' ? VACANT_WITHIN_MS : 0;
  const deadlineMs = performance.now() + patienceMs;
  while (!(await vacate(endpoint))) {
    signal?.throwIfAborted();
    const isOver = performance.now() >= deadlineMs;
    // Of these no waiting makes an end, of one that is just ending it does.
    if (isKeptByClosed(endpoint) && (isOver || !hasOpenConnection(endpoint))) return 'kept';
    if (isOver) return 'taken';
    await sleep(VACANT_LOOK_MS, undefined, signal && { signal });
  }
  return 'vacant';
}

function withBefore(what: string, { before = null }: ServerOptions): string {
  return before === null ? what : `${what}. ${before}`;
}

/** Names of its programs: "python3", "node". */
function runtimesOf({ tree }: Pick<Launched, 'tree'>): string[] {
  if (process.platform !== 'linux') return [];
  return [...new Set(tree().flatMap((pid) => readProc(`${pid}/comm`)?.trim() ?? []))];
}

/** Where a line of the output is waited for, Python must not keep it back: it does so wherever nobody looks on. */
function environmentOf(options: ServerOptions): NodeJS.ProcessEnv {
  const { server, address, env, marker } = options;
  const unbuffered = server.ready.log === null ? {} : { PYTHONUNBUFFERED: '1' };
  return {
    ...unbuffered,
    ...env,
    ...ownHomes(options),
    ...server.env,
    ...addressEnv(address),
    [MARKER]: marker,
  };
}

function start(options: ServerOptions, log: number): Promise<Launched> {
  const { server, cwd, cores } = options;
  const env = environmentOf(options);
  const argv = pinned(cores, shellCommand(server.start, env, { diesFirst: true }));
  return launch(argv as [string, ...string[]], { cwd, stdio: [idleInput(), log, log], env });
}
