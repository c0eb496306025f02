/** The arms of one block, alive at once: started, ready and connected; ended together. */
import { cleanup } from '../cleanup.ts';
import type { Arm, Scenario, Server } from '../config/experiment.ts';
import { fillScenario } from '../config/placeholders.ts';
import { GeneratorGone } from './load/client.ts';
import { waitUntilReady } from './servers/ready.ts';
import type { RunningServer } from './servers/server.ts';
import { serverOf, startArm, type Workbench } from './workbench.ts';

export interface LiveArms extends AsyncDisposable {
  servers: Map<Arm, RunningServer>;
  /** Start to ready, per arm. */
  startMs: Map<Arm, number>;
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
  const stack = cleanup();
  const servers = new Map<Arm, RunningServer>();
  const startMs = new Map<Arm, number>();
  const hosts = new Map<Arm, string>();
  try {
    stack.defer(async () => {
      await Promise.all([...servers.values()].map((running) => running[Symbol.asyncDispose]()));
    });
    for (const arm of orders.startOrder) {
      bench.signal.throwIfAborted();
      servers.set(arm, await startArm(bench, server, arm));
    }
    await Promise.all(
      [...servers].map(async ([arm, running]) => {
        hosts.set(arm, await waitUntilReady(running, bench.signal));
        startMs.set(arm, performance.now() - running.startedAtMs);
      }),
    );
    for (const arm of orders.connectOrder) {
      bench.signal.throwIfAborted();
      const { port, dir } = await serverOf(bench, server, arm);
      const target = {
        host: hosts.get(arm) as string,
        port,
        scenario: fillScenario(scenario, { port, arm, dir }),
      };
      stack.defer(() => bench.generator.close(arm).catch(() => {}));
      await bench.generator.open(arm, target).catch((error: unknown) => {
        throw notConnected(servers.get(arm) as RunningServer, error);
      });
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
  return {
    servers,
    startMs,
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

/** The arm's own failure, unless the generator cannot load anybody any more. */
function notConnected(server: RunningServer, error: unknown): unknown {
  if (error instanceof GeneratorGone) return error;
  const ended = server.ended();
  if (ended !== null) {
    return server.failure('exited', `the server ended as soon as it was ready (${ended})`);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return server.failure('connect', `the server was ready, but load could not begin: ${reason}`);
}
