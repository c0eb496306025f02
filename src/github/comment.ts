/** The one comment on a pull request that is kept up to date. */

import { isGone, type Refusal, troubleOf } from './api-errors.ts';
import { sameAuthor, whoAmI } from './identity.ts';
import {
  type GoesOn,
  goesOnWith,
  markerOf,
  type Rival,
  relation,
  type Stamp,
  stampLine,
  stampOf,
  type Written,
  writtenIn,
} from './marker.ts';
import type { GitHubClient } from './octokit.ts';
import { REAL_CLOCK, type RetryClock, withRetries } from './retry.ts';
import { COMMENT_LIMIT, fit } from './truncate.ts';

export interface CommentRequest {
  octokit: GitHubClient;
  owner: string;
  repo: string;
  /** Number of the pull request or issue. */
  issue: number;
  /** Tells this comment from others of the tool, such as those of other jobs. */
  key: string;
  /** Markdown, without the marker. Cut when it is too long. As a function: of the comment that is there; null: there is none. */
  body: string | ((there: Written | null) => string);
  /** Where the whole report is, for the note at a cut; may be a Markdown link. */
  rest?: string;
  /** The run that writes: an older one gives way, and two steps, jobs or workflows do not share a comment. */
  stamp?: Stamp | null;
  /** What this job confirms or continues: it has the comment of whoever has measured that. */
  goesOn?: GoesOn;
  /** The commit that the text is about: nothing is written when the pull request's branch has moved on. */
  headSha?: string | null;
  /** False: only bring an existing comment up to date. Default true. */
  create?: boolean;
  clock?: RetryClock;
}

export type CommentOutcome =
  | { kind: 'created' | 'updated' | 'unchanged'; url: string }
  /** There is none, and none was to be made. */
  | { kind: 'skipped' }
  /** The text is about a commit that is no longer the branch's tip. */
  | { kind: 'moved'; to: string }
  /** A newer run's comment, or one by another step, job or workflow, stands and stays. */
  | { kind: 'newer'; url: string }
  | { kind: 'rival'; by: Rival; url: string }
  | { kind: 'denied'; refusal: Refusal; reason: string; permission: string }
  | { kind: 'failed'; refusal: Refusal; reason: string };

/** What the workflow must grant for a comment on a pull request. */
const COMMENT_PERMISSION = 'pull-requests: write';

/**
 * Creates the comment, or updates the one that this token made before with the same key. Trouble on
 * GitHub's side is an outcome, never an exception: the verdict does not depend on it.
 */
export async function upsertComment(request: CommentRequest): Promise<CommentOutcome> {
  const { clock = REAL_CLOCK } = request;
  // The whole pass is repeated, not the single call: when the answer to a creation is lost, the next
  // pass finds the comment instead of making a second one.
  const result = await withRetries(() => pass(request), clock);
  if (result.ok) return result.value;
  const { trouble } = result;
  if (trouble.kind === 'denied') return { ...trouble, permission: COMMENT_PERMISSION };
  const refusal = trouble.kind === 'failed' ? trouble.refusal : 'other';
  return { kind: 'failed', refusal, reason: trouble.reason };
}

function textOf(request: CommentRequest, there: string | null): string {
  const { body, rest, key, stamp } = request;
  const marker = markerOf(key);
  const head = stamp ? `${marker}\n${stampLine(stampOver(stamp, there, request))}` : marker;
  const own = typeof body === 'string' ? body : body(there === null ? null : writtenIn(there, key));
  return `${head}\n${fit(own, COMMENT_LIMIT - head.length - 1, rest)}`;
}

function stampOver(stamp: Stamp, there: string | null, { goesOn = {} }: CommentRequest): Stamp {
  const owner = goesOnWith(stamp, there === null ? null : stampOf(there), goesOn);
  return owner === undefined ? stamp : { ...stamp, goesOn: owner };
}

async function pass(request: CommentRequest): Promise<CommentOutcome> {
  const marker = markerOf(request.key);
  const tip = await tipOf(request);
  if (tip !== null && tip !== request.headSha) return { kind: 'moved', to: tip };
  const found = await settle(request, await ownComments(request, marker));
  if (found !== null) return found;
  if (request.create === false) return { kind: 'skipped' };
  const { octokit, owner, repo, issue } = request;
  const { data } = await octokit.rest.issues.createComment({
    owner,
    repo,
    issue_number: issue,
    body: textOf(request, null),
  });
  // Another job with the same key may have created one in the meantime. The oldest stays.
  const now = await ownComments(request, marker, data.user?.login);
  const alone = now.every(({ id }) => id === data.id);
  if (alone) return { kind: 'created', url: data.html_url };
  const settled = await settle(request, now);
  if (settled?.kind === 'newer' || settled?.kind === 'rival') {
    await remove(request, data.id);
    return settled;
  }
  const url = settled !== null && 'url' in settled ? settled.url : data.html_url;
  return { kind: 'created', url };
}

/** The commit that the pull request's branch is at by now; null when that is not to be asked, or not told. */
async function tipOf({
  octokit,
  owner,
  repo,
  issue,
  headSha,
}: CommentRequest): Promise<string | null> {
  if (!headSha) return null;
  try {
    const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: issue });
    return data.head.sha;
  } catch (error) {
    if (troubleOf(error, Date.now())?.kind === 'transient') throw error;
    return null;
  }
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

/** Brings the oldest up to date and removes its twins, unless it is not ours to write. Null when there is none. */
async function settle(
  request: CommentRequest,
  [oldest, ...twins]: readonly Found[],
): Promise<CommentOutcome | null> {
  if (oldest === undefined) return null;
  const { octokit, owner, repo, stamp, goesOn } = request;
  const theirs = stampOf(oldest.body);
  const by = stamp && theirs !== null ? relation(stamp, theirs, goesOn) : 'older';
  if (by === 'newer') return { kind: by, url: oldest.url };
  if (by !== 'older') return { kind: 'rival', by, url: oldest.url };
  const text = textOf(request, oldest.body);
  const same = normalised(oldest.body) === normalised(text);
  if (!same) {
    try {
      await octokit.rest.issues.updateComment({ owner, repo, comment_id: oldest.id, body: text });
    } catch (error) {
      // Somebody may have deleted it since. One that is still there may not be written.
      const left = isGone(error) ? await ownComments(request, markerOf(request.key)) : [oldest];
      if (left.some(({ id }) => id === oldest.id)) throw error;
      return settle(request, left);
    }
  }
  for (const { id } of twins) {
    await remove(request, id);
  }
  return { kind: same ? 'unchanged' : 'updated', url: oldest.url };
}

/** Another job may have removed it first; and one comment too many is no reason to fail. */
async function remove({ octokit, owner, repo }: CommentRequest, id: number): Promise<void> {
  await octokit.rest.issues.deleteComment({ owner, repo, comment_id: id }).catch(() => undefined);
}

function normalised(body: string): string {
  return body.replaceAll('\r\n', '\n').trimEnd();
}
