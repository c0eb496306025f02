/** Rows of the overview: of each subject what is worst about it, regressions first. */
import type { PageMetric, PageModel, PageSubject } from '../history/page/model.ts';
import { levelsOf } from '../history/page/shape.ts';
import type { LineSummary } from '../history/page/summary.ts';

export interface OverviewRow {
  readonly subject: PageSubject;
  /** Its place in the model. */
  readonly index: number;
  readonly metric: PageMetric;
  readonly summary: LineSummary;
  readonly state: RowState;
  /** How much worse it is than at the beginning, by whatever counts in its state: to sort by. */
  readonly worsening: number;
  /** Other metrics of the subject that got worse too. */
  readonly others: number;
}

/** In the order in which a reader should see them. */
const ROW_STATES = ['worse', 'regression', 'slower', 'worse-by-now', 'steady', 'better'] as const;
export type RowState = (typeof ROW_STATES)[number];

export interface RowsWanted {
  readonly server: string | null;
  /** Null: the worst of each subject. */
  readonly metric: string | null;
  /** Of a part of the time: what is to be said in place of the whole line's. */
  readonly summaryOf: (index: number, metric: PageMetric) => LineSummary;
}

/** A change of this size since the beginning is worth a word even if no change point was found; a logarithm. */
const WORTH_A_WORD = 0.02;

export function overviewRows(model: PageModel, wanted: RowsWanted): OverviewRow[] {
  const rows = model.subjects.flatMap((subject, index) => {
    if (wanted.server !== null && subject.server !== wanted.server) return [];
    const all = subject.metrics
      .filter(({ name }) => wanted.metric === null || name === wanted.metric)
      .map((metric) => rowOf(subject, index, metric, wanted.summaryOf(index, metric)))
      .filter(({ summary }) => summary.last !== null)
      .sort(worstFirst);
    const [worst, ...rest] = all;
    if (worst === undefined) return [];
    const others = rest.filter(({ state }) => isWorse(state)).length;
    return [{ ...worst, others }];
  });
  return rows.sort(worstFirst);
}

/** It got worse, and stayed so as far as is known. */
export function isWorse(state: RowState): boolean {
  return state === 'worse' || state === 'regression' || state === 'slower';
}

function rowOf(
  subject: PageSubject,
  index: number,
  metric: PageMetric,
  summary: LineSummary,
): OverviewRow {
  const point = summary.changePoint === null ? null : metric.changePoints[summary.changePoint];
  const toWorse = (log: number) => (metric.isHigherBetter ? -log : log);
  const moved = summary.change === null ? 0 : toWorse(summary.change);
  const shared = { subject, index, metric, summary, others: 0 };
  if (point?.isWorse) {
    return { ...shared, state: 'worse', worsening: Math.abs(point.logChange) };
  }
  const isToLast = summary.last === metric.summary.last;
  if (isToLast && metric.lastWord === 'regression') {
    return { ...shared, state: 'regression', worsening: moved };
  }
  if (isToLast && metric.slowerSince !== null) {
    return { ...shared, state: 'slower', worsening: moved };
  }
  if (point) return { ...shared, state: 'better', worsening: -Math.abs(point.logChange) };
  // A chain drifts by its own errors, too.
  const isWorseByNow = metric.isLog && moved > Math.max(WORTH_A_WORD, summary.half ?? 0);
  return { ...shared, state: isWorseByNow ? 'worse-by-now' : 'steady', worsening: moved };
}

function worstFirst(a: OverviewRow, b: OverviewRow): number {
  return ROW_STATES.indexOf(a.state) - ROW_STATES.indexOf(b.state) || b.worsening - a.worsening;
}

/** Path of a small picture, `width` by `height`: a line through the levels, broken where there is none. */
export function shapePath(shape: string, width: number, height: number): string {
  const levels = levelsOf(shape);
  let isOpen = false;
  return levels
    .map((level, i) => {
      if (level === null) {
        isOpen = false;
        return '';
      }
      const x = levels.length === 1 ? width / 2 : (i / (levels.length - 1)) * width;
      const command = isOpen ? 'L' : 'M';
      isOpen = true;
      return `${command}${x.toFixed(1)} ${((1 - level) * height).toFixed(1)}`;
    })
    .join('');
}
