/** Whose code HEAD is: is it what the event speaks of, or at least this repository's own? */
import type { CheckedOut } from '../checkout/checked-out.ts';
import { ALL_HISTORY } from '../checkout/fetch-cure.ts';
import { shortCommit } from '../terms/short-commit.ts';
import type { EventContext } from './event.ts';

/**
 * `event`: what the event speaks of. `own`: of a branch or tag of this repository. `foreign`: of a pull request that does
 * not come from a branch of this repository. `other`: not known to be any of these; `detail`: what was found out; `cure`: how
 * more can be. `unknown`: origin did not answer; `cure`: what would mend that, where it is known.
 */
export type Attribution =
  | { kind: 'event' }
  | { kind: 'own' }
  | { kind: 'foreign'; commit: string; pull: number }
  | { kind: 'other'; commit: string; detail: string; cure?: string }
  | { kind: 'unknown'; commit: string; detail: string; cure: string | null };

/**
 * @param isFolder the code is in a folder that the workflow prepared, which may be any state of the repository.
 * @throws GitError when origin must be asked and cannot be.
 */
export async function attributionOf(
  context: EventContext,
  head: CheckedOut,
  { isFolder = false } = {},
): Promise<Attribution> {
  if (commitsOf(context).includes(head.commit)) return { kind: 'event' };
  const isOwnOrigin = head.repository === ownName(context);
  const foreign = head.pulls.filter((pull) => !isOf(context, pull));
  if (context.kind === 'pull_request') {
    const { headSha, mergeSha } = context;
    // A step of the job may have committed something on top.
    for (const commit of foreign.length > 0 ? [] : [headSha, mergeSha]) {
      if (commit !== null && (await head.contains(commit))) return { kind: 'event' };
    }
    if (await isNewerPush(context, head, isOwnOrigin)) return { kind: 'event' };
  }
  const asOwn = await ownAttribution(head, isOwnOrigin, foreign);
  // The job of a pull request measures that pull request, and no other branch in its place.
  const counts = context.kind !== 'pull_request' || isFolder || asOwn.kind === 'foreign';
  return counts ? asOwn : { kind: 'other', commit: head.commit, detail: detailOf(context, head) };
}

/** The commits that the event itself names, or the runner for it. */
function commitsOf(context: EventContext): string[] {
  const named = (...commits: (string | null)[]) =>
    commits.filter((commit): commit is string => commit !== null);
  switch (context.kind) {
    case 'pull_request': {
      // Of these events alone, the runner's commit is the default branch's, or base's.
      const isElsewhere = ['pull_request_target', 'issue_comment'].includes(context.eventName);
      return named(context.headSha, context.mergeSha, isElsewhere ? null : context.sha);
    }
    case 'merge_group':
      return named(context.sha, context.headSha);
    case 'workflow_run':
      return context.isFork ? [] : named(context.sha, context.headSha);
    default:
      // Anybody who may deploy can deploy any commit, and preview services deploy those of forks.
      return context.eventName.startsWith('deployment') ? [] : named(context.sha);
  }
}

/** Somebody pushed after the event: origin has a newer state of the same pull request. */
async function isNewerPush(
  context: EventContext & { kind: 'pull_request' },
  head: CheckedOut,
  isOwnOrigin: boolean,
): Promise<boolean> {
  const { number, headRef, headRepo } = context;
  const names = [];
  if (isOwnOrigin) names.push(`refs/pull/${number}/head`, `refs/pull/${number}/merge`);
  if (head.repository !== null && head.repository === headRepo?.toLowerCase()) {
    names.push(`refs/heads/${headRef}`);
  }
  if (names.length === 0) return false;
  const refs = await head.atOrigin(names);
  return names.some((name) => refs.get(name) === head.commit);
}

async function ownAttribution(
  head: CheckedOut,
  isOwnOrigin: boolean,
  pulls: readonly number[],
): Promise<Attribution> {
  if (!isOwnOrigin) {
    const where = head.repository ?? 'another place';
    return { kind: 'other', commit: head.commit, detail: `the checkout is of ${where}` };
  }
  const refs = await head.atOrigin(['HEAD', 'refs/heads/*', 'refs/tags/*']);
  const tips = [...refs].flatMap(([name, tip]) =>
    /^refs\/(heads|tags)\//.test(name) ? [tip] : [],
  );
  if (tips.includes(head.commit)) return { kind: 'own' };
  for (const pull of pulls) {
    const names = [`refs/pull/${pull}/head`, `refs/pull/${pull}/merge`];
    const [tip, merge] = await head.atOrigin(names).then((at) => names.map((name) => at.get(name)));
    // Its merge was made by GitHub, of two commits of this repository.
    const isOwn = tip !== undefined && tips.includes(tip);
    if (!isOwn) return { kind: 'foreign', commit: head.commit, pull };
    if (merge === head.commit) return { kind: 'own' };
  }
  if (await head.isInHistoryOf(tips, refs.get('HEAD'))) return { kind: 'own' };
  const { commit } = head;
  if (await head.hasHistoryOf(tips)) {
    return { kind: 'other', commit, detail: 'it is in no branch and no tag of this repository' };
  }
  const detail =
    'it is the tip of no branch and no tag of this repository, and this clone has not the whole history of all of them';
  return { kind: 'other', commit, detail, cure: ALL_HISTORY };
}

function isOf(context: EventContext, pull: number): boolean {
  return context.kind === 'pull_request' && context.number === pull;
}

function ownName({ owner, repo }: EventContext): string {
  return `${owner}/${repo}`.toLowerCase();
}

function detailOf(context: EventContext & { kind: 'pull_request' }, head: CheckedOut): string {
  const { baseSha, headSha, mergeSha, number } = context;
  if (head.commit === baseSha)
    return `it is base itself: the change of #${number} is not checked out`;
  const merge = mergeSha === null ? '' : `, or GitHub's merge of it, ${shortCommit(mergeSha)}`;
  return `#${number} is ${shortCommit(headSha)}${merge}`;
}
