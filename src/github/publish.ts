/** Tells GitHub what came out. Nothing that goes wrong here changes the verdict. */
import { isSameCode } from '../judge/same-code.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Printed } from '../printed.ts';
import { renderComment } from '../report/comment.ts';
import { codeBlock } from '../report/escape.ts';
import { renderSummary } from '../report/summary.ts';
import type { Results } from '../results.ts';
import { annotationsOf, emitAnnotations } from './annotations.ts';
import { announceNotice, announceWarning } from './announce.ts';
import { upsertComment } from './comment.ts';
import { type RunContext, runUrl } from './event.ts';
import type { CommentMode } from './inputs.ts';
import { defaultKey } from './marker.ts';
import { githubClient } from './octokit.ts';
import { publishOutputs } from './outputs.ts';
import { whyReadOnly } from './safety.ts';
import { fit } from './size.ts';
import type { Step } from './step.ts';
import { writeSummary } from './summary.ts';

export interface Publishing {
  step: Step;
  context: RunContext;
  mode: CommentMode;
}

/** What came out. `printed`: for the masked summary, and for no file. */
export interface Published {
  verdict: Verdict;
  printed: readonly Printed[];
  results: Results;
}

/** Order of trust: the files are written already; then summary, outputs, annotations, comment. */
export async function publish(
  { verdict, printed, results }: Published,
  publishing: Publishing,
): Promise<void> {
  const { context, step } = publishing;
  const { files } = step;
  const page = runUrl(context);
  // The summary stands on the run's page: the comment links to it, and it to nothing.
  const comment = renderComment(verdict, {
    ...(page === null ? {} : { summaryUrl: page }),
    ...guide(step),
  });
  // Once more, now with the links of this run's page.
  results.write('comment', comment);
  results.write('summary', renderSummary(verdict, guide(step)));
  const rest = 'the file summary.md of the results folder';
  const written = writeSummary(files, renderSummary(verdict, guide(step), printed), rest);
  if (written.kind === 'failed') announceWarning(written.reason);
  const trouble = publishOutputs(files, {
    verdict: verdict.verdict,
    confirm: verdict.awaitsConfirmation ? 'needed' : 'no',
    report: results.path('comment'),
    // Whoever posts it meets GitHub's limit as well.
    'comment-body': fit(comment),
    'verdict-file': results.path('verdict'),
    'measurement-file': results.path('measurement'),
    'plan-file': results.path('plan'),
    'summary-file': results.path('summary'),
    'results-dir': results.dir,
  });
  if (trouble !== null) announceWarning(trouble);
  process.stdout.write(`Results: ${results.dir}\n`);
  emitAnnotations(annotationsOf(verdict));
  // Same code: an earlier comment on other code is brought up to date, and no new one says that nothing happened.
  const create =
    !isSameCode(verdict) && (publishing.mode === 'always' || verdict.verdict !== 'unchanged');
  await postComment(comment, publishing, create);
}

/**
 * Brings a comment of an earlier push up to date when this one could not be measured: an old
 * "unchanged" must not stand beside new code. Makes no new comment.
 */
export async function publishFailure(problem: string, publishing: Publishing): Promise<void> {
  const page = runUrl(publishing.context);
  const where = page === null ? 'the log' : `[the log](${page})`;
  const body = `> [!WARNING]\n> **Throughput Gate could not measure the latest push.** What it said about an earlier one no longer counts; ${where} says more.\n\n${codeBlock(problem)}\n`;
  await postComment(body, publishing, false);
}

async function postComment(body: string, publishing: Publishing, create: boolean): Promise<void> {
  const { context, step, mode } = publishing;
  const { inputs } = step;
  if (context.kind !== 'pull_request' || mode === 'never') return;
  if (inputs.token === '') {
    announceNotice('No comment: the input `token` is empty. The report is in the job summary.');
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
    create,
  });
  if (outcome.kind === 'denied') {
    const why =
      whyReadOnly(context) ??
      `The job needs \`permissions: { contents: read, ${outcome.permission} }\`.`;
    announceNotice(`No comment (${outcome.reason}). ${why} The report is in the job summary.`);
  } else if (outcome.kind === 'failed') {
    announceNotice(`No comment: ${outcome.reason}. The report is in the job summary.`);
  } else if (outcome.kind !== 'skipped') {
    process.stdout.write(`Comment ${outcome.kind}: ${outcome.url}\n`);
  }
}

/** The guide of the very version that runs. */
function guide({ env }: Step): { guideUrl?: string } {
  const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
  const server = env.GITHUB_SERVER_URL || 'https://github.com';
  if (!repository || !ref) return {};
  return { guideUrl: `${server}/${repository}/blob/${ref}/docs/reading-the-report.md` };
}
