/** One figure of a line in words: what was measured, or how far it is from where its line begins. Pure. */
import type { LineKind, PageMetric } from '../history/page/model.ts';
import type { Starts } from './chart-model.ts';
import type { Line } from './data.ts';
import { halfText, logText, valueText } from './text.ts';

export interface Shown {
  metric: PageMetric;
  kind: LineKind;
  line: Line;
  /** What was measured; null: nothing was kept of it. */
  values: Line | null;
  /** As the chart draws it. */
  starts: Starts;
}

export function figureText({ metric, kind, line, values, starts }: Shown, at: number): string {
  const value = valueText(metric.unit, values?.figures[at] ?? null);
  const half = halfText(line.halves[at] ?? null);
  if (kind === 'value') return half === '' ? value : `${value} ${half}`;
  const start = starts.at(at);
  const figure = line.figures[at] ?? null;
  const moved = start === null || figure === null ? null : Math.log(figure / start);
  const since = starts.areSeveral ? 'since the start on this machine' : 'since the start';
  return `${logText(moved)} ${since} ${half}`.trim();
}
