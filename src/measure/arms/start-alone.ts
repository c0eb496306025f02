/** A server that is started alone, and with no load on it yet: for a hold, or only to be asked. */

import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Server } from '../../config/experiment/server.ts';
import { fillScenario } from '../../config/fill/placeholders.ts';
import type { Target } from '../../load/target.ts';
import type { Arm } from '../../terms/arm.ts';
import { type RunContext, serverOf, startArm } from '../context/run-context.ts';
import type { RunningServer } from '../servers/server.ts';
import { logIn } from './log-in.ts';
import { readyFor } from './ready-for.ts';
import type { AskedArms } from './running-arms.ts';

/** Disposing ends the server. */
export interface AloneArm<Shape extends Scenario> extends AsyncDisposable {
  arm: Arm;
  running: RunningServer;
  target: Target<Shape>;
  /** Start to ready. */
  startMs: number;
}

/** As those who ask it for answers know arms. */
export function armsOf<Shape extends Scenario>({
  arm,
  running,
  target,
}: AloneArm<Shape>): AskedArms {
  return { servers: new Map([[arm, running]]), targets: new Map([[arm, target]]) };
}

/** Starts one arm and waits until it is ready. Rejects with its failure, and leaves nothing behind then. */
export async function startAlone<Shape extends Scenario>(
  context: RunContext,
  server: Server,
  scenario: Shape,
  arm: Arm,
): Promise<AloneArm<Shape>> {
  context.signal.throwIfAborted();
  const { address, values } = await serverOf(context, server, arm);
  const running = await startArm(context, server, arm, scenario.protocol);
  try {
    const target: Target<Shape> = {
      host: '127.0.0.1',
      port: address.port,
      socketPath: address.socket,
      scenario: fillScenario(scenario, values) as Shape,
      root: context.loadDir,
      env: null,
      processes: null,
    };
    const ready = await readyFor(context, { server, running, target });
    const given = await logIn(running, ready.target);
    context.answers?.withhold(given.secrets);
    const end = () => running[Symbol.asyncDispose]();
    const { startMs } = ready;
    return { arm, running, target: given.target, startMs, [Symbol.asyncDispose]: end };
  } catch (error) {
    await running[Symbol.asyncDispose]();
    throw error;
  }
}
