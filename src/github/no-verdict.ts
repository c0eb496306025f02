/** What the comment says when a run ends without a verdict. Pure. */
import { codeBlock } from '../report/markup/escape.ts';
import type { Written } from './marker.ts';

export interface NoVerdict {
  ended: 'failed' | 'cancelled';
  /** It was to confirm an earlier job's regression. */
  isConfirmation: boolean;
  /** Null outside of a runner. */
  runId: number | null;
  /** Page of the run; null where there is none. */
  page: string | null;
  /** What went wrong, where it may be shown. */
  problem: string | null;
}

/** Before the report that is kept, whole; nothing follows where none is. */
const KEPT = '<!-- throughput-gate kept -->';
/** Before what is said of it. */
const WARNING = '> [!WARNING]';

/**
 * What was said of an earlier push does not count for this one. What another job or an earlier attempt of the same run has
 * found is about this very push, and stands.
 *
 * @param there the comment as it is; null: there is none.
 */
export function noVerdictText(run: NoVerdict, there: Written | null): string {
  const isOfThisRun = run.runId !== null && there?.stamp?.runId === run.runId;
  const report = isOfThisRun ? reportIn(there.text) : '';
  const said = report === '' ? OUTDATED[run.ended] : kept(run);
  const where = run.page === null ? 'the log' : `[the log](${run.page})`;
  const problem =
    run.problem === null ? [] : [codeBlock(run.problem.replaceAll('<!--', '<!- -')), ''];
  return [WARNING, `> ${said}; ${where} says more.`, ...problem, KEPT, report, ''].join('\n');
}

const OUTDATED = {
  failed:
    '**Throughput Gate could not measure the latest push.** What it said about an earlier one no longer counts',
  cancelled:
    '**Throughput Gate was cancelled before it could judge the latest push.** What it said about an earlier one no longer counts',
};

function kept({ ended, isConfirmation }: NoVerdict): string {
  if (isConfirmation) {
    const how = ended === 'failed' ? 'could not be made' : 'was cancelled';
    return `**The second measurement ${how}.** What follows is the report of the first one, which still waits for a confirmation`;
  }
  const what =
    ended === 'failed'
      ? 'Throughput Gate could not measure this push again'
      : 'Another measurement of this push was cancelled';
  return `**${what}.** What follows was found before, in the same workflow run, and still counts`;
}

/** A report may hold the mark too, in what a server printed: only behind a warning of ours it means anything. */
function reportIn(text: string): string {
  const at = text.startsWith(WARNING) ? text.indexOf(KEPT) : -1;
  return (at < 0 ? text : text.slice(at + KEPT.length)).trim();
}
