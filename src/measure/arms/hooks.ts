/** `before` and `after`: what an arm needs beside its server, once per arm and run. */

import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { armNames } from '../../config/experiment/contenders.ts';
import type { Server } from '../../config/experiment/server.ts';
import { durationText } from '../../config/values/duration.ts';
import { noteLeft } from '../../system/cleanup/leftovers.ts';
import { besideCoresOf, pinned } from '../../system/cpus/cores.ts';
import { PrintedError } from '../../system/messages/printed.ts';
import { withoutSecrets } from '../../system/messages/secrets.ts';
import { lastLines, openOutput, tailOf } from '../../system/output/output-file.ts';
import { MARKER } from '../../system/processes/process-tree.ts';
import { hurry, timeForCommands } from '../../system/program/patience.ts';
import { keepLooking, type Launched, launch } from '../../system/start/launch.ts';
import { shellCommand } from '../../system/start/shell.ts';
import type { Arm } from '../../terms/arm.ts';
import { logFile, type RunContext, serverOf, whoIs } from '../context/run-context.ts';
import type { ArmFailure } from '../failures/arm-failure.ts';
import { cureFor } from '../failures/cure-for.ts';
import { addressEnv } from '../listening/addresses.ts';

/** Nothing else could end an `after` that hangs. In a cancelled run all of them have a few seconds together. */
const AFTER_LIMIT_MS = 60_000;
const GRACE_MS = 2000;
/** Nobody waits longer than this without a word. */
const NOTE_AFTER_MS = 15_000;

/** How a hook that failed ended. */
interface HookEnd {
  end: string;
  exitCode: number | null;
  output: string;
  /** It took longer than it may. */
  isLate?: boolean;
}

/** Its message is ours alone; what the hook printed last is in `printed`. */
export class HookFailure extends PrintedError {
  readonly arm: Arm;
  readonly #armName: string;
  readonly #what: string;
  readonly #exitCode: number | null;
  readonly #output: string;
  readonly #isEndless: boolean;

  constructor(
    { arm, name }: Pick<ArmFailure, 'arm' | 'name'>,
    which: 'before' | 'after',
    command: string,
    { end, exitCode, output, isLate = false }: HookEnd,
  ) {
    const lines = lastLines(output);
    const what = `\`${which}\` failed (${end}): ${command}`;
    super(`${name}: ${what}`, lines.length === 0 ? [] : [{ by: which, lines }]);
    this.name = 'HookFailure';
    this.arm = arm;
    this.#armName = name;
    this.#what = what;
    this.#exitCode = exitCode;
    this.#output = output;
    this.#isEndless = isLate && which === 'before';
  }

  /** As the arm's part in the failure of every subject of its server. */
  get ofArm(): ArmFailure {
    const exitCode = this.#exitCode;
    return {
      arm: this.arm,
      name: this.#armName,
      stage: 'before',
      what: this.#what,
      mark: `before ${exitCode}`,
      cure: cureFor({ exitCode, output: this.#output, isEndless: this.#isEndless }),
    };
  }
}

/**
 * Runs the hook in the server's folder with its address and environment. What `before` starts stays until the run ends, on the
 * cores of what runs beside the servers; its CPU time is a metric of its own. Does nothing when there is no hook.
 * @throws HookFailure, also when it takes too long; the signal's reason when `before` is aborted
 */
export async function runHook(
  context: RunContext,
  server: Server,
  arm: Arm,
  which: 'before' | 'after',
): Promise<void> {
  // `after` is clean-up: it runs also when the run was cancelled, then in what time there is.
  const signal = which === 'before' ? context.signal : null;
  signal?.throwIfAborted();
  const { server: filled, cwd, address } = await serverOf(context, server, arm);
  const whose = { arm, name: armNames(server)[arm] };
  const command = filled[which];
  if (command === null) return;
  context.hooks.count += 1;
  const env = {
    ...context.env.of(arm),
    ...filled.env,
    ...addressEnv(address),
    // Of its own, so that what it leaves behind can be told from the servers; always equally long.
    [MARKER]: `${context.marker}h${String(context.hooks.count).padStart(5, '0')}.`,
  };
  const limitMs = which === 'before' ? filled.buildTimeoutMs : timeForCommands(AFTER_LIMIT_MS);
  if (limitMs <= 0) {
    const end = 'not run, the gate was stopped';
    throw new HookFailure(whose, which, command, { end, exitCode: null, output: '' });
  }
  const cores = besideCoresOf(context.cores);
  // A file, not a pipe: what the hook leaves behind can go on writing.
  const log = openOutput(logFile(context, server, arm, which));
  try {
    const argv = pinned(cores, shellCommand(command, env, { diesFirst: true }));
    const started = await launch(argv as [string, ...string[]], {
      cwd,
      env,
      stdio: ['ignore', log, log],
    }).catch((error: Error) => error);
    const note = setTimeout(
      () => context.remarks.hooked(whoIs(server, arm), which, limitMs),
      NOTE_AFTER_MS,
    );
    const { end, isLate } =
      started instanceof Error
        ? { end: started.message, isLate: false }
        : await endOf(started, { limitMs, signal: signal ?? hurry });
    clearTimeout(note);
    signal?.throwIfAborted();
    if (end === null && which === 'before' && !(started instanceof Error)) {
      context.neighbours.started({ server: server.name, arm }, started, cores);
    }
    if (end !== null) {
      const exitCode = started instanceof Error ? null : started.child.exitCode;
      const output = tailOf(log, withoutSecrets);
      throw new HookFailure(whose, which, command, { end, exitCode, output, isLate });
    }
  } finally {
    closeSync(log);
  }
}

/** `end`: null after success. What it leaves behind goes on, and is known to the watchdog. */
async function endOf(
  started: Launched,
  { limitMs, signal }: { limitMs: number; signal: AbortSignal },
): Promise<{ end: string | null; isLate: boolean }> {
  using _ = keepLooking(started);
  let killing: Promise<string[]> | null = null;
  const kill = () => {
    killing ??= started.end(GRACE_MS);
  };
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    kill();
  }, limitMs);
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  const end = await exitOf(started.child);
  clearTimeout(limit);
  signal.removeEventListener('abort', kill);
  for (const what of (await killing) ?? []) noteLeft(what);
  started.adopt();
  const late = `not done after ${durationText(Math.ceil(limitMs / 1000) * 1000)}`;
  return { end: isLate ? late : end, isLate };
}

function exitOf(child: ChildProcess): Promise<string | null> {
  const { exitCode, signalCode } = child;
  const asText = (code: number | null, killer: string | null) =>
    code === 0 ? null : (killer ?? `exit code ${code}`);
  if (exitCode !== null || signalCode !== null) {
    return Promise.resolve(asText(exitCode, signalCode));
  }
  return new Promise((resolve) => {
    child.once('exit', (code, killer) => resolve(asText(code, killer)));
  });
}
