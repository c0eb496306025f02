/** What a metric's comparison came to, as text: by how much, how sure, and what it is held to. */
import type { MetricVerdict } from '../../judge/verdict/verdict.ts';
import {
  formatChange,
  formatChangeWithInterval,
  formatInterval,
  formatSetting,
  formatSize,
  formatVisible,
  NOTHING,
} from './format.ts';
import { formatDifferences, formatQuantity, formatValue } from './values.ts';

/** From here on a tolerance lets nearly everything pass, so that it is proposed only to whoever has such a one already. */
const WIDEST_TOLERANCE = 0.5;

/** Whether anybody would take `tolerance` in place of the one that is there. */
export function isWorthProposing(tolerance: number, present: number | null): boolean {
  return tolerance < Math.max(WIDEST_TOLERANCE, 2 * (present ?? 0));
}

type Compared = Pick<MetricVerdict, 'comparison' | 'unit' | 'change' | 'interval' | 'limit'> &
  Partial<Pick<MetricVerdict, 'name' | 'verdict' | 'bound'>>;

/** `−8.1%`, `+12.4 KiB/1,000`; a dash for what is held to a limit, whatever base does. */
export function changeText({ comparison, unit, change }: Compared): string {
  if (change === null || comparison === 'limit') return NOTHING;
  if (comparison !== 'difference') return formatChange(change);
  const { texts, label } = formatDifferences(unit, [change]);
  return `${texts[0]} ${label}`;
}

/**
 * Change and interval for two columns: the unit of a difference stands with the change only. What is unchanged has the
 * bound in place of the interval, because the word stands on it.
 */
export function changeColumns(metric: Compared): { change: string; interval: string } {
  const { comparison, unit, change, interval, name, verdict, bound = null } = metric;
  if (verdict === 'unchanged' && bound !== null) {
    const within = changeText({ ...metric, change: bound });
    // More throughput is better, more of anything else is worse.
    const side = name === 'throughput' ? 'at least' : 'at most';
    return { change: changeText(metric), interval: `${side} ${within}` };
  }
  if (comparison !== 'difference' || change === null || interval === null) {
    const bounds = comparison === 'limit' ? limitText(metric) : formatInterval(interval);
    return { change: changeText(metric), interval: bounds };
  }
  const { texts, label } = formatDifferences(unit, [change, ...interval]);
  const [middle, low, high] = texts;
  return { change: `${middle} ${label}`, interval: `[${low}, ${high}]` };
}

/** `−8.1% [−9.0%, −7.2%]`, `+12.4 [+11.0, +13.8] KiB/1,000`, `limit 0.1%`. */
export function changeAndInterval(metric: Compared): string {
  const { comparison, unit, change, interval } = metric;
  if (comparison === 'limit') return limitText(metric);
  if (comparison !== 'difference') return formatChangeWithInterval(change, interval);
  if (change === null || interval === null) return changeText(metric);
  const { texts, label } = formatDifferences(unit, [change, ...interval]);
  const [middle, low, high] = texts;
  return `${middle} [${low}, ${high}] ${label}`;
}

/** `limit 0.1%` */
function limitText({ unit, limit }: Pick<MetricVerdict, 'unit' | 'limit'>): string {
  return limit === null ? NOTHING : `limit ${formatQuantity(unit, limit)}`;
}

/** The smallest worsening that the run would have shown: `2.9%`, `> 100%`, `50.0 KiB/1,000`. */
export function visibleText(metric: Pick<MetricVerdict, 'comparison' | 'unit' | 'mde'>): string {
  const { comparison, mde } = metric;
  return comparison === 'ratio' ? formatVisible(mde) : sizeText(metric, mde);
}

/** A change without its sign: `8.1%`, `12.4 KiB/1,000`. For noise. */
export function sizeText(
  { comparison, unit }: Pick<MetricVerdict, 'comparison' | 'unit'>,
  size: number | null,
): string {
  if (size === null || comparison === 'limit') return NOTHING;
  return comparison === 'difference' ? formatValue(unit, Math.abs(size)) : formatSize(size);
}

/** A setting: `5%`, `100 KiB/1,000`. */
export function toleranceText(
  { comparison, unit }: Pick<MetricVerdict, 'comparison' | 'unit'>,
  tolerance: number,
): string {
  return comparison === 'difference' ? formatQuantity(unit, tolerance) : formatSetting(tolerance);
}

type Held = Pick<MetricVerdict, 'comparison' | 'unit' | 'tolerance' | 'limit'>;

/** For a column: `5%`, `≤ 0.1%`; a dash for what is held to nothing. */
export function heldToText(metric: Held): string {
  const { comparison, unit, tolerance, limit } = metric;
  if (comparison === 'limit') return limit === null ? NOTHING : `≤ ${formatQuantity(unit, limit)}`;
  return tolerance === null ? NOTHING : toleranceText(metric, tolerance);
}

/** For a sentence: `tolerance 5%`, `limit 0.1%`; null for what is held to nothing. */
export function heldToLabel(metric: Held): string | null {
  const { comparison, tolerance, limit } = metric;
  if (comparison === 'limit') return limit === null ? null : limitText(metric);
  return tolerance === null ? null : `tolerance ${toleranceText(metric, tolerance)}`;
}
