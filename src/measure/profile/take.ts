/** One arm, started once more after the verdict and loaded while a command of the user's takes a profile of it. */

import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Experiment } from '../../config/experiment/experiment.ts';
import type { Profile } from '../../config/experiment/server.ts';
import { fillCommand, fillOwn } from '../../config/fill/placeholders.ts';
import { plannedParts } from '../../plan/loaded-with.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import { readStat } from '../../system/kernel/proc-stat.ts';
import { PrintedError } from '../../system/messages/printed.ts';
import { withoutSecrets } from '../../system/messages/secrets.ts';
import { lastLines, openOutput, tailOf } from '../../system/output/output-file.ts';
import { type LiveArms, serverFor, startLive } from '../arms/running-arms.ts';
import { logFile, type RunContext, serverOf } from '../context/run-context.ts';
import { loadSlices } from '../loading/load-blame.ts';
import type { RunningServer } from '../servers/server.ts';
import type { ProfileTerms } from './profile.ts';

/** Beyond the time of the profile itself: a profiler starts, and makes a file of what it saw. */
const COMMAND_SPARE_MS = 10_000;
/** Load by which the process that works is told from those that only started it. */
const FIRST_LOAD_MS = 300;

/** What the profiler has written is there when the server has ended. Rejects with what went wrong, as a sentence. */
export async function takeProfile(
  job: RunContext,
  experiment: Experiment,
  plan: SubjectPlan,
  { arm, out, signal }: ProfileTerms,
): Promise<void> {
  const { server, scenario } = plannedParts(experiment, plan);
  const wish = server.profile as Profile;
  const context = { ...job, signal: AbortSignal.any([job.signal, signal]) };
  const words = { out, seconds: String(Math.ceil(wish.durationMs / 1000)) };
  const profiled = wish.start === null ? server : { ...server, start: fillOwn(wish.start, words) };
  const orders = { startOrder: [arm], connectOrder: [arm] };
  await using live = await startLive(context, profiled, scenario, orders);
  const running = serverFor(live, arm);
  const before = ticksOf(running);
  const load = () => loadSlices(context, live, [arm], plan.sliceRequests);
  if (plan.warmupRequests > 0) await loadSlices(context, live, [arm], plan.warmupRequests);
  const first = wish.command === null ? wish.durationMs : FIRST_LOAD_MS;
  await loadWhile(context, live, load, sleep(first, undefined, { ref: false }));
  if (wish.command === null) return;
  const pid = busiestSince(running, before);
  if (pid === null) throw new Error('no process of the server was found');
  const { values } = await serverOf(context, server, arm);
  const own = fillOwn(wish.command, { ...words, pid: String(pid) });
  const log = openOutput(logFile(context, server, arm, 'profile'));
  const stop = new AbortController();
  try {
    const ended = running.runBeside(fillCommand(own, values), {
      limitMs: wish.durationMs + COMMAND_SPARE_MS,
      signal: AbortSignal.any([context.signal, stop.signal]),
      to: log,
    });
    await loadWhile(context, live, load, ended).catch(async (error: unknown) => {
      stop.abort();
      await ended.catch(() => {});
      throw error;
    });
    const end = await ended;
    if (end === null) return;
    const lines = lastLines(tailOf(log, withoutSecrets));
    const printed = lines.length === 0 ? [] : [{ by: 'profile' as const, lines }];
    throw new PrintedError(`its command failed (${end}): ${wish.command}`, printed);
  } finally {
    closeSync(log);
  }
}

/** Load until this has come to its end, whichever one. */
async function loadWhile(
  { signal }: RunContext,
  live: LiveArms,
  load: () => Promise<unknown>,
  lasting: Promise<unknown>,
): Promise<void> {
  let isOver = false;
  const over = lasting.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  while (!isOver) {
    signal.throwIfAborted();
    await load();
    live.assertAlive();
  }
  await over;
}

function ticksOf(server: RunningServer): ReadonlyMap<number, number> {
  return new Map(server.tree().map((pid) => [pid, ownTicks(pid)]));
}

/** Of a shell, a supervisor and its workers it is the one that does the work. Null: none is left. */
function busiestSince(server: RunningServer, before: ReadonlyMap<number, number>): number | null {
  const used = server.tree().map((pid) => ({ pid, ticks: ownTicks(pid) - (before.get(pid) ?? 0) }));
  // Of those that are alike the last, which others have started.
  const [busiest] = used.reverse().toSorted((a, b) => b.ticks - a.ticks);
  return busiest?.pid ?? null;
}

function ownTicks(pid: number): number {
  const stat = readStat(pid);
  return stat === null ? 0 : stat.ticks - stat.childTicks;
}
