/**
 * GitHub shell: reads the inputs once, runs the pipeline, publishes, and enforces last. Nothing that
 * goes wrong while publishing changes the verdict.
 */
import './system/no-inspector.ts';
import type { Gate } from './config/experiment.ts';
import { admit } from './github/admit.ts';
import { announceNotice, announceWarning } from './github/announce.ts';
import { enforce, report, settled, trusted } from './github/ending.ts';
import { commentMode, outputInComment, refuseRemoved, seedInput } from './github/inputs.ts';
import { keepHistory, warnOfHistory } from './github/keep-history.ts';
import { OUTPUTS_BEFORE_WORK, publishOutputs } from './github/outputs.ts';
import { type Published, publish, publishCancelled, publishFailure } from './github/publish.ts';
import {
  type Asked,
  askedOfChange,
  askedOfVersus,
  confirmationRequest,
  resultsDir,
  workspace,
} from './github/question.ts';
import { type Step, takeStep } from './github/step.ts';
import { versusInputs } from './github/versus-inputs.ts';
import { EXIT } from './judge/exit-code.ts';
import type { Verdict } from './judge/verdict.ts';
import type { GateEvent } from './measure/events.ts';
import { keepPrinted } from './measure/keep-printed.ts';
import { createProgress } from './report/progress.ts';
import { renderTerminal } from './report/terminal.ts';
import { nothingToConfirm } from './run/confirmation-request.ts';
import type { RunHistory } from './run/history.ts';
import { runGate } from './run/pipeline.ts';
import { abortOnSignals, Interrupted } from './system/interrupt.ts';
import { guardLog } from './system/log.ts';
import { assertCanMeasure } from './system/platform.ts';
import { openResults } from './system/results.ts';

async function gate(step: Step, signal: AbortSignal): Promise<number> {
  assertCanMeasure();
  const { env, inputs } = step;
  refuseRemoved(env);
  const { context, warnings } = await admit(env, inputs, { cwd: workspace(step), signal });
  for (const message of warnings) announceWarning(message, { title: 'Throughput Gate' });
  const publishing = {
    step,
    context,
    mode: commentMode(inputs),
    outputInComment: outputInComment(inputs),
  };
  try {
    const versus = versusInputs(inputs);
    const toConfirm = await confirmationRequest(step);
    if (toConfirm?.kind === 'nothing') return passOn(step, toConfirm.verdict);
    const first = toConfirm?.first ?? null;
    const { gate, ...measured } = await measure(
      step,
      () =>
        versus === null
          ? askedOfChange(step, context, first, signal)
          : askedOfVersus(step, versus, signal),
      signal,
    );
    const verdict = trusted(step, measured);
    const history = await keepHistory(measured.history, verdict === measured.verdict, inputs);
    await publish({ ...measured, verdict, history }, publishing);
    return enforce(verdict, gate);
  } catch (problem) {
    if (problem instanceof Interrupted) await publishCancelled(publishing);
    else if (problem instanceof Error) await publishFailure(problem.message, publishing);
    throw problem;
  }
}

/** The report of the first measurement stands, and so does its comment. */
function passOn({ files }: Step, verdict: Verdict): number {
  announceNotice(nothingToConfirm(verdict), { title: 'Throughput Gate' });
  publishOutputs(files, { verdict: verdict.verdict });
  return EXIT.ok;
}

async function measure(
  step: Step,
  ask: () => Promise<Asked>,
  signal: AbortSignal,
): Promise<Omit<Published, 'history'> & { gate: Gate; history: RunHistory | null }> {
  const { inputs, files } = step;
  const seed = seedInput(inputs);
  const { request, notes, history } = await ask();
  warnOfHistory(history);
  const results = openResults(resultsDir(step));
  // Also a job that is cancelled leaves its blocks behind: an attempt whose looks nobody counts would be a free one.
  publishOutputs(files, {
    'measurement-file': results.path('measurement'),
    'results-dir': results.dir,
  });
  using progress = createProgress(process.stdout, { live: false, groups: true });
  const { emit, printed } = keepPrinted((event) =>
    progress.onEvent({ ...event, atMs: performance.now() } as GateEvent),
  );
  for (const message of notes) emit({ type: 'note', message });
  const means = { results, seed, env: process.env, signal, emit };
  const verdict = await runGate({ ...request, history, ...means });
  process.stdout.write(
    `\n${renderTerminal(verdict, { color: false, width: 110, details: true, printed })}\n`,
  );
  return { verdict, results, printed, gate: request.experiment.gate, history };
}

async function main(): Promise<void> {
  guardLog();
  // Nobody reads on: no reason to end otherwise than by the verdict.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const step = takeStep();
  const signal = abortOnSignals();
  // Node's own exit code 1 would say "regression". The watchdog cleans up.
  process.on('uncaughtException', (error) => process.exit(settled(step, report(error, step))));
  publishOutputs(step.files, OUTPUTS_BEFORE_WORK);
  let code: number;
  try {
    code = await gate(step, signal);
  } catch (problem) {
    code = report(problem, step);
  }
  code = settled(step, code);
  // Explicitly: a stray handle must not keep the job alive.
  process.stdout.write('', () => process.exit(code));
}

void main();
