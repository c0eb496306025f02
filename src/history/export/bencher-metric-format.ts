/** Runs of a history → Bencher Metric Format (bencher.dev/docs/reference/bencher-metric-format): one run of each subject. Pure. */
import { subjectName } from '../../config/experiment/experiment.ts';
import type { HistoryLine } from '../line.ts';
import { lastAttempts } from '../standing.ts';

/** By benchmark, then by measure. */
export type BencherMetricFormat = Readonly<
  Record<string, Readonly<Record<string, { readonly value: number }>>>
>;

/**
 * Of each subject the newest sound run of ours, or that of a commit.
 *
 * @param subjects the lines of each
 * @param commit or its beginning; null: the newest
 */
export function bencherMetricFormat(
  subjects: readonly (readonly HistoryLine[])[],
  commit: string | null,
): BencherMetricFormat {
  const entries = subjects.flatMap((lines) => {
    const run = lastAttempts(lines).findLast(
      (line) => line.verdict !== 'invalid' && (commit === null || line.commit.startsWith(commit)),
    );
    if (run === undefined) return [];
    const measures = Object.entries(run.metrics).flatMap(([name, { head }]) =>
      head === null ? [] : [[name, { value: head }] as const],
    );
    return measures.length === 0
      ? []
      : [[subjectName(run.subject), Object.fromEntries(measures)] as const];
  });
  return Object.fromEntries(entries);
}
