/** What `throughput-gate history page` writes: a history → `history.html`. */
import { readFileSync } from 'node:fs';
import { MetricName } from '../../config/metrics.ts';
import type { HistoryLine } from '../../history/line.ts';
import { pageFile } from '../../history/page/file.ts';
import { PageBuilder } from '../../history/page-model.ts';
import type { Trends } from '../../history/trends/change-point.ts';
import { byMetric, metricLabel } from '../../report/metric-text.ts';
import { ownFile } from '../../system/runtime.ts';

/** What the build made of `src/page`. */
const TEMPLATE = 'dist/history-page.html';

/**
 * @param subjects the lines of one subject after the other, so that no two need be in memory at once
 * @param trendsOf what a subject's lines show over time
 */
export async function historyPage(
  subjects: AsyncIterable<readonly HistoryLine[]> | Iterable<readonly HistoryLine[]>,
  trendsOf: (lines: readonly HistoryLine[]) => Partial<Trends> = () => ({}),
  template: string = readFileSync(ownFile(TEMPLATE), 'utf8'),
): Promise<string> {
  const builder = new PageBuilder({ labelOf, byMetric: byName });
  for await (const lines of subjects) builder.add(lines, trendsOf(lines));
  return pageFile(template, builder.finish());
}

/** An imported metric is called what the other program called it. */
function labelOf(metric: string, hasMessages: boolean): string {
  const known = MetricName.safeParse(metric);
  if (!known.success) return metric;
  return metricLabel({ name: known.data, work: hasMessages ? 'message' : 'request' });
}

/** Ours first, in the order of the reports. */
function byName(a: string, b: string): number {
  const [one, other] = [MetricName.safeParse(a), MetricName.safeParse(b)];
  if (one.success && other.success) return byMetric({ name: one.data }, { name: other.data });
  if (one.success !== other.success) return one.success ? -1 : 1;
  return a < b ? -1 : 1;
}
