/**
 * GitHub shell: reads the inputs once, runs the pipeline, publishes, and enforces last. Nothing that
 * goes wrong while publishing changes the verdict.
 */
import './system/no-inspector.ts';
import path from 'node:path';
import type { First } from './attempts/confirmation.ts';
import type { Earlier } from './attempts/earlier.ts';
import { repoRoot } from './checkout/find.ts';
import { type Wanted, wantedTrees } from './checkout/tree-options.ts';
import { publishPages } from './commands/history/publish.ts';
import { configFromFlags, flagsOf } from './commands/settings-flags.ts';
import { versusRequest } from './commands/versus-request.ts';
import type { Gate } from './config/experiment.ts';
import { loadExperiment } from './config/load.ts';
import { admit } from './github/admit.ts';
import { announceError, announceNotice, announceWarning } from './github/announce.ts';
import { baseRequestOf } from './github/base-request.ts';
import { tamperedText } from './github/command-files.ts';
import type { EventContext } from './github/event.ts';
import { historyWriter } from './github/history-writer.ts';
import {
  assertPublishable,
  commentMode,
  type InputName,
  outputInComment,
  publishInput,
  refuseRemoved,
  seedInput,
  settingsOf,
} from './github/inputs.ts';
import { OUTPUTS_BEFORE_WORK, publishOutputs } from './github/outputs.ts';
import { type Published, publish, publishCancelled, publishFailure } from './github/publish.ts';
import { withRebasedPulls } from './github/rebased-pulls.ts';
import { type Step, takeStep } from './github/step.ts';
import { writeSummary } from './github/summary.ts';
import { type VersusInputs, versusInputs } from './github/versus-inputs.ts';
import { EXIT, exitCode } from './judge/exit-code.ts';
import { invalidated } from './judge/invalidated.ts';
import type { Verdict } from './judge/verdict.ts';
import type { GateEvent } from './measure/events.ts';
import { keepPrinted } from './measure/keep-printed.ts';
import { notPublishedText, publishedText } from './report/history-text.ts';
import { createProgress } from './report/progress.ts';
import { renderTerminal } from './report/terminal.ts';
import { type HistoryTold, tellHistory } from './report/text/history.ts';
import { forHistoryText, notContinuedText } from './report/text/instead-of-base.ts';
import { verdictFile } from './report/verdict-file.ts';
import { applyConfig, parseConfigFrom } from './run/bar.ts';
import {
  type ConfirmationRequest,
  nothingToConfirm,
  readConfirmationRequest,
} from './run/confirmation-request.ts';
import { noEarlier, readEarlier } from './run/earlier.ts';
import { openHistory, type RunHistory } from './run/history.ts';
import { asRecorded, pastWish, treesBeside } from './run/past.ts';
import { runGate } from './run/pipeline.ts';
import { BY_ITSELF, type GateRequest, type PastWish } from './run/request.ts';
import { abortOnSignals, Interrupted } from './system/interrupt.ts';
import { cleanedUp } from './system/leftovers.ts';
import { guardLog } from './system/log.ts';
import { assertCanMeasure } from './system/platform.ts';
import { publicProblem, UserError } from './system/problem.ts';
import { openResults } from './system/results.ts';

const INPUT_OF: Record<keyof Wanted, InputName> = {
  base: 'base',
  baseDir: 'base-dir',
  headDir: 'head-dir',
  continueFrom: 'continue-from',
  baseline: 'baseline',
};

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

/** What is asked of the pipeline, and what the user should know beforehand. */
interface Asked {
  request: Omit<GateRequest, 'results' | 'seed' | 'env' | 'signal' | 'emit' | 'history'>;
  history: RunHistory | null;
  notes: string[];
}

/** Null: none is asked for. What went wrong is a warning; the verdict stands. */
async function keepHistory(
  history: RunHistory | null,
  isTrusted: boolean,
  inputs: Step['inputs'],
): Promise<HistoryTold | null> {
  if (history === null) return null;
  const outcome = await history.keep(isTrusted);
  const told = tellHistory(outcome);
  if (told.isTrouble) announceWarning(told.line, { title: 'Throughput Gate: history' });
  else process.stdout.write(`${told.line}\n`);
  if (told.moves !== null) process.stdout.write(`${told.moves.line}\n`);
  if (outcome.kind === 'kept' && publishInput(inputs)) await publishHistory(history);
  return told;
}

/** The lines are kept, and the next run publishes again: what fails here is a warning. */
async function publishHistory({ store }: RunHistory): Promise<void> {
  try {
    process.stdout.write(`${publishedText(await publishPages(store), store.name)}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    announceWarning(notPublishedText(why), { title: 'Throughput Gate: history' });
  }
}

async function measure(
  step: Step,
  ask: () => Promise<Asked>,
  signal: AbortSignal,
): Promise<Omit<Published, 'history'> & { gate: Gate; history: RunHistory | null }> {
  const { inputs, files } = step;
  const seed = seedInput(inputs);
  const { request, notes, history } = await ask();
  for (const message of history?.warnings ?? []) {
    announceWarning(message, { title: 'Throughput Gate: history' });
  }
  const results = openResults(resultsDir(step, workspace(step)));
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

async function askedOfVersus(
  step: Step,
  { written, scenariosOf }: VersusInputs,
  signal: AbortSignal,
): Promise<Asked> {
  const settings = settingsOf(step.inputs);
  const wish = { written, scenariosOf, settings, cwd: workspace(step), signal };
  const { request, notes } = await versusRequest(wish);
  return { request: { ...request, ...BY_ITSELF }, history: null, notes };
}

async function askedOfChange(
  step: Step,
  context: EventContext,
  first: First | null,
  signal: AbortSignal,
): Promise<Asked> {
  const { inputs } = step;
  const cwd = workspace(step);
  const wanted: Wanted = Object.fromEntries(
    Object.entries(INPUT_OF).map(([key, name]) => [key, inputs[name]]),
  );
  const trees = wantedTrees(wanted, cwd, baseRequestOf(context), nameOfInput);
  const root = inputs['head-dir'] || (await repoRoot(cwd, signal)) || cwd;
  const settings = settingsOf(inputs);
  const tree = path.resolve(cwd, root);
  const loaded = await loadExperiment({ root: tree, settings, cwd });
  assertPublishable(inputs, loaded.history);
  const { experiment: own, form, notes } = loaded;
  const asked = parseConfigFrom({ value: inputs['config-from'], origin: 'input `config-from`' });
  const configSource = { asked, own, head: tree, cwd, settings };
  // Files that earlier steps left in the workspace belong to neither side.
  const means = { uncommitted: false, token: inputs.token, server: context.serverUrl };
  const source = { ...trees, ...means };
  const { experiment, from } = await applyConfig(configSource, { ...source, signal });
  const before = inputs['continue-from'];
  const earlier = before === '' ? null : await readEarlier(path.resolve(cwd, before), before);
  const writer =
    loaded.history.kind === 'none'
      ? historyWriter(context, '')
      : await withRebasedPulls(
          historyWriter(context, inputs['comment-key']),
          context,
          inputs.token,
        );
  const history = await openHistory(loaded.history, writer, {
    cwd: (await repoRoot(cwd, signal)) ?? cwd,
    env: step.env,
    remote: `${context.serverUrl}/${context.owner}/${context.repo}`,
    token: inputs.token === '' ? null : inputs.token,
    signal,
  });
  const named = (['base', 'base-dir', 'confirmation-of'] as const).find((name) => inputs[name]);
  const past = await pastWish(experiment, {
    history,
    named: named === undefined ? null : `input \`${named}\``,
    warn: (message) => announceWarning(message, { title: 'Throughput Gate' }),
  });
  return {
    request: {
      experiment: asRecorded(experiment, past),
      config: { form, from, folder: '.', source: configSource },
      flags: [...flagsOf(settings), ...configFromFlags(from)],
      trees: treesBeside(past, source),
      past,
      confirmationOf: first,
      earlier: past?.isForHistory ? null : earlier,
      selfTest: null,
    },
    history,
    notes: [...notes, ...notesOf({ past, earlier, before, gate: experiment.gate })],
  };
}

/** `before`: the file of the earlier attempt, as the user named it; empty: none. */
function notesOf({
  past,
  earlier,
  before,
  gate,
}: {
  past: PastWish | null;
  earlier: Earlier | null;
  before: string;
  gate: Gate;
}): string[] {
  const isForHistory = past?.isForHistory ?? false;
  return [
    ...(past !== null && isForHistory ? [forHistoryText(gate, past.source.name)] : []),
    ...(before !== '' && earlier === null ? [noEarlier(before)] : []),
    ...(isForHistory && earlier !== null ? [notContinuedText(before)] : []),
  ];
}

/** The verdict, unless something that ran beside the measurement wrote where only this step may. */
function trusted(
  { files }: Step,
  { verdict, results }: Pick<Published, 'verdict' | 'results'>,
): Verdict {
  const reason = tamperedText(files.restore());
  if (reason === null) return verdict;
  const data = { message: reason };
  const invalid = invalidated(verdict, {
    code: 'tampered',
    severity: 'error',
    subject: null,
    data,
  });
  results.write('verdict', verdictFile(invalid));
  return invalid;
}

/** The last look, for what was written since: such a step is not believed, whatever it came to. */
function settled({ files }: Step, code: number): number {
  const reason = tamperedText(files.restore());
  if (reason === null || code > EXIT.undecided) return code;
  if (code === EXIT.invalid) return code;
  announceError(reason, { title: 'Throughput Gate: invalid' });
  publishOutputs(files, { verdict: 'invalid', confirmation: 'not-needed' });
  return EXIT.invalid;
}

async function confirmationRequest(step: Step): Promise<ConfirmationRequest | null> {
  const file = step.inputs['confirmation-of'];
  if (file === '') return null;
  const cwd = workspace(step);
  return readConfirmationRequest(path.resolve(cwd, file), resultsDir(step, cwd));
}

/** The report of the first measurement stands, and so does its comment. */
function passOn({ files }: Step, verdict: Verdict): number {
  announceNotice(nothingToConfirm(verdict), { title: 'Throughput Gate' });
  publishOutputs(files, { verdict: verdict.verdict });
  return EXIT.ok;
}

function workspace({ env }: Step): string {
  return env.GITHUB_WORKSPACE || process.cwd();
}

function enforce(verdict: Verdict, gate: Gate): number {
  const code = exitCode(verdict, gate);
  if (code === EXIT.undecided) {
    announceError(whyUndecided(verdict, gate), { title: 'Throughput Gate' });
  }
  const awaiting = verdict.awaitsConfirmation ? ', to be confirmed on a fresh runner' : '';
  process.stdout.write(`Verdict: ${verdict.verdict}${awaiting}, exit code ${code}\n`);
  return code;
}

function whyUndecided(verdict: Verdict, gate: Gate): string {
  if (exitCode({ ...verdict, claims: [] }, gate) !== EXIT.undecided) {
    return 'A claim with `gate` is undecided, and `fail-on-inconclusive` is set.';
  }
  const words = verdict.subjects.map((subject) => subject.verdict);
  const word =
    gate.failOnInconclusive && words.includes('inconclusive') ? 'inconclusive' : 'no-baseline';
  const whose = verdict.awaitsConfirmation ? 'The verdict of a subject' : 'The verdict';
  return `${whose} is ${word}, and \`fail-on-${word}\` is set.`;
}

function resultsDir({ inputs, env }: Step, cwd: string): string {
  if (inputs.out !== '') return path.resolve(cwd, inputs.out);
  const { RUNNER_TEMP, GITHUB_RUN_ID = 'local', GITHUB_ACTION = 'gate' } = env;
  const name = `throughput-gate-results-${GITHUB_RUN_ID}-${GITHUB_ACTION}`;
  return path.join(RUNNER_TEMP || cwd, name.replaceAll(/[^\w.-]/g, '_'));
}

function nameOfInput(key: keyof Wanted): string {
  return `input \`${INPUT_OF[key]}\``;
}

/** What went wrong, where a person will look for it, and the exit code that it has. */
function report(problem: unknown, { files }: Step): number {
  if (problem instanceof Interrupted) {
    process.stdout.write(`${problem.message}; ${cleanedUp()}\n`);
    return problem.exitCode;
  }
  if (problem instanceof UserError) {
    for (const one of problem.problems) {
      announceError(publicProblem(one), {
        title: 'Throughput Gate cannot run',
        ...placeOf(one.where),
      });
    }
    const text = `## Throughput Gate cannot run\n\n\`\`\`text\n${problem.message.replaceAll('```', "'''")}\n\`\`\``;
    writeSummary(files, text, 'the log');
    return EXIT.usage;
  }
  const text = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
  announceError(text, { title: 'Throughput Gate failed unexpectedly, please report it' });
  return EXIT.invalid;
}

/** `file:line:column`, where a problem has one, puts the annotation beside the line. */
function placeOf(where: string | undefined): { file?: string; line?: number } {
  const [, file, line] = /^(.+\.ya?ml):(\d+)/.exec(where ?? '') ?? [];
  return file === undefined ? {} : { file, line: Number(line) };
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
