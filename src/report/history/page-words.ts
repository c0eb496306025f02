/** What the history page calls metrics, and in which order it has them. */
import { MetricName } from '../../config/experiment/metrics.ts';
import type { PageWords } from '../../history/page-model.ts';
import { byMetric, metricLabel } from '../wording/metric-text.ts';

export const PAGE_WORDS: PageWords = {
  /** An imported metric is called what the other program called it. */
  labelOf: (metric, hasMessages) => {
    const known = MetricName.safeParse(metric);
    if (!known.success) return metric;
    return metricLabel({ name: known.data, work: hasMessages ? 'message' : 'request' });
  },
  /** Ours first, in the order of the reports. */
  byMetric: (a, b) => {
    const [one, other] = [MetricName.safeParse(a), MetricName.safeParse(b)];
    if (one.success && other.success) return byMetric({ name: one.data }, { name: other.data });
    if (one.success !== other.success) return one.success ? -1 : 1;
    return a < b ? -1 : 1;
  },
};
