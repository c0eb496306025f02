/** `/benchmark`: from a comment on a pull request to the pull request itself, which only the API can tell. */
import { UserError } from '../system/messages/problem.ts';
import { refusalText, type Trouble } from './api-errors.ts';
import { asPullRequest, type EventContext, type PullRequestCommentEvent } from './event.ts';
import { githubClient } from './octokit.ts';
import { REAL_CLOCK, type RetryClock, withRetries } from './retry.ts';

/** Those who may push to the repository's branches anyway, or whom its owner invited to. */
const TRUSTED: readonly string[] = ['OWNER', 'MEMBER', 'COLLABORATOR'];

/**
 * The context of the pull request that was commented on; any other context as it is. What may be measured is decided as for
 * every pull request, afterwards.
 *
 * @throws UserError when the commenter may not ask for it, or GitHub does not tell.
 */
export async function commentedPullRequest(
  context: EventContext,
  token: string,
  clock: RetryClock = REAL_CLOCK,
): Promise<EventContext> {
  if (context.kind !== 'pull_request_comment') return context;
  refuseStrangers(context);
  if (token === '') {
    throw new UserError({
      where: 'input `token`',
      message: `it is empty, and without a token GitHub cannot be asked what pull request #${context.number} is`,
      hint: 'leave the input out: the job’s own token is the default',
    });
  }
  const octokit = await githubClient(token, context.apiUrl);
  const { owner, repo, number } = context;
  const asked = await withRetries(
    () => octokit.rest.pulls.get({ owner, repo, pull_number: number }),
    clock,
  );
  if (asked.ok) return asPullRequest(context, asked.value.data);
  throw new UserError({
    where: `on: ${context.eventName}`,
    message: `GitHub does not tell what pull request #${number} is: ${asked.trouble.reason}`,
    hint: cureOf(asked.trouble),
  });
}

function cureOf(trouble: Trouble): string {
  const known = trouble.kind === 'transient' ? null : refusalText(trouble.refusal);
  if (known !== null) return known;
  return trouble.kind === 'denied'
    ? 'The job needs `permissions: { contents: read, pull-requests: write }` (`read` without a comment).'
    : 'Run the job again.';
}

function refuseStrangers({
  eventName,
  owner,
  repo,
  ...comment
}: EventContext & PullRequestCommentEvent): void {
  if (TRUSTED.includes(comment.association)) return;
  throw new UserError({
    where: `on: ${eventName}`,
    message:
      `${comment.commenter}, who wrote the comment, is ${comment.association} to ${owner}/${repo}. ` +
      `Only ${TRUSTED.join(', ')} may start a measurement: it runs code with the rights of this repository.`,
    hint: 'Let the job begin for them only: `if: contains(fromJSON(\'["OWNER", "MEMBER", "COLLABORATOR"]\'), github.event.comment.author_association)`.',
  });
}
