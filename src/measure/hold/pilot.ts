/**
 * First contact with a subject that is held: each arm must start, have room for the connections, answer
 * as expected and bear a small hold, before any block is measured.
 */

import type { HoldScenario } from '../../config/experiment/scenario.ts';
import type { Server } from '../../config/experiment/server.ts';
import { type HeldHold, type OpenedHold, openHold } from '../../load/hold/hold.ts';
import type { HoldSample, HoldTarget } from '../../load/hold/results.ts';
import { heldMsOf } from '../../plan/block-size.ts';
import { ours } from '../../system/messages/printed.ts';
import type { Arm } from '../../terms/arm.ts';
import { type AloneArm, armsOf, startAlone } from '../arms/start-alone.ts';
import { tellDevelopment } from '../arms/tell-development.ts';
import { type RunContext, whoIs } from '../context/run-context.ts';
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
        const { lost, ...shown } = await meet(context, met, mostFailed);
        context.remarks.lost(whoIs(server, arm), lost);
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
): Promise<Pick<ArmPilot, 'engine' | 'medianLatencyUs'> & { lost: string | null }> {
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
    lost: lostText(connections, small),
  };
}

interface Tried {
  engine: string;
  opened: OpenedHold;
  held: HeldHold;
  closed: { dropped: number; samples: HoldSample[] };
}

/**
 * What was lost of so few connections will be lost of all of them, and where both builds lose more than their limit the blocks can decide nothing: told before
 * these are measured. Null: nothing was.
 */
function lostText(
  asked: number,
  { opened, held, closed }: Pick<Tried, 'opened' | 'held' | 'closed'>,
): string | null {
  const refused = opened.refused + opened.timedOut;
  if (refused + closed.dropped === 0) return null;
  // Whether a connection is seen to be lost while requests are sent, or only when all are closed, is a matter of moments.
  const dropped = [...held.samples, ...closed.samples].filter(({ kind }) => kind === 'closed');
  const [sample] = [...opened.samples, ...dropped];
  const example = sample === undefined ? '' : `, for example: ${ours(sample.message)}`;
  return `lost ${refused + closed.dropped} of ${asked} connections in the pilot run (${refused} did not open, ${closed.dropped} were dropped)${example}. Where both builds do so, the blocks may decide nothing: ask for fewer \`connections\`, or let the server keep more`;
}

async function tryHold(
  { cores, signal }: RunContext,
  running: RunningServer,
  target: HoldTarget,
): Promise<Tried> {
  await using hold = await openHold({ arm: running.arm, target, cores: cores.generator, signal });
  const opened = await hold.open();
  await assertOpened(running, opened);
  const held = await hold.hold();
  const closed = await hold.close();
  await assertAlive(running);
  return { engine: hold.engine, opened, held, closed };
}

function unexpected(server: RunningServer, { errors, samples }: HeldHold): Error {
  const seen = samples[0]?.message ?? 'no expected answer';
  const kind = errors.body > 0 ? 'wrong-body' : errors.status > 0 ? 'wrong-status' : 'no-answer';
  const { answer = null, excerpt = null } = samples[0] ?? {};
  const what = `a held connection is not answered as expected: ${seen}`;
  return server.failure(kind, what, { answer, excerpt, good: 0 });
}
