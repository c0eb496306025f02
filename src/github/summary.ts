/** The job summary: the one report that needs no token. */
import type { CommandFiles } from './command-files.ts';
import { fitSummary, SUMMARY_LIMIT_BYTES } from './truncate.ts';

export type SummaryOutcome =
  | { kind: 'written' }
  /** Not on a runner. */
  | { kind: 'skipped' }
  | { kind: 'failed'; reason: string };

/**
 * Adds `markdown` to this step's summary, cut to what GitHub takes. Never throws.
 *
 * @param rest where the whole text is, for the note at a cut: "the file summary.md of the results folder".
 */
export function writeSummary(files: CommandFiles, markdown: string, rest: string): SummaryOutcome {
  const before = files.contentOf('GITHUB_STEP_SUMMARY');
  if (before === null) return { kind: 'skipped' };
  try {
    // The limit is per step, and something else may have written before.
    const available = SUMMARY_LIMIT_BYTES - Buffer.byteLength(before) - 2;
    files.append('GITHUB_STEP_SUMMARY', `${fitSummary(markdown, Math.max(0, available), rest)}\n`);
    return { kind: 'written' };
  } catch (error) {
    return { kind: 'failed', reason: `The job summary could not be written: ${String(error)}` };
  }
}
