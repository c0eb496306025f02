/**
 * GitHub shell: reads the inputs once, runs the pipeline, publishes, and enforces last. Nothing that
 * goes wrong while publishing changes the verdict.
 */
import './system/program/no-inspector.ts';
import type { Gate } from './config/experiment/experiment.ts';
import { admit, contextOf } from './github/admit.ts';
import { announceNotice, announceWarning } from './github/announce.ts';
import { enforce, report, settled, trusted } from './github/ending.ts';
import { likelyCommentMode } from './github/inputs.ts';
import { keepHistory, warnOfHistory } from './github/keep-history.ts';
import { OUTPUTS_BEFORE_WORK, publishOutputs } from './github/outputs.ts';
import {
  type Published,
  type Publishing,
  publish,
  publishCancelled,
  publishFailure,
  publishHistory,
} from './github/publish.ts';
import {
  type Asked,
  askedOfChange,
  askedOfVersus,
  confirmationRequest,
  resultsDir,
  workspace,
} from './github/question.ts';
import { type ShellInputs, shellInputs } from './github/shell-inputs.ts';
import { type Step, takeStep } from './github/step.ts';
import { EXIT } from './judge/verdict/exit-code.ts';
import type { Verdict } from './judge/verdict/verdict.ts';
import type { GateEvent } from './measure/told/events.ts';
import { keepPrinted } from './measure/told/keep-printed.ts';
import { nothingToConfirmText } from './report/notices/attempts.ts';
import { createProgress } from './report/progress/progress.ts';
import { renderTerminal } from './report/terminal.ts';
import type { RunHistory } from './run/history.ts';
import type { Judged } from './run/judged.ts';
import { runGate } from './run/pipeline.ts';
import { guardLog } from './system/messages/log.ts';
import { abortOnSignals, Interrupted } from './system/program/interrupt.ts';
import { assertCanMeasure } from './system/program/platform.ts';
import { reportStandstill } from './system/program/standstill.ts';
import { openResults } from './system/results/results.ts';

async function gate(step: Step, signal: AbortSignal): Promise<number> {
  const { env, inputs } = step;
  const context = await contextOf(env, inputs);
  // Until all inputs are read: what fails before that brings an old comment up to date as well.
  const mode = likelyCommentMode(inputs);
  let publishing: Publishing = { step, context, mode, outputInComment: false };
  let done: Done;
  try {
    assertCanMeasure();
    const read = await shellInputs(step, context, signal);
    publishing = { ...publishing, mode: read.mode, outputInComment: read.outputInComment };
    done = await measureAndPublish(publishing, read, signal);
  } catch (problem) {
    if (problem instanceof Interrupted) await publishCancelled(publishing);
    else if (problem instanceof Error) await publishFailure(problem.message, publishing);
    throw problem;
  }
  if (done.kind === 'nothing') return EXIT.ok;
  // Last: the verdict is out, and does not wait for a server that may not answer.
  const told = await keepHistory(done.history, done.isTrusted, { inputs, context });
  if (told !== null) await publishHistory(told, done, publishing);
  return enforce(done.verdict, done.gate);
}

type Done =
  /** There was nothing to confirm. */
  { kind: 'nothing' } | ({ kind: 'measured'; isTrusted: boolean } & Measured);

async function measureAndPublish(
  publishing: Publishing,
  { versus, seed }: ShellInputs,
  signal: AbortSignal,
): Promise<Done> {
  const { step, context } = publishing;
  const { inputs } = step;
  for (const message of await admit(context, inputs, { cwd: workspace(step), signal })) {
    announceWarning(message, { title: 'Throughput Gate' });
  }
  const toConfirm = await confirmationRequest(step, context, signal);
  if (toConfirm?.kind === 'nothing') {
    passOn(step, toConfirm.verdict);
    return { kind: 'nothing' };
  }
  const first = toConfirm?.first ?? null;
  const ask = () =>
    versus === null
      ? askedOfChange(step, context, first, signal)
      : askedOfVersus(step, versus, signal);
  const measured = await measure(step, ask, { seed, signal });
  const verdict = await publishTrusted(measured, publishing);
  return { kind: 'measured', ...measured, verdict, isTrusted: verdict === measured.verdict };
}

/** Whatever survives its run may write where only this step may while the report is on its way: then that one must not stay. */
async function publishTrusted(measured: Measured, publishing: Publishing): Promise<Verdict> {
  const verdict = trusted(publishing.step, measured);
  await publish({ ...measured, verdict }, publishing);
  if (verdict !== measured.verdict) return verdict;
  const after = trusted(publishing.step, measured);
  if (after !== verdict) await publish({ ...measured, verdict: after }, publishing);
  return after;
}

/** The report of the first measurement stands, and so does its comment. */
function passOn({ files }: Step, verdict: Verdict): void {
  announceNotice(nothingToConfirmText(verdict), { title: 'Throughput Gate' });
  publishOutputs(files, { verdict: verdict.verdict });
}

interface Measured extends Published, Judged {
  gate: Gate;
  /** Null: none is asked for. */
  history: RunHistory | null;
}

async function measure(
  step: Step,
  ask: () => Promise<Asked>,
  { seed, signal }: { seed: number | null; signal: AbortSignal },
): Promise<Measured> {
  const { files } = step;
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
  const { measurement, verdict } = await runGate({ ...request, history, ...means });
  process.stdout.write(
    `\n${renderTerminal(verdict, { color: false, width: 110, details: true, printed })}\n`,
  );
  return { measurement, verdict, results, printed, gate: request.experiment.gate, history };
}

async function main(): Promise<void> {
  guardLog();
  // Nobody reads on: no reason to end otherwise than by the verdict.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const step = takeStep();
  const signal = abortOnSignals();
  // Node's own exit code 1 would say "regression". The watchdog cleans up.
  const failed = (error: unknown) => settled(step, report(error, step));
  process.on('uncaughtException', (error) => process.exit(failed(error)));
  reportStandstill(failed);
  publishOutputs(step.files, OUTPUTS_BEFORE_WORK);
  let code: number;
  try {
    code = settled(step, await gate(step, signal));
  } catch (problem) {
    code = failed(problem);
  }
  // Explicitly: a stray handle must not keep the job alive.
  process.stdout.write('', () => process.exit(code));
}

void main();
