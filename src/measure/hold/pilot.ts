/**
 * First contact with a subject that is held: each arm must start, have room for the connections, answer
 * as expected and bear a small hold, before any block is measured.
 */

import type { HoldScenario } from '../../config/experiment/scenario.ts';
import type { Server } from '../../config/experiment/server.ts';
import { type HeldHold, openHold } from '../../load/hold/hold.ts';
import type { HoldTarget } from '../../load/hold/results.ts';
import { heldMsOf } from '../../plan/block-size.ts';
import type { Arm } from '../../terms/arm.ts';
import { type AloneArm, armsOf, startAlone } from '../arms/start-alone.ts';
import { tellDevelopment } from '../arms/tell-development.ts';
import type { RunContext } from '../context/run-context.ts';
import type { Alone } from '../loading/outlast.ts';
import { type ArmPilot, meetGroups, type PilotRun } from '../pilot/pilot-run.ts';
import { RunnerProbe } from '../probes/machine-noise.ts';
import { assertOwnPrograms } from '../programs/own-programs.ts';
import { askFresh } from '../rounds/rounds.ts';
import type { RunningServer } from '../servers/server.ts';
import { assertAlive, assertOpened } from './block.ts';
import { assertFileLimits } from './open-file-check.ts';

const SMALL = { connections: 200, holdMs: 500 };

/**
 * The arms meet one after the other, as in the blocks. `estimate` has the scenario's own times. `alone`: how many of its
 * requests an arm may fail, where it must show that it works; else that is left to the blocks.
 */
export async function runHoldPilot(
  context: RunContext,
  server: Server,
  scenario: HoldScenario,
  arms: readonly Arm[],
  alone: Pick<Alone, 'mostFailed'> | null = null,
): Promise<PilotRun> {
  const mostFailed = alone?.mostFailed ?? 1;
  const seen = new Map<Arm, ArmPilot>();
  const probe = new RunnerProbe(context);
  const startMs = await meetGroups(
    arms.map((arm) => [arm] as const),
    {
      start: ([arm]) => {
        probe.spin();
        return startAlone(context, server, scenario, arm as Arm);
      },
      startMs: (live) => live.startMs,
      meet: async (met) => {
        const { arm, running, startMs } = met;
        assertOwnPrograms(context, server, running);
        tellDevelopment(context, server, running);
        assertFileLimits(running, scenario.connections);
        const shown = await meet(context, met, mostFailed);
        seen.set(arm, { startMs, rate: null, burst: null, inFlight: null, warmUp: null, ...shown });
      },
    },
  );
  return {
    pilot: { arms: Object.fromEntries(seen), sliceSd: null, runner: probe.observed() },
    estimate: { kind: 'held', startMs, heldMs: heldMsOf(scenario) },
  };
}

async function meet(
  context: RunContext,
  alone: AloneArm<HoldScenario>,
  mostFailed: number,
): Promise<Pick<ArmPilot, 'engine' | 'medianLatencyUs'>> {
  const { arm, running, target } = alone;
  const { scenario } = target;
  const one = { ...scenario, connections: 1, holdMs: 1, perSecond: 1 };
  const first = await tryHold(context, running, { ...target, scenario: one });
  if (first.held.good === 0) throw unexpected(running, first.held);
  await askFresh(context, armsOf(alone), arm);
  const connections = Math.min(SMALL.connections, scenario.connections);
  const holdMs = Math.min(SMALL.holdMs, scenario.holdMs);
  const small = await tryHold(context, running, {
    ...target,
    scenario: { ...scenario, connections, holdMs },
  });
  const { good, scheduled } = small.held;
  if (scheduled - good > mostFailed * scheduled) throw unexpected(running, small.held);
  return {
    engine: small.engine,
    medianLatencyUs: small.held.segments[0]?.latencies.quantile(0.5) ?? 0,
  };
}

async function tryHold(
  { cores, signal }: RunContext,
  running: RunningServer,
  target: HoldTarget,
): Promise<{ engine: string; held: HeldHold }> {
  await using hold = await openHold({ arm: running.arm, target, cores: cores.generator, signal });
  await assertOpened(running, await hold.open());
  const held = await hold.hold();
  await hold.close();
  await assertAlive(running);
  return { engine: hold.engine, held };
}

function unexpected(server: RunningServer, { errors, samples }: HeldHold): Error {
  const seen = samples[0]?.message ?? 'no expected answer';
  const kind = errors.body > 0 ? 'wrong-body' : errors.status > 0 ? 'wrong-status' : 'no-answer';
  const { answer = null, excerpt = null } = samples[0] ?? {};
  const what = `a held connection is not answered as expected: ${seen}`;
  return server.failure(kind, what, { answer, excerpt, good: 0 });
}
