/** Runs the gate on two copies of one tree, with a slowdown put into one of them. */

import { readMeasurement } from '../attempts/result-files.ts';
import type { Injection, Measurement } from '../measure/observed/measurement.ts';
import type { Emit } from '../measure/told/events.ts';
import { cureText } from '../report/cures/cure-text.ts';
import { runGate } from '../run/pipeline.ts';
import { BY_ITSELF, FIXED_CONFIG, type GateRequest } from '../run/request.ts';
import { UserError } from '../system/messages/problem.ts';
import { openResults } from '../system/results/results.ts';

/** What stays the same over all runs of a self-test. */
export interface SelfTestSetup {
  experiment: GateRequest['experiment'];
  /** How it was described. */
  form: GateRequest['config']['form'];
  flags: string[];
  /** Two copies of the tree. */
  baseDir: string;
  headDir: string;
  /** Folder for what a run leaves. */
  scratch: string;
  signal: AbortSignal;
  emit: Emit;
}

/**
 * `blocks`: measure so many, whatever they show; absent: stop when it is decided. Throws a UserError when the server
 * cannot be measured at all, or when wanted blocks cannot be: a whole job that breaks midway is one that the gate calls
 * invalid. `isMirrored`: also until it would be decided with the arms in each other's place. `seconds`: until the verdict,
 * without the builds.
 */
export async function runOnce(
  setup: SelfTestSetup,
  {
    seed,
    injection,
    blocks,
    isMirrored = false,
  }: { seed: number; injection: Injection; blocks?: number; isMirrored?: boolean },
): Promise<{ measurement: Measurement; seconds: number }> {
  const { experiment, form, flags, baseDir, headDir, scratch, signal } = setup;
  const results = openResults(scratch);
  let beganMs: number | null = null;
  // With the arms in each other's place it may go on after that.
  let decidedMs: number | null = null;
  await runGate({
    experiment,
    flags,
    trees: { cwd: scratch, base: { kind: 'dir', dir: baseDir }, headDir },
    config: { ...FIXED_CONFIG, form },
    ...BY_ITSELF,
    selfTest: { injection, blocks: blocks ?? null, isMirrored },
    results,
    seed,
    env: process.env,
    signal,
    emit: (event) => {
      if (event.type === 'pilot-started') beganMs ??= performance.now();
      if (event.type === 'resolved') decidedMs ??= performance.now();
      setup.emit(event);
    },
  });
  const endedMs = decidedMs ?? performance.now();
  const seconds = (endedMs - (beganMs ?? endedMs)) / 1000;
  const measurement = await readMeasurement(results.path('measurement'));
  for (const { failure } of measurement.subjects) {
    if (failure === null || (failure.stage === 'block' && blocks === undefined)) continue;
    const cure = failure.cure ? cureText(failure.cure) : null;
    throw new UserError({
      where: 'self-test',
      message: failure.message,
      ...(cure && { hint: cure }),
    });
  }
  return { measurement, seconds: Math.max(0.001, Number(seconds.toFixed(2))) };
}
