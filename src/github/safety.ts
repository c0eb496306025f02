/** Whose code may be built and run with which rights. Pure. */
import { UserError } from '../problem.ts';
import type { RunContext } from './event.ts';

/**
 * Under `pull_request_target` and `workflow_run` the job holds this repository's secrets and a token
 * that may write. Measuring means building and running the change, so a fork could take both.
 *
 * @throws UserError when a fork's head would run with those rights.
 */
export function refuseUnsafe(context: RunContext): void {
  if (!holdsRights(context)) return;
  const { eventName } = context;
  const who = context.headRepo ?? 'a fork that no longer exists';
  throw new UserError({
    where: `on: ${eventName}`,
    message:
      `this would build and run code of ${who} with the secrets and the write token of ` +
      `${context.owner}/${context.repo}. Throughput Gate does not do that.`,
    hint:
      'Measure under `on: pull_request` with `permissions: { contents: read }`: a fork gets no secrets there, ' +
      'and the result is in the job summary. For a comment as well, let a second workflow, `on: workflow_run`, ' +
      'post it without checking out or running any of the fork’s code.',
  });
}

type Dangerous = Extract<RunContext, { kind: 'pull_request' | 'workflow_run' }>;

function holdsRights(context: RunContext): context is Dangerous {
  if (context.kind === 'workflow_run') return context.isFork;
  return (
    context.kind === 'pull_request' && context.eventName === 'pull_request_target' && context.isFork
  );
}

/**
 * Why this run's token probably may not comment, in a sentence for the notice; null when nothing
 * about the event explains it. A repository may grant the right all the same, so try first.
 */
export function whyReadOnly(context: RunContext): string | null {
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
