/**
 * GitHub shell: reads the inputs once, runs the pipeline, publishes, and enforces last. Nothing that
 * goes wrong while publishing changes the verdict.
 */
import path from 'node:path';
import { error as annotateError, notice, warning } from '@actions/core';
import { repoRoot } from './checkout/head.ts';
import { type Wanted, wantedTrees } from './checkout/wanted.ts';
import type { Gate } from './config/experiment.ts';
import { loadExperiment } from './config/load.ts';
import type { GateEvent } from './events.ts';
import { exitCode } from './exit.ts';
import { annotationsOf, emitAnnotations } from './github/annotations.ts';
import { baseRequestOf } from './github/base-request.ts';
import { upsertComment } from './github/comment.ts';
import { type RunContext, readEvent, runUrl } from './github/event.ts';
import { readPayload } from './github/event-file.ts';
import {
  type ActionInputs,
  type CommentMode,
  commentMode,
  type InputName,
  readInputs,
  seedInput,
  settingsOf,
} from './github/inputs.ts';
import { defaultKey } from './github/marker.ts';
import { githubClient } from './github/octokit.ts';
import { OUTPUTS_BEFORE_WORK, publishOutputs } from './github/outputs.ts';
import { refuseUnsafe, whyReadOnly } from './github/safety.ts';
import { hideSecrets } from './github/secrets.ts';
import { writeSummary } from './github/summary.ts';
import { fileStore } from './history/file-store.ts';
import { abortOnSignals, Interrupted } from './interrupt.ts';
import { EXIT, type Verdict } from './judge/verdict.ts';
import { runGate } from './pipeline.ts';
import { formatProblem, UserError } from './problem.ts';
import { renderComment } from './report/comment.ts';
import { createProgress } from './report/progress.ts';
import { renderSummary } from './report/summary.ts';
import { renderTerminal } from './report/terminal.ts';
import { openResults, type Results } from './results.ts';

const INPUT_OF: Record<keyof Wanted, InputName> = {
  base: 'base',
  baseDir: 'base-dir',
  headDir: 'head-dir',
  save: 'save',
  against: 'against',
};

async function gate(inputs: ActionInputs, signal: AbortSignal): Promise<number> {
  const context = readEvent(process.env, readPayload(process.env));
  refuseUnsafe(context);
  const mode = commentMode(inputs);
  const seed = seedInput(inputs);
  const cwd = process.env.GITHUB_WORKSPACE || process.cwd();
  const wanted: Wanted = Object.fromEntries(
    Object.entries(INPUT_OF).map(([key, name]) => [key, inputs[name]]),
  );
  const trees = wantedTrees(wanted, cwd, baseRequestOf(context), nameOfInput);
  const root = inputs['head-dir'] || (await repoRoot(cwd, signal)) || cwd;
  const settings = settingsOf(inputs);
  const { experiment } = await loadExperiment({ root: path.resolve(cwd, root), settings, cwd });
  const results = openResults(resultsDir(inputs, cwd));
  const storeAt = (file: string) => (file === '' ? null : fileStore(path.resolve(cwd, file)));

  const progress = createProgress(process.stdout, { live: false, groups: true });
  const verdict = await runGate({
    experiment,
    // Files that earlier steps left in the workspace belong to neither side.
    trees: { ...trees, uncommitted: false, token: inputs.token, server: context.serverUrl },
    against: storeAt(inputs.against),
    save: storeAt(inputs.save),
    results,
    seed,
    env: process.env,
    signal,
    emit: (event) => progress.onEvent({ ...event, atMs: performance.now() } as GateEvent),
  });
  process.stdout.write(`\n${renderTerminal(verdict, { color: false, width: 110 })}\n`);
  await publish(verdict, { inputs, context, results, mode });
  return enforce(verdict, experiment.gate);
}

interface Publishing {
  inputs: ActionInputs;
  context: RunContext;
  results: Results;
  mode: CommentMode;
}

/** Order of trust: the files are written already; then summary, outputs, annotations, comment. */
async function publish(verdict: Verdict, publishing: Publishing): Promise<void> {
  const { context, results } = publishing;
  const page = runUrl(context);
  // The summary stands on the run's page: the comment links to it, and it to nothing.
  const comment = renderComment(verdict, {
    ...(page === null ? {} : { summaryUrl: page }),
    ...guide(),
  });
  const summary = renderSummary(verdict, guide());
  // Once more, now with the links of this run's page.
  results.write('comment', comment);
  results.write('summary', summary);
  const rest = 'the file summary.md of the results folder';
  const written = await writeSummary(process.env, summary, rest);
  if (written.kind === 'failed') warning(written.reason);
  const trouble = publishOutputs({
    verdict: verdict.verdict,
    report: results.path('comment'),
    'comment-body': comment,
    'verdict-file': results.path('verdict'),
    'measurement-file': results.path('measurement'),
    'plan-file': results.path('plan'),
    'summary-file': results.path('summary'),
    'results-dir': results.dir,
  });
  if (trouble !== null) warning(trouble);
  process.stdout.write(`Results: ${results.dir}\n`);
  emitAnnotations(annotationsOf(verdict));
  await postComment(verdict, comment, publishing);
}

async function postComment(verdict: Verdict, body: string, publishing: Publishing): Promise<void> {
  const { context, inputs, mode } = publishing;
  if (context.kind !== 'pull_request' || mode === 'never') return;
  if (inputs.token === '') {
    notice('No comment: the input `token` is empty. The report is in the job summary.');
    return;
  }
  const page = runUrl(context);
  const outcome = await upsertComment({
    octokit: await githubClient(inputs.token, context.apiUrl),
    owner: context.owner,
    repo: context.repo,
    issue: context.number,
    key: inputs['comment-key'] || defaultKey(context),
    body,
    ...(page === null ? {} : { rest: `[the job summary](${page})` }),
    create: mode === 'always' || verdict.verdict !== 'unchanged',
  });
  if (outcome.kind === 'denied') {
    const why =
      whyReadOnly(context) ??
      `The job needs \`permissions: { contents: read, ${outcome.permission} }\`.`;
    notice(`No comment (${outcome.reason}). ${why} The report is in the job summary.`);
  } else if (outcome.kind === 'failed') {
    notice(`No comment: ${outcome.reason}. The report is in the job summary.`);
  } else if (outcome.kind !== 'skipped') {
    process.stdout.write(`Comment ${outcome.kind}: ${outcome.url}\n`);
  }
}

function enforce(verdict: Verdict, gate: Gate): number {
  const code = exitCode(verdict.verdict, gate);
  if (code === EXIT.undecided) {
    const input = verdict.verdict === 'inconclusive' ? 'inconclusive' : 'no-baseline';
    annotateError(`The verdict is ${verdict.verdict}, and \`fail-on-${input}\` is set.`, {
      title: 'Throughput Gate',
    });
  }
  process.stdout.write(`Verdict: ${verdict.verdict}, exit code ${code}\n`);
  return code;
}

/** The guide of the very version that runs. */
function guide(): { guideUrl?: string } {
  const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = process.env;
  const server = process.env.GITHUB_SERVER_URL || 'https://github.com';
  if (!repository || !ref) return {};
  return { guideUrl: `${server}/${repository}/blob/${ref}/docs/reading-the-report.md` };
}

function resultsDir(inputs: ActionInputs, cwd: string): string {
  if (inputs.out !== '') return path.resolve(cwd, inputs.out);
  const { RUNNER_TEMP, GITHUB_RUN_ID = 'local', GITHUB_ACTION = 'gate' } = process.env;
  const name = `throughput-gate-results-${GITHUB_RUN_ID}-${GITHUB_ACTION}`;
  return path.join(RUNNER_TEMP || cwd, name.replaceAll(/[^\w.-]/g, '_'));
}

function nameOfInput(key: keyof Wanted): string {
  return `input \`${INPUT_OF[key]}\``;
}

/** What went wrong, where a person will look for it, and the exit code that it has. */
async function report(problem: unknown): Promise<number> {
  if (problem instanceof Interrupted) {
    process.stdout.write(`${problem.message}; everything was cleaned up\n`);
    return problem.exitCode;
  }
  if (problem instanceof UserError) {
    for (const one of problem.problems) {
      annotateError(formatProblem(one), {
        title: 'Throughput Gate cannot run',
        ...placeOf(one.where),
      });
    }
    const text = `## Throughput Gate cannot run\n\n\`\`\`text\n${problem.message.replaceAll('```', "'''")}\n\`\`\``;
    await writeSummary(process.env, text, 'the log');
    return EXIT.usage;
  }
  const text = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
  annotateError(text, { title: 'Throughput Gate failed unexpectedly, please report it' });
  return EXIT.invalid;
}

/** `file:line:column`, where a problem has one, puts the annotation beside the line. */
function placeOf(where: string | undefined): { file?: string; startLine?: number } {
  const [, file, line] = /^(.+\.ya?ml):(\d+)/.exec(where ?? '') ?? [];
  return file === undefined ? {} : { file, startLine: Number(line) };
}

async function main(): Promise<void> {
  const signal = abortOnSignals();
  // Node's own exit code 1 would say "regression". The watchdog cleans up.
  process.on('uncaughtException', (error) => {
    void report(error).then((code) => process.exit(code));
  });
  publishOutputs(OUTPUTS_BEFORE_WORK);
  const inputs = readInputs(process.env);
  // Builds and servers are the change's own code: they must not inherit the action's credentials.
  hideSecrets(process.env);
  let code: number;
  try {
    code = await gate(inputs, signal);
  } catch (problem) {
    code = await report(problem);
  }
  // Explicitly: a stray handle must not keep the job alive.
  process.stdout.write('', () => process.exit(code));
}

void main();
