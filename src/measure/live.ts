/** Arms that are alive at once: started, ready and connected; ended together. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanup } from '../cleanup.ts';
import type { Arm, Scenario, Server } from '../config/experiment.ts';
import { fillScenario } from '../config/placeholders.ts';
import { NotConnected } from './load/client.ts';
import type { Target } from './load/protocol.ts';
import { askHttp } from './servers/ask.ts';
import { inCompany } from './servers/company.ts';
import { ServerFailure } from './servers/failure.ts';
import { type WaitOptions, waitUntilReady } from './servers/ready.ts';
import type { RunningServer } from './servers/server.ts';
import { serverOf, startArm, type Workbench } from './workbench.ts';

const EXIT_HEARD_WITHIN_MS = 50;

export interface LiveArms extends AsyncDisposable {
  servers: Map<Arm, RunningServer>;
  /** Start to ready, per arm. */
  startMs: Map<Arm, number>;
  /** Where each arm is loaded. */
  targets: Map<Arm, Target>;
  /** What loads each arm, as it names itself. */
  engines: Map<Arm, string>;
  /** Throws the ServerFailure of an arm whose start command has ended. */
  assertAlive(): void;
}

/** Starts in `startOrder` and waits for all; connects in `connectOrder`. Leaves nothing behind on failure. */
export async function startLive(
  bench: Workbench,
  server: Server,
  scenario: Scenario,
  orders: { startOrder: readonly Arm[]; connectOrder: readonly Arm[] },
): Promise<LiveArms> {
  assertRoomForAll(server, orders.startOrder);
  const stack = cleanup();
  const servers = new Map<Arm, RunningServer>();
  const startMs = new Map<Arm, number>();
  const targets = new Map<Arm, Target>();
  const engines = new Map<Arm, string>();
  try {
    stack.defer(async () => {
      await Promise.all([...servers.values()].map((running) => running[Symbol.asyncDispose]()));
    });
    for (const arm of orders.startOrder) {
      bench.signal.throwIfAborted();
      servers.set(arm, await startArm(bench, server, arm, scenario.protocol));
    }
    const becomeReady = async (arm: Arm, running: RunningServer) => {
      const target = await targetOf(bench, server, scenario, arm);
      const ask = askFor(bench, running, target);
      const host = await waitUntilReady(running, { ask, signal: bench.signal });
      targets.set(arm, { ...target, host });
      startMs.set(arm, performance.now() - running.startedAtMs);
    };
    const waits = new Map([...servers].map(([arm, running]) => [arm, becomeReady(arm, running)]));
    await Promise.all(waits.values()).catch(async (error) => {
      throw await notReady(bench, servers, waits, error);
    });
    for (const arm of orders.connectOrder) {
      bench.signal.throwIfAborted();
      stack.defer(() => bench.generator.close(arm).catch(() => {}));
      const running = servers.get(arm) as RunningServer;
      engines.set(arm, await connect(bench, running, targets.get(arm) as Target));
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
  return {
    servers,
    startMs,
    targets,
    engines,
    assertAlive: () => {
      for (const running of servers.values()) {
        const ended = running.ended();
        if (ended !== null) {
          throw running.failure('exited', `the server ended while it was measured (${ended})`);
        }
      }
    },
    [Symbol.asyncDispose]: stack[Symbol.asyncDispose],
  };
}

/**
 * Opens the load on an arm that is ready. Resolves to the engine's name. Rejects with the arm's failure,
 * or with what is no arm's fault: GeneratorGone, ScenarioUnsendable.
 */
export async function connect(
  { generator }: Workbench,
  server: RunningServer,
  target: Target,
): Promise<string> {
  try {
    return await generator.open(server.arm, target);
  } catch (error) {
    throw await notConnected(server, error);
  }
}

/** The end of a process is heard of a little after that of its connections. */
export async function exitHeard(): Promise<void> {
  await sleep(EXIT_HEARD_WITHIN_MS);
}

/** Told before anything is started: two servers on one port would look like a broken head. */
function assertRoomForAll({ name, listen }: Server, arms: readonly Arm[]): void {
  if (listen.kind !== 'fixed' || arms.length < 2) return;
  throw new Error(
    `server ${name} has the fixed port ${listen.port}, so its two builds cannot run side by side: set \`pairs: exclusive\``,
  );
}

/** Its host is known when the server is ready. */
async function targetOf(
  bench: Workbench,
  server: Server,
  scenario: Scenario,
  arm: Arm,
): Promise<Target> {
  const { address, values } = await serverOf(bench, server, arm);
  return {
    host: '127.0.0.1',
    port: address.port,
    socketPath: address.socket,
    scenario: fillScenario(scenario, values),
    root: bench.dirs.head as string,
    env: scenario.kind === 'command' ? bench.env : null,
    processes: bench.cores.generator?.length ?? null,
  };
}

/** Readiness is asked for in the protocol of the load: a server that is up for another one says nothing. */
function askFor(
  { generator }: Workbench,
  { endpoint, ready }: RunningServer,
  target: Target,
): WaitOptions['ask'] {
  const { protocol, tls } = target.scenario;
  if (protocol === 'http1' || protocol === 'websocket') {
    return (asked) => askHttp(endpoint, tls, ready.path, asked);
  }
  return ({ host, timeoutMs }) => generator.probe({ ...target, host }, ready.path, timeoutMs);
}

/** The first arm's failure, with what the arm beside it may have to do with it. */
async function notReady(
  { signal }: Workbench,
  servers: ReadonlyMap<Arm, RunningServer>,
  waits: ReadonlyMap<Arm, Promise<void>>,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof ServerFailure)) return error;
  const server = servers.get(error.arm) as RunningServer;
  const other = [...servers.values()].find(({ arm }) => arm !== error.arm);
  if (other === undefined) return error;
  const becomesReady = async () => {
    const [wait] = await Promise.allSettled([waits.get(other.arm)]);
    signal.throwIfAborted();
    return wait.status === 'fulfilled';
  };
  return await inCompany(error, { server, other, becomesReady });
}

/** The arm's own failure, unless it is the generator that cannot: it is gone, or no server could get this scenario. */
async function notConnected(server: RunningServer, error: unknown): Promise<unknown> {
  if (!(error instanceof NotConnected)) return error;
  await exitHeard();
  const ended = server.ended();
  if (ended !== null) {
    return server.failure('exited', `the server ended as soon as it was ready (${ended})`);
  }
  const what = `the server was ready, but load could not begin: ${error.message}`;
  return server.failure('connect', what);
}
