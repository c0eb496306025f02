/** Whose code may be built and run with which rights. Pure. */
import { UserError } from '../system/messages/problem.ts';
import { shortCommit } from '../terms/short-commit.ts';
import type { Attribution } from './attribution.ts';
import type { EventContext } from './event.ts';

/** Of a fork's pull request these get a token that only reads, and no secrets. */
const HARMLESS_FOR_FORKS = [
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
] as const;

/** Whether the job may hold this repository's secrets and a token that may write. */
export function runsWithRights(context: EventContext): boolean {
  const isHarmless = HARMLESS_FOR_FORKS.some((name) => name === context.eventName);
  return !(context.kind === 'pull_request' && context.isFork && isHarmless);
}

/**
 * Measuring means building and running the change, so a fork's change could take whatever the job holds.
 *
 * @throws UserError when the event is about a fork's code and would run it with this repository's rights.
 */
export function refuseUnsafe(context: EventContext): void {
  if (context.kind !== 'pull_request' && context.kind !== 'workflow_run') return;
  if (!context.isFork || !runsWithRights(context)) return;
  const { eventName } = context;
  const who = context.headRepo ?? 'a fork that no longer exists';
  throw new UserError({
    where: `on: ${eventName}`,
    message:
      `this would build and run code of ${who} with the secrets and the write token of ` +
      `${context.owner}/${context.repo}. Throughput Gate does not do that.`,
    hint:
      'Measure under `on: pull_request` with `permissions: { contents: read }`: a fork gets no secrets there, ' +
      'and the result is in the job summary. For a comment as well, docs/forks.md has a second workflow.',
  });
}

/**
 * What follows from whose code was found: nothing, a warning where the user allowed what is not known, or a refusal. A
 * fork's pull request is never allowed where the job holds rights.
 *
 * @param where the code was found, as the user knows it.
 * @throws UserError
 */
export function judgeAttribution(
  context: EventContext,
  attribution: Attribution,
  { where, isAllowed }: { where: string; isAllowed: boolean },
): string | null {
  if (attribution.kind === 'event' || attribution.kind === 'own') return null;
  const id = shortCommit(attribution.commit);
  if (attribution.kind === 'foreign' && runsWithRights(context)) {
    throw new UserError({
      where,
      message: `commit ${id} is of pull request #${attribution.pull}, which does not come from a branch of ${context.owner}/${context.repo}: ${RISK}`,
      hint: 'Measure pull requests of forks under `on: pull_request`, where the job holds nothing that they could take.',
    });
  }
  const found =
    attribution.kind === 'foreign'
      ? `it is of pull request #${attribution.pull}`
      : attribution.detail;
  const isUnknown = attribution.kind === 'unknown';
  const message = isUnknown
    ? `whether commit ${id} is what this run is about (${context.eventName}) is not known: ${found}.`
    : `commit ${id} is not what this run is about (${context.eventName}): ${found}.`;
  if (isAllowed) return `${where}: ${message} It is measured because of \`${OVERRIDE}\`.`;
  const known = attribution.kind === 'foreign' ? null : (attribution.cure ?? null);
  throw new UserError({
    where,
    message: isUnknown ? message : `${message} ${consequence(context)}`,
    hint:
      isUnknown && known !== null
        ? known
        : [known, cure(context)].filter((one) => one !== null).join(' Or: '),
  });
}

const OVERRIDE = 'allow-unattributed-head';
const RISK = 'this would run somebody’s code with the secrets and the token of the job.';

function consequence(context: EventContext): string {
  return context.kind === 'pull_request'
    ? 'The verdict would be about other code than the pull request.'
    : `It is not known whose code that is, and ${RISK}`;
}

function cure(context: EventContext): string {
  const override = `Only if you know whose commit it is, and why it is there: the input \`${OVERRIDE}: true\`.`;
  if (context.kind !== 'pull_request') {
    return (
      'Check out a branch of this repository by its name (actions/checkout: `ref: some-branch`), or leave `ref` out. ' +
      `Measure pull requests under \`on: pull_request\`. ${override}`
    );
  }
  return `${checkoutCure(context.eventName)} ${override}`;
}

/** As an expression: the workflow is for every pull request, and not for this one. */
function checkoutCure(eventName: string): string {
  const ref = (number: string) => `\`ref: refs/pull/\${{ ${number} }}/merge\``;
  switch (eventName) {
    case 'pull_request_target':
      return `Use \`on: pull_request\`, where actions/checkout takes the pull request by itself. Or let actions/checkout take it: ${ref('github.event.number')}.`;
    case 'issue_comment':
      return `Let actions/checkout take it: ${ref('github.event.issue.number')}.`;
    default:
      return 'Leave `ref` and `repository` of actions/checkout out: it takes the pull request by itself.';
  }
}

/**
 * Why this run's token probably may not comment, in a sentence for the notice; null when nothing
 * about the event explains it. A repository may grant the right all the same, so try first.
 */
export function whyReadOnly(context: EventContext): string | null {
  if (context.kind !== 'pull_request') return null;
  if (context.isFork) {
    return 'The pull request comes from a fork, and GitHub gives its workflows a token that only reads.';
  }
  if (context.actor === 'dependabot[bot]') {
    return (
      'Dependabot’s pull requests get a token that only reads, unless the job says ' +
      '`permissions: { contents: read, pull-requests: write }` itself.'
    );
  }
  return null;
}
