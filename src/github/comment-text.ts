/** Why there is no comment, and what to do about it, in the words of the run's page. Pure. */
import { shortCommit } from '../terms/short-commit.ts';
import { refusalText } from './api-errors.ts';
import type { CommentOutcome } from './comment.ts';
import type { EventContext } from './event.ts';
import type { Rival } from './marker.ts';
import { whyReadOnly } from './safety.ts';

const ELSEWHERE = 'The report is in the job summary.';

/** @returns null when the comment is there, or none was to be made. */
export function withoutComment(
  outcome: CommentOutcome,
  context: EventContext,
  key: string,
): string | null {
  switch (outcome.kind) {
    case 'created':
    case 'updated':
    case 'unchanged':
    case 'skipped':
      return null;
    case 'moved':
      return `No comment: the pull request is at ${shortCommit(outcome.to)} by now, and this run was started for an earlier commit. ${ELSEWHERE}`;
    case 'newer':
      return `No comment: a newer run has reported in ${outcome.url}, and its word counts. ${ELSEWHERE}`;
    case 'rival':
      return (
        `No comment: ${RIVALS[outcome.by]} has reported in ${outcome.url} with the key ${JSON.stringify(key)}. ` +
        `Give each its own input \`comment-key\`. ${ELSEWHERE}`
      );
    case 'denied':
    case 'failed':
      return `No comment (${outcome.reason}). ${cure(outcome, context)}${ELSEWHERE}`;
  }
}

const RIVALS: Record<Rival, string> = {
  'rival-step':
    'another step of this job, another leg of its matrix, or another call of its reusable workflow,',
  'rival-job': 'another job of this workflow run',
  'rival-workflow': 'another workflow, about the same commit,',
};

function cure(
  outcome: Extract<CommentOutcome, { kind: 'denied' | 'failed' }>,
  context: EventContext,
): string {
  const known = refusalText(outcome.refusal);
  if (known !== null) return `${known} `;
  switch (outcome.refusal) {
    case 'no-right':
    case 'not-found': {
      const permission = outcome.kind === 'denied' ? outcome.permission : '';
      const needed = `The job needs \`permissions: { contents: read, ${permission} }\`.`;
      return `${whyReadOnly(context) ?? needed} `;
    }
    case 'locked':
      return 'The conversation is locked, and the token may not write into it: unlock it for a comment. ';
    case 'archived':
      return 'The repository is archived, and nothing can be written to it any more. ';
    case 'gone':
      return 'The pull request’s conversation was deleted. ';
    case 'rejected':
      return 'GitHub did not take the text, or takes no more comments there. ';
    default:
      return '';
  }
}
