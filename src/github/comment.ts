/** The one comment on a pull request that is kept up to date. */
import { sameAuthor, whoAmI } from './identity.ts';
import { markerOf } from './marker.ts';
import type { GitHubClient } from './octokit.ts';
import { type Pace, REAL_PACE, withRetries } from './retry.ts';
import { COMMENT_LIMIT, fit } from './size.ts';

export interface CommentRequest {
  octokit: GitHubClient;
  owner: string;
  repo: string;
  /** Number of the pull request or issue. */
  issue: number;
  /** Tells this comment from others of the tool, such as those of other jobs. */
  key: string;
  /** Markdown, without the marker. Cut when it is too long. */
  body: string;
  /** Where the whole report is, for the note at a cut; may be a Markdown link. */
  rest?: string;
  /** False: only bring an existing comment up to date. Default true. */
  create?: boolean;
  pace?: Pace;
}

export type CommentOutcome =
  | { kind: 'created' | 'updated' | 'unchanged'; url: string }
  /** There is none, and none was to be made. */
  | { kind: 'skipped' }
  | { kind: 'denied'; reason: string; permission: string }
  | { kind: 'failed'; reason: string };

/** What the workflow must grant for a comment on a pull request. */
export const COMMENT_PERMISSION = 'pull-requests: write';

/**
 * Creates the comment, or updates the one that this token made before with the same key. Trouble on
 * GitHub's side is an outcome, never an exception: the verdict does not depend on it.
 */
export async function upsertComment(request: CommentRequest): Promise<CommentOutcome> {
  const { body, rest, key, pace = REAL_PACE } = request;
  const marker = markerOf(key);
  const text = `${marker}\n${fit(body, COMMENT_LIMIT - marker.length - 1, rest)}`;
  // The whole pass is repeated, not the single call: when the answer to a creation is lost, the next
  // pass finds the comment instead of making a second one.
  const result = await withRetries(() => pass(request, marker, text), pace);
  if (result.ok) return result.value;
  const { kind, reason } = result.trouble;
  return kind === 'denied'
    ? { kind, reason, permission: COMMENT_PERMISSION }
    : { kind: 'failed', reason };
}

async function pass(
  request: CommentRequest,
  marker: string,
  text: string,
): Promise<CommentOutcome> {
  const found = await settle(request, await ownComments(request, marker), text);
  if (found !== null) return found;
  if (request.create === false) return { kind: 'skipped' };
  const { octokit, owner, repo, issue } = request;
  const { data } = await octokit.rest.issues.createComment({
    owner,
    repo,
    issue_number: issue,
    body: text,
  });
  // Another job with the same key may have created one in the meantime. The oldest stays.
  const now = await ownComments(request, marker, data.user?.login);
  const alone = now.every(({ id }) => id === data.id);
  const settled = alone ? null : await settle(request, now, text);
  return {
    kind: 'created',
    url: settled !== null && 'url' in settled ? settled.url : data.html_url,
  };
}

interface Found {
  id: number;
  url: string;
  body: string;
}

/** This token's comments with this key, oldest first. `self`: its login, when that is known. */
async function ownComments(
  { octokit, owner, repo, issue }: CommentRequest,
  marker: string,
  self?: string,
): Promise<Found[]> {
  const comments = await octokit.paginate(octokit.rest.issues.listComments, {
    owner,
    repo,
    issue_number: issue,
    per_page: 100,
  });
  const marked = comments.filter(({ body }) => body?.startsWith(marker) === true);
  if (marked.length === 0) return [];
  // The marker alone proves nothing: anybody can write it, and would own the text shown as ours.
  const login = self ?? (await whoAmI(octokit));
  return marked
    .filter(({ user }) => sameAuthor(user, login))
    .map(({ id, html_url, body }) => ({ id, url: html_url, body: body ?? '' }))
    .sort((one, other) => one.id - other.id);
}

/** Brings the oldest up to date and removes its twins. Null when there is none. */
async function settle(
  { octokit, owner, repo }: CommentRequest,
  [oldest, ...twins]: readonly Found[],
  text: string,
): Promise<CommentOutcome | null> {
  if (oldest === undefined) return null;
  const same = normalised(oldest.body) === normalised(text);
  if (!same) {
    await octokit.rest.issues.updateComment({ owner, repo, comment_id: oldest.id, body: text });
  }
  for (const { id } of twins) {
    // The other job may have removed it first; and one comment too many is no reason to fail.
    await octokit.rest.issues.deleteComment({ owner, repo, comment_id: id }).catch(() => undefined);
  }
  return { kind: same ? 'unchanged' : 'updated', url: oldest.url };
}

function normalised(body: string): string {
  return body.replaceAll('\r\n', '\n').trimEnd();
}
