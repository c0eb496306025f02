/** A figure that a history keeps, in words. */
import type { HistoryMetric } from '../../history/line.ts';
import { MetricUnit } from '../../terms/metric-terms.ts';
import { formatValues } from '../wording/values.ts';

/** As it was measured of head; null where it was not, and of a unit that is not ours, as an imported one may be. */
export function headText(metric: Pick<HistoryMetric, 'head' | 'unit'> | undefined): string | null {
  const { head = null, unit } = metric ?? {};
  const known = MetricUnit.safeParse(unit);
  if (head === null || !known.success) return null;
  const [text = null] = formatValues(known.data, [head]);
  return text;
}
