/** What the history page is drawn from: plain data, as `page-model.ts` writes it and the page's script reads it. */
import type { VerdictWord } from '../../terms/verdict-word.ts';
import type { PackedFigures } from './columns.ts';
import type { LineSummary } from './summary.ts';

/**
 * Of what a line of a chart is made: `value`, what was measured, which another machine gives another; `calibrated`, as a
 * multiple of the calibrator's; `chain`, ratios of commit to commit multiplied, which no machine moves.
 */
export type LineKind = 'value' | 'calibrated' | 'chain';

/** Words by their number in the packed column. */
export const WORDS: readonly VerdictWord[] = [
  'unchanged',
  'improvement',
  'regression',
  'inconclusive',
  'invalid',
  'no-baseline',
];
/** Added to a word's number: the slowdown was accepted. */
export const ACCEPTED = 8;
/** Likewise: the run was compared with a base that the user named. */
export const REFERENCE = 16;

export interface PageModel {
  readonly runs: PageRuns;
  readonly machines: readonly PageMachine[];
  readonly subjects: readonly PageSubject[];
  /** Change points whose commit no line names. */
  readonly lost: number;
  /** Lines that are damaged, and so in no figure here. */
  readonly unread: number;
}

/** Columns with a figure for each run, in the order of time. */
export interface PageRuns {
  readonly count: number;
  /** Commit ids with a comma between each two. */
  readonly commits: string;
  /** Packed seconds since 1970. */
  readonly at: string;
  /** By the run's number, where there are any. */
  readonly pulls: Readonly<Record<number, readonly number[]>>;
  /** Address of the repository's page; null where the runs do not tell it, or tell several. */
  readonly repository: string | null;
  /** Packed numbers of the workflow runs. */
  readonly ids: string;
}

export interface PageMachine {
  readonly hash: string;
  readonly parts: Readonly<Record<string, string>>;
}

export interface PageSubject {
  readonly server: string;
  readonly scenario: string;
  readonly metrics: readonly PageMetric[];
}

export interface PageMetric {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly isHigherBetter: boolean;
  /** The kinds of line that it has, the best one first. */
  readonly kinds: readonly LineKind[];
  /** Of the first kind, all runs. */
  readonly summary: LineSummary;
  /**
   * Seconds since 1970 of the run at which the comparison of the summary begins, where another machine keeps it from going
   * farther back; null: it goes back to the first run.
   */
  readonly cutAt: number | null;
  /** Figure of the last run, of the first kind; and what was measured there. */
  readonly last: number | null;
  readonly lastValue: number | null;
  /** Whether `change` of the summary is a logarithm. */
  readonly isLog: boolean;
  /** For a small picture: a letter for each piece of the line, `a` the lowest, `z` the highest, `-` none. */
  readonly shape: string;
  readonly changePoints: readonly PageChangePoint[];
  /** The word of the last run of our own that was no comparison with a named base; null where the metric could not fail the job. */
  readonly lastWord: VerdictWord | null;
  /** Commit of the run that saw it get worse, where that was not accepted and is not mended; null: it is as fast as it was, as far as is known. */
  readonly slowerSince: string | null;
}

export interface PageChangePoint {
  /** Place in the subject's columns. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly logChange: number;
  readonly interval: readonly [number, number] | null;
  readonly p: number | null;
  readonly isWorse: boolean;
}

/** The columns of one subject, a place for each of its runs: unpacked only when somebody looks at it. */
export interface PageData {
  /** Packed numbers of the runs. */
  readonly runs: string;
  /** Packed words, by `WORDS`. */
  readonly words: string;
  /** Packed numbers of the machines; none where it is not known. */
  readonly machines: string;
  readonly lines: Readonly<Record<string, PackedLine>>;
}

export interface PackedLine {
  readonly figures: PackedFigures;
  /** Packed: half the 95 % interval of ln(figure) in ten-thousandths; null where there is none at all. */
  readonly halves: string | null;
}

export const HALF_STEP = 1e-4;

/** Key of a line in `PageData.lines`. */
export function lineKey(metric: string, kind: LineKind): string {
  return `${metric}/${kind}`;
}
