/** Whether two servers seem to stand in one row of a history. Pure. */
import type { SubjectId } from '../config/experiment/experiment.ts';
import { begunAt, type HistoryLine, jobOf } from './line.ts';

export interface Mixed {
  readonly subject: SubjectId;
  /** The other one. */
  readonly by: 'workflow' | 'repository';
  readonly name: string;
}

/** With whom the new `lines` of this subject share their row. */
export function mixedWith(
  subject: SubjectId,
  lines: readonly HistoryLine[],
  known: readonly HistoryLine[],
): Mixed[] {
  const names = (of: typeof otherWorkflow) => [
    ...new Set(lines.flatMap((line) => of(line, known) ?? [])),
  ];
  return [
    ...names(otherWorkflow).map((name): Mixed => ({ subject, by: 'workflow', name })),
    ...names(otherRepository).map((name): Mixed => ({ subject, by: 'repository', name })),
  ];
}

/**
 * Two repositories with one folder, as of a machine that both run on. One that was renamed has all its runs of before under the old name, and none
 * of these comes after a run under the new one. Null: there is none.
 */
function otherRepository(line: HistoryLine, known: readonly HistoryLine[]): string | null {
  const own = repositoryOf(line);
  if (own === null) return null;
  const begunMs = (one: HistoryLine) => Date.parse(begunAt(one));
  // Those since the last run of one's own, so that it is told no more once each has a folder.
  const before = known.filter(
    (one) =>
      repositoryOf(one) === own && one.run?.id !== line.run?.id && begunMs(one) <= begunMs(line),
  );
  if (before.length === 0) return null;
  const last = Math.max(...before.map(begunMs));
  const other = known.findLast((one) => {
    const theirs = repositoryOf(one);
    return theirs !== null && theirs !== own && begunMs(one) > last;
  });
  return other === undefined ? null : repositoryOf(other);
}

/** `owner/name`; null where no address of the run says. */
function repositoryOf({ run }: HistoryLine): string | null {
  return /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/actions\//.exec(run?.url ?? '')?.[1] ?? null;
}

/** Two servers in one row, most often: one workflow that measures a server twice at each push has no use. Null: there is none. */
function otherWorkflow(line: HistoryLine, known: readonly HistoryLine[]): string | null {
  const { run, commit } = line;
  if (run?.workflow === undefined || run.event === undefined) return null;
  const { workflow, event } = run;
  const other = known.findLast(
    (one) =>
      one.commit === commit &&
      one.run?.event === event &&
      one.run.workflow !== undefined &&
      one.run.workflow !== workflow &&
      jobOf(one) === jobOf(line),
  );
  return other?.run?.workflow ?? null;
}
