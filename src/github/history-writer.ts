/** May this run write the history, and which commits and pull requests does it stand for? Pure. */
import { TEXT_AT_MOST } from '../history/line.ts';
import type { Writer } from '../run/history.ts';
import { type EventContext, type PushEvent, runUrl } from './event.ts';

/** Events that GitHub starts on the default branch for nobody but who may write to it. */
const OF_THE_BRANCH = ['schedule', 'workflow_dispatch'];

/** What the inputs say of the run. */
export interface RunInputs {
  /** Of several jobs that measure the same subjects each has one; empty: it is the only one. */
  readonly commentKey: string;
  /** Whether they say what base is. */
  readonly namesBase: boolean;
}

export function historyWriter(context: EventContext, inputs: RunInputs): Writer {
  switch (context.kind) {
    case 'push':
      if (!context.isDefaultBranch) return { kind: 'reads-only', why: 'other-branch' };
      return writes(context, inputs, { before: context.before, pulls: pullsOf(context.commits) });
    case 'other':
      if (!OF_THE_BRANCH.includes(context.eventName)) {
        return { kind: 'reads-only', why: 'other-event' };
      }
      if (!context.isDefaultBranch) return { kind: 'reads-only', why: 'other-branch' };
      return writes(context, inputs, { before: null, pulls: [] });
    case 'merge_group':
      return { kind: 'reads-only', why: 'merge-group' };
    case 'pull_request':
    case 'pull_request_comment':
      return { kind: 'reads-only', why: 'pull-request' };
    // Whatever started the other workflow, such as a pull request of a fork.
    case 'workflow_run':
      return { kind: 'reads-only', why: 'other-event' };
  }
}

function writes(
  context: EventContext,
  { commentKey, namesBase }: RunInputs,
  brought: { before: string | null; pulls: number[] },
): Writer {
  const job = historyJob(commentKey);
  const { runId, runAttempt, sha, workflow, eventName } = context;
  const run =
    runId === null
      ? null
      : {
          id: runId,
          attempt: runAttempt,
          url: pageOf(context),
          ...(job === null ? {} : { job }),
          ...(workflow === '' ? {} : { workflow: plain(workflow) }),
          event: plain(eventName),
        };
  return { kind: 'writes', origin: { ...brought, run, namesBase }, commit: sha };
}

/** By which the lines of a job are told from those of others; null: it is the only one. */
export function historyJob(commentKey: string): string | null {
  return commentKey === '' ? null : plain(commentKey);
}

/** Anybody's text as one that a line can hold, and that is the same in each run. */
function plain(text: string): string {
  return text.replace(/[^\w ./@-]/g, '-').slice(0, 100);
}

/** Null where there is none that a browser could open. */
function pageOf(context: EventContext): string | null {
  const url = runUrl(context);
  return url !== null && /^https?:\/\//.test(url) && url.length <= TEXT_AT_MOST ? url : null;
}

/**
 * By the first lines that GitHub gives to merges: `Add a cache (#12)` of a squash, `Merge pull request #12 from octo/cache`. A
 * rebase leaves no number.
 */
export function pullsOf(commits: PushEvent['commits']): number[] {
  const found = commits.flatMap(({ message }) => {
    const [title = ''] = message.split('\n', 1);
    const [, squashed, merged] =
      /\(#(\d{1,9})\)$|^Merge pull request #(\d{1,9}) /.exec(title.trim()) ?? [];
    const number = Number(squashed ?? merged ?? 0);
    return number > 0 ? [number] : [];
  });
  return [...new Set(found)];
}
