/** Of which figures a doubt about the measurement could be the reason, so that it takes a shown regression back (docs/adr/0026-no-excuse.md). */
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { Health } from '../health/health.ts';

/** A base that gets slower makes none of these look worse in head: what is kept in memory, and what is lost. */
const NOT_OF_SPEED: ReadonlySet<MetricName> = new Set([
  'memory',
  'pss',
  'peak-memory',
  'memory-growth',
  'memory-per-connection',
  'refused',
  'dropped',
  'errors',
]);

export function isExcused({ excused }: Pick<Health, 'excused'>, metric: MetricName): boolean {
  return excused === 'all' || (excused === 'speed' && !NOT_OF_SPEED.has(metric));
}
