/** Tells GitHub what came out. Nothing that goes wrong here changes the verdict. */
import { randomUUID } from 'node:crypto';
import { EXIT } from '../judge/verdict/exit-code.ts';
import { isSameCode } from '../judge/verdict/same-code.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import { renderComment } from '../report/comment.ts';
import type { Links } from '../report/frame/frame.ts';
import { checkOf } from '../report/headline/check-text.ts';
import type { HistoryTold } from '../report/history/told.ts';
import { historyInSummary, renderSummary } from '../report/summary.ts';
import type { Printed } from '../system/messages/printed.ts';
import type { Results } from '../system/results/results.ts';
import { annotationsOf, emitAnnotations } from './annotations.ts';
import { announceNotice, announceWarning } from './announce.ts';
import { type CommentRequest, upsertComment } from './comment.ts';
import { withoutComment } from './comment-text.ts';
import { type Env, type EventContext, runUrl } from './event.ts';
import type { CommentMode } from './inputs.ts';
import { defaultKey, type GoesOn, type Stamp } from './marker.ts';
import { type NoVerdict, noVerdictText } from './no-verdict.ts';
import { githubClient } from './octokit.ts';
import { type Outputs, publishOutputs } from './outputs.ts';
import { ONE_TRY, type RetryClock } from './retry.ts';
import type { Step } from './step.ts';
import { writeSummary } from './summary.ts';
import { fit } from './truncate.ts';

export interface Publishing {
  step: Step;
  context: EventContext;
  mode: CommentMode;
  /** The user lets foreign output into the comment. */
  outputInComment: boolean;
}

/** What came out. `printed`: for the masked summary, and for no file. */
export interface Published {
  verdict: Verdict;
  printed: readonly Printed[];
  results: Results;
}

/**
 * Order of trust: the files are written already; then summary, outputs, annotations, comment. Each part on its own: what
 * fails is told, and keeps none of the others from being tried. Never throws.
 */
export async function publish(
  { verdict, printed, results }: Published,
  publishing: Publishing,
): Promise<void> {
  const { files } = publishing.step;
  const page = runUrl(publishing.context);
  const ofSummary = linksOfSummary(verdict, publishing);
  const links = { ...(page === null ? {} : { summaryUrl: page }), ...ofSummary };
  const comment = renderComment(verdict, links, {
    lines: printed,
    shown: publishing.outputInComment,
  });
  await part('The result files', () => {
    // Once more, now with the links of this run's page.
    results.write('comment', comment);
    results.write('summary', renderSummary(verdict, ofSummary));
    for (const trouble of results.troubles) announceWarning(`Results: ${trouble}`);
  });
  await part('The job summary', () => {
    const written = writeSummary(files, renderSummary(verdict, ofSummary, printed), REST);
    if (written.kind === 'failed') announceWarning(written.reason);
  });
  await part('The outputs', () => {
    const trouble = publishOutputs(files, outputsOf(verdict, results, comment));
    if (trouble !== null) announceWarning(trouble);
    process.stdout.write(`Results: ${results.dir}\n`);
  });
  await part('The annotations', () => emitAnnotations(annotationsOf(verdict)));
  const create = deservesComment(verdict, publishing.mode);
  const goesOn = {
    confirms: verdict.confirmationOf !== null,
    continues: [...verdict.attempts, verdict.confirmationOf].flatMap((one) => one?.startedAt ?? []),
  };
  const measured = verdict.startedAt;
  await part('The comment', () => postComment(comment, publishing, { create, goesOn, measured }));
}

/** Whether a new one is made; one that is there is brought up to date in any case. */
export function deservesComment(verdict: Verdict, mode: CommentMode): boolean {
  // Also where a claim that gates fails the job of an unchanged server: nobody should have to find that in a log.
  if (checkOf(verdict)?.code !== EXIT.ok) return true;
  // Of the same code a new one would say that nothing happened.
  return !isSameCode(verdict) && (mode === 'always' || verdict.verdict !== 'unchanged');
}

const REST = 'the file summary.md of the results folder';

/** What became of the history, once that is known: it is written last, as a server that does not answer takes minutes. Never throws. */
export async function publishHistory(
  history: HistoryTold,
  { verdict, results }: Pick<Published, 'verdict' | 'results'>,
  publishing: Publishing,
): Promise<void> {
  await part('What became of the history', () => {
    const links = { ...linksOfSummary(verdict, publishing), history };
    const known = results.troubles.length;
    results.write('summary', renderSummary(verdict, links));
    for (const trouble of results.troubles.slice(known)) announceWarning(`Results: ${trouble}`);
    const written = writeSummary(publishing.step.files, historyInSummary(history), REST);
    if (written.kind === 'failed') announceWarning(written.reason);
  });
}

/** It stands on the run's page, so the comment links to it, and it to nothing there. */
function linksOfSummary(verdict: Verdict, { context, step }: Publishing): Links {
  return { ...docs(step), ...compare(context, verdict) };
}

function outputsOf(verdict: Verdict, results: Results, comment: string): Outputs {
  return {
    verdict: verdict.verdict,
    confirmation: verdict.awaitsConfirmation ? 'needed' : 'not-needed',
    report: results.path('comment'),
    // Whoever posts it meets GitHub's limit as well.
    'comment-body': fit(comment),
    'verdict-file': results.path('verdict'),
    'measurement-file': results.path('measurement'),
    'measurement-digest': results.digest('measurement'),
    'plan-file': results.path('plan'),
    'summary-file': results.path('summary'),
    'results-dir': results.dir,
  };
}

async function part(what: string, publishIt: () => unknown): Promise<void> {
  try {
    await publishIt();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    announceWarning(`${what} could not be published: ${why}. The verdict stands.`);
  }
}

/**
 * Brings a comment up to date when this push could not be measured: an old "unchanged" must not stand beside new code. Makes
 * no new comment. Never throws.
 */
export async function publishFailure(problem: string, publishing: Publishing): Promise<void> {
  // A mistake in a setting is told with the setting, whose value may be a secret; git and the system are quoted too.
  const shown = publishing.outputInComment ? problem : null;
  const body = withoutVerdict('failed', publishing, shown);
  await part('The comment', () => postComment(body, publishing, { create: false }));
}

/** The same for a run that was cancelled. GitHub ends it soon: whatever takes longer than this is left. */
const WITHIN_MS = 2500;

export async function publishCancelled(publishing: Publishing): Promise<void> {
  const body = withoutVerdict('cancelled', publishing, null);
  const posted = part('The comment', () =>
    postComment(body, publishing, { create: false, timeoutMs: WITHIN_MS, clock: ONE_TRY }),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, WITHIN_MS);
  });
  await Promise.race([posted, late]);
  clearTimeout(timer);
}

function withoutVerdict(
  ended: NoVerdict['ended'],
  { context, step }: Publishing,
  problem: string | null,
): CommentRequest['body'] {
  const { runId } = context;
  const isConfirmation = step.inputs['confirmation-of'] !== '';
  const run = { ended, isConfirmation, runId, page: runUrl(context), problem };
  return (there) => noVerdictText(run, there);
}

interface Posting {
  /** False: only bring an existing comment up to date. */
  create: boolean;
  /** As in `CommentRequest`; absent: by the inputs, as nothing was measured. */
  goesOn?: GoesOn;
  /** When the measurement began; absent: there is none. */
  measured?: string;
  timeoutMs?: number;
  clock?: RetryClock;
}

async function postComment(
  body: CommentRequest['body'],
  publishing: Publishing,
  { create, goesOn, measured, timeoutMs, clock }: Posting,
): Promise<void> {
  const { context, step, mode } = publishing;
  const { inputs, env } = step;
  if (context.kind !== 'pull_request' || mode === 'never') return;
  if (inputs.token === '') {
    announceNotice('No comment: the input `token` is empty. The report is in the job summary.');
    return;
  }
  const page = runUrl(context);
  const key = inputs['comment-key'] || defaultKey(context, env.GITHUB_ACTION);
  const outcome = await upsertComment({
    octokit: await githubClient(inputs.token, context.apiUrl, timeoutMs ? { timeoutMs } : {}),
    owner: context.owner,
    repo: context.repo,
    issue: context.number,
    key,
    body,
    ...(page === null ? {} : { rest: `[the job summary](${page})` }),
    stamp: stampOfRun(context, env, measured),
    goesOn: goesOn ?? { confirms: inputs['confirmation-of'] !== '' },
    headSha: context.headSha,
    create,
    ...(clock === undefined ? {} : { clock }),
  });
  const why = withoutComment(outcome, context, key);
  if (why !== null) (outcome.kind === 'rival' ? announceWarning : announceNotice)(why);
  else if ('url' in outcome) process.stdout.write(`Comment ${outcome.kind}: ${outcome.url}\n`);
}

/** Of this process: no other has the same writer. */
const WRITER = randomUUID();

function stampOfRun(
  { runId, runAttempt, job, eventName, headSha }: EventContext & { kind: 'pull_request' },
  env: Env,
  measured: string | undefined,
): Stamp | null {
  if (runId === null) return null;
  // `octo/app/.github/workflows/throughput.yml@refs/pull/7/merge`
  const [workflow] = (env.GITHUB_WORKFLOW_REF ?? '').split('@');
  const of = workflow ? { of: { workflow, event: eventName, head: headSha } } : {};
  const began = measured === undefined ? {} : { measured };
  return { runId, attempt: runAttempt, job, writer: WRITER, ...of, ...began };
}

/** The documents of the very version that runs. */
function docs({ env }: Step): Pick<Links, 'guideUrl' | 'acceptUrl'> {
  const { GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
  const server = env.GITHUB_SERVER_URL || 'https://github.com';
  if (!repository || !ref) return {};
  const folder = `${server}/${repository}/blob/${ref}/docs`;
  return {
    guideUrl: `${folder}/reading-the-report.md`,
    acceptUrl: `${folder}/workflows.md#to-accept-a-slowdown`,
  };
}

/** What the change is. Only of commits that the event is about: others need not be in this repository. */
function compare(context: EventContext, { sources }: Verdict): Pick<Links, 'compareUrl'> {
  const base = sources.base?.commit ?? null;
  const head = sources.head.commit;
  if (base === null || head === null || !COMMIT.test(base)) return {};
  const { serverUrl, owner, repo } = context;
  const tip = tipOf(context, head);
  if (tip === null || !COMMIT.test(tip)) return {};
  return { compareUrl: `${serverUrl}/${owner}/${repo}/compare/${base}...${tip}` };
}

const COMMIT = /^[0-9a-f]{40,64}$/;

/** The commit of head that GitHub keeps: of a pull request its tip, as GitHub's own merge of it is thrown away. */
function tipOf(context: EventContext, head: string): string | null {
  if (context.kind === 'pull_request') {
    return [context.headSha, context.mergeSha, context.sha].includes(head) ? context.headSha : null;
  }
  return head === context.sha ? head : null;
}
