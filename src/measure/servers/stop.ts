/** Ends a server as it wants to be ended, and says how that went. */

import { readdirSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Stop } from '../../config/experiment/server.ts';
import { type Form, named } from '../../config/settings/spelling.ts';
import { durationText } from '../../config/values/duration.ts';
import { noteLeft } from '../../system/cleanup/leftovers.ts';
import { patience } from '../../system/program/patience.ts';
import type { Launched } from '../../system/start/launch.ts';
import type { BesideLimits } from './beside.ts';
import { type Deaf, deafAmong } from './deaf.ts';

/** Why a signal ends nothing. `anew`: one of its programs was started again behind it. */
export type Unheard = Deaf | 'anew';

/** How an end went. */
export interface Ended {
  /** It has not failed to start, nor ended before it was asked to. */
  hasWorked: boolean;
  ms: number;
  /** Processes that had not ended in time, in words; none: it ended by itself. */
  killed: readonly string[];
  /** How the command failed; null: well, or there is none. */
  command: string | null;
  /** Its first process had ended by then, and others that it started had not. */
  isPart: boolean;
  /** Why the signal did not end it; absent: it is not known. */
  deaf?: Unheard | undefined;
  /** It worked, and crashed when it was asked to end: the signal; null: it did not. */
  crash: string | null;
  /** Files in its folder that programs keep while they run, and that are still there. */
  files: readonly string[];
}

/** Of what was asked to end and is still there, one by one. */
const NAMED_AT_MOST = 3;
/** What the signal gets at least, behind a command that has failed: it may have used up all of the time. */
const AFTER_COMMAND_MS = 2000;
/** What tells others that a program runs, or where: it keeps the next one from starting. */
const KEPT = /(\.(pid|lock|lck|sock|socket)|^(pidfile|lockfile))$/i;

/** @param run the command of `stop`, if there is one */
export async function endServer(
  launched: Pick<Launched, 'end' | 'child' | 'tree'>,
  stop: Stop,
  run: (command: string, limits: BesideLimits) => Promise<string | null>,
  { cwd, sinceMs, log }: { cwd: string; sinceMs: number; log: number },
): Promise<Omit<Ended, 'hasWorked' | 'crash'>> {
  const beganMs = performance.now();
  // A daemon's start command has ended long before.
  const isDaemon = hasEnded(launched);
  let command: string | null = null;
  if (stop.command !== null && patience(stop.timeoutMs) > 0) {
    const limitMs = patience(stop.timeoutMs);
    command = await run(stop.command, { limitMs, signal: null, to: log });
  }
  const isAsked = stop.command !== null && command === null;
  const least = command === null ? 0 : Math.min(AFTER_COMMAND_MS, stop.timeoutMs);
  const leftMs = Math.max(least, stop.timeoutMs - (performance.now() - beganMs));
  let killed: readonly string[] = [];
  let isPart = false;
  let deaf: Unheard | undefined;
  const left = await launched.end(leftMs, {
    signal: isAsked ? null : (stop.signal as NodeJS.Signals),
    onKill: (late, isAnew) => {
      // A signal to the gate gives nobody the time that was promised.
      if (patience(stop.timeoutMs) !== stop.timeoutMs) return;
      killed = late.length > 0 ? late : ['it'];
      isPart = late.length > 0 && !isDaemon && hasEnded(launched);
      if (!isAsked) deaf = isAnew ? 'anew' : deafAmong(launched.tree(), stop.signal);
    },
  });
  for (const what of left) noteLeft(what);
  const ms = performance.now() - beganMs;
  const files = killed.length === 0 ? [] : filesLeft(cwd, sinceMs);
  return { ms, killed, command, isPart, deaf, files };
}

/** What no program ends by on purpose. A shell that stands above it gives 128 and the number. */
const CRASHES = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGSYS'] as const;

/** @param asked the signal that it was asked to end with: what comes of that is no crash */
export function crashOf(
  { exitCode, signalCode }: { exitCode: number | null; signalCode: NodeJS.Signals | null },
  asked: string,
): string | null {
  const found = CRASHES.find(
    (signal) => signal === signalCode || exitCode === 128 + constants.signals[signal],
  );
  return found === undefined || found === asked ? null : found;
}

function hasEnded({ child }: Pick<Launched, 'child'>): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** That it was killed, and what it may have left; null: it was not. */
export function killedText(
  {
    killed,
    command,
    files,
    isPart,
    deaf,
  }: Pick<Ended, 'killed' | 'command' | 'files' | 'isPart' | 'deaf'>,
  stop: Stop,
  form: Form,
): string | null {
  if (killed.length === 0) return null;
  const left = files.length === 0 ? '' : `; it left ${files.slice(0, NAMED_AT_MOST).join(', ')}`;
  const time = durationText(stop.timeoutMs);
  const byCommand = named('stopCommand', form);
  if (command !== null)
    return `it was killed, as neither ${byCommand} nor ${stop.signal} ended it${left}`;
  const how = stop.command === null ? stop.signal : byCommand;
  // A command, or a first process that passes nothing on, has ended one process and forgotten the others.
  const what = isPart
    ? `its first process ended, but ${listed(killed)} went on and was killed ${time} after ${how}`
    : `it was killed, as it had not ended ${time} after ${how}`;
  const why = deaf === undefined ? '' : ` (${DEAF[deaf](stop.signal)})`;
  return `${what}${why}${left}`;
}

const DEAF: Readonly<Record<Unheard, (signal: string) => string>> = {
  anew: (signal) =>
    `a process of it was started after ${signal}: it starts itself anew at ${signal}, as uWSGI does without \`die-on-term\`, or its master replaced a worker at that moment and waits for it, as gunicorn's does under \`max_requests\``,
  ignores: (signal) => `${signal} is ignored there, as by \`trap ''\``,
  first: (signal) =>
    `it is process 1 of a namespace, as with \`unshare --pid\`, which ${signal} ends only if it handles it`,
};

function listed(killed: readonly string[]): string {
  const more = killed.length - NAMED_AT_MOST;
  const shown = killed.slice(0, NAMED_AT_MOST).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** What gives it more time, or another way. */
export function longerStop(form: Form): string {
  return `Give it longer (${named('stopTimeout', form)}), or end it as it wants (${named('stopSignal', form)}, ${named('stopCommand', form)})`;
}

function filesLeft(cwd: string, sinceMs: number): string[] {
  try {
    return readdirSync(cwd).filter(
      (name) => KEPT.test(name) && statSync(join(cwd, name)).ctimeMs >= sinceMs,
    );
  } catch {
    return [];
  }
}
