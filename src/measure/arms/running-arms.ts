/** Arms that are alive at once: started, ready and connected; ended together. */

import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { fixedPort, forArm } from '../../config/experiment/contenders.ts';
import { echoOf } from '../../config/experiment/echo-of.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Server } from '../../config/experiment/server.ts';
import { fillScenario } from '../../config/fill/placeholders.ts';
import { NotConnected } from '../../load/client.ts';
import type { ErrorSample } from '../../load/results.ts';
import { UNFINISHED_TLS } from '../../load/shared/opening-stage.ts';
import type { Target } from '../../load/target.ts';
import { isOfHandshake } from '../../load/unexpected.ts';
import { cleanup } from '../../system/cleanup/cleanup.ts';
import { coresOfArm, coresOfOne } from '../../system/cpus/cores.ts';
import type { Arm } from '../../terms/arm.ts';
import { type RunContext, serverOf, startArm } from '../context/run-context.ts';
import { ArmsFailed, throwFailures } from '../failures/fates.ts';
import { ServerFailure } from '../failures/server-failure.ts';
import { endpointText } from '../listening/endpoint.ts';
import { listensNoLonger } from '../listening/listener.ts';
import { assertOwner } from '../ready/ready.ts';
import type { RunningServer } from '../servers/server.ts';
import { logIn } from './log-in.ts';
import { readyFor } from './ready-for.ts';

const EXIT_HEARD_WITHIN_MS = 50;
/** So often it is looked whether a server that listens no longer has ended. */
const ENDING_LOOKS = 30;

/** What became of the load on an arm since its start. */
export interface Asked {
  /** All that was sent, the opening burst too. */
  work: number;
  /** Of our own load. */
  good: number;
  failed: number;
  /** `performance.now()` until which it answered, as far as it is known; null: it has not. */
  goodUntilMs: number | null;
  /** The first answer of the last load that was not as expected. */
  sample: ErrorSample | null;
}

export interface LiveArms extends AsyncDisposable {
  servers: Map<Arm, RunningServer>;
  /** Start to ready, per arm. */
  startMs: Map<Arm, number>;
  /** Where each arm is loaded. */
  targets: Map<Arm, Target>;
  /** What loads each arm, as it names itself. */
  engines: Map<Arm, string>;
  /** What became of the load so far. */
  asked: Map<Arm, Asked>;
  /** Throws the ServerFailure of an arm whose start command has ended; of both, if both have. */
  assertAlive(): void;
  /** Rejects with the failure of an arm at whose place somebody else listens by now, or as well. */
  assertOwners(): Promise<void>;
}

/** As much of them as is needed to ask their servers. */
export type AskedArms = Pick<LiveArms, 'targets' | 'servers'>;

/** The running server of an arm that is loaded. */
export function serverFor({ servers }: Pick<LiveArms, 'servers'>, arm: Arm): RunningServer {
  return servers.get(arm) as RunningServer;
}

/** Starts in `startOrder` and waits for all; connects in `connectOrder`. Leaves nothing behind on failure. */
export async function startLive(
  context: RunContext,
  server: Server,
  scenario: Scenario,
  orders: {
    startOrder: readonly Arm[];
    connectOrder: readonly Arm[];
    /** Looks at a server that is ready, before the load connects to it. Rejects with its failure. */
    look?: (running: RunningServer, target: Target) => Promise<void>;
  },
): Promise<LiveArms> {
  assertOwnPorts(server, orders.startOrder);
  const stack = cleanup();
  const servers = new Map<Arm, RunningServer>();
  const startMs = new Map<Arm, number>();
  const targets = new Map<Arm, Target>();
  const engines = new Map<Arm, string>();
  const isPair = orders.startOrder.length > 1;
  try {
    stack.defer(async () => {
      await Promise.all([...servers.values()].map((running) => running[Symbol.asyncDispose]()));
    });
    for (const arm of orders.startOrder) {
      context.signal.throwIfAborted();
      const cores = isPair ? coresOfArm(context.cores, arm) : coresOfOne(context.cores);
      servers.set(arm, await startArm(context, server, arm, scenario.protocol, cores));
    }
    const becomeReady = async (arm: Arm, running: RunningServer) => {
      const target = await targetOf(context, server, scenario, arm);
      const ready = await readyFor(context, { server, running, target });
      targets.set(arm, ready.target);
      startMs.set(arm, ready.startMs);
    };
    const waits = [...servers].map(([arm, running]) => becomeReady(arm, running));
    const ends = await Promise.allSettled(waits);
    context.signal.throwIfAborted();
    throwAll(
      ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : [])),
      servers.size > 1,
    );
    await forEachArm(orders.connectOrder, async (arm) => {
      context.signal.throwIfAborted();
      stack.defer(() => context.generator.close(arm).catch(() => {}));
      const running = servers.get(arm) as RunningServer;
      // Before anything of the load is sent, also by who looks: it may have what the login gives.
      const given = await logIn(running, targets.get(arm) as Target);
      context.answers?.withhold(given.secrets);
      targets.set(arm, given.target);
      await orders.look?.(running, given.target);
      engines.set(arm, await connect(context, running, targets.get(arm) as Target));
    });
  } catch (error) {
    if (isPair) noteBeside(error);
    await stack[Symbol.asyncDispose]();
    throw error;
  }
  return {
    servers,
    startMs,
    targets,
    engines,
    asked: new Map(),
    assertAlive: () => {
      const ended = [...servers.values()].flatMap((running) => {
        const end = running.ended();
        if (end === null) return [];
        return [running.failure('exited', `the server ended while it was measured (${end})`)];
      });
      throwAll(ended, false);
    },
    assertOwners: async () => {
      for (const running of servers.values()) await assertOwner(running);
    },
    [Symbol.asyncDispose]: stack[Symbol.asyncDispose],
  };
}

/**
 * One arm after the other, also when one fails: what becomes of the next one is learnt while it runs anyway, and need not be started
 * again for it. Rejects with the failure of each.
 */
export async function forEachArm(
  arms: readonly Arm[],
  act: (arm: Arm) => Promise<void>,
): Promise<void> {
  const failed: ServerFailure[] = [];
  for (const arm of arms) {
    try {
      await act(arm);
    } catch (error) {
      if (!(error instanceof ServerFailure)) throw error;
      failed.push(error);
    }
  }
  throwFailures(failed);
}

/**
 * Opens the load on an arm that is ready, or once more on one that was loaded already. Resolves to the engine's name. Rejects with the arm's failure,
 * or with what is no arm's fault: GeneratorGone, ScenarioUnsendable.
 */
export async function connect(
  { generator }: Pick<RunContext, 'generator'>,
  server: RunningServer,
  target: Target,
  { wasLoaded = false } = {},
): Promise<string> {
  try {
    return await generator.open(server.arm, target);
  } catch (error) {
    throw await notConnected(server, target, error, wasLoaded);
  }
}

/** The end of a process is heard of a little after that of its connections. */
export async function exitHeard(): Promise<void> {
  await sleep(EXIT_HEARD_WITHIN_MS);
  // Where this process stood still itself, the timer comes before what has come meanwhile: the loop polls once more.
  await turn();
  await turn();
}

/** Told before anything is started: two servers on one port would look like a broken head. */
function assertOwnPorts(server: Server, arms: readonly Arm[]): void {
  const ports = arms.map((arm) => fixedPort(forArm(server, arm)));
  const [port] = ports;
  if (ports.length < 2 || port === undefined || port === null || port !== ports[1]) return;
  throw new Error(
    `server ${server.name} has the fixed port ${port}, so its two builds cannot run side by side: set \`pairs: exclusive\``,
  );
}

/** Its host is known when the server is ready. */
async function targetOf(
  context: RunContext,
  server: Server,
  scenario: Scenario,
  arm: Arm,
): Promise<Target> {
  const { address, values } = await serverOf(context, server, arm);
  return {
    host: '127.0.0.1',
    port: address.port,
    socketPath: address.socket,
    scenario: fillScenario(scenario, values),
    root: context.loadDir,
    env: scenario.kind === 'command' ? context.env.load : null,
    processes: context.cores.generator?.length ?? null,
  };
}

/**
 * Throws the one error, or all of them as one. Whoever fails first is an accident of timing, so every arm is waited for.
 * `isBeside`: another arm was there, and may be what is in the way.
 */
function throwAll(errors: readonly unknown[], isBeside: boolean): void {
  const failures = errors.filter((error) => error instanceof ServerFailure);
  for (const failure of failures) failure.isBeforeLoad = isBeside;
  // What is no server's failure is no arm's fault, and outranks them.
  const other = errors.find((error) => !(error instanceof ServerFailure));
  if (other !== undefined) throw other;
  throwFailures(failures);
}

/** Tells the failure of an arm that the other one ran beside it. */
export function noteBeside(error: unknown): void {
  for (const failure of error instanceof ArmsFailed ? error.errors : [error]) {
    if (failure instanceof ServerFailure) failure.isBeside = true;
  }
}

/** Which arm it is, and where, is told around it. */
const AT_PLACE = /^arm \w+ at \S+: /;

/** The arm's own failure, unless it is the generator that cannot: it is gone, or no server could get this scenario. */
async function notConnected(
  server: RunningServer,
  { scenario }: Target,
  error: unknown,
  wasLoaded: boolean,
): Promise<unknown> {
  if (!(error instanceof NotConnected)) return error;
  await exitHeard();
  // One that ends in order closes its door first, and goes when all has been answered.
  for (let look = 0; look < ENDING_LOOKS && listensNoLonger(server); look++) await exitHeard();
  const ended = server.ended();
  if (ended !== null) {
    const when = wasLoaded ? 'while it was measured' : 'as soon as it was ready';
    return server.failure('exited', `the server ended ${when} (${ended})`, echoOf(scenario));
  }
  if (listensNoLonger(server)) {
    const was = wasLoaded ? 'loaded' : 'ready';
    const what = `the server was ${was}, and listens no longer on ${endpointText(server.endpoint)}, though it has not ended`;
    // As under load: it may be about to go because of the other arm, and is tried by itself then.
    return server.failure('exited', what, { isClosedAgain: !wasLoaded });
  }
  const why = error.message.replace(AT_PLACE, '');
  const what = wasLoaded
    ? `the server was loaded, but takes no new connections of the load: ${why}`
    : `the server was ready, but load could not begin: ${why}`;
  const isUnfinishedTls = error.message.includes(UNFINISHED_TLS);
  const isHandshake = isOfHandshake(error.message);
  // One that was loaded had been ready indeed: it broke.
  const isClosedAgain = !wasLoaded && error.message.includes('ECONNREFUSED');
  return server.failure(isClosedAgain ? 'exited' : 'connect', what, {
    answer: error.answer,
    unopened: why,
    isHandshake,
    isUnfinishedTls,
    isClosedAgain,
  });
}
