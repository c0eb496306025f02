/** Figures, days and names of the history page in words. */
import type { LineKind, PageMetric } from '../history/page/model.ts';
import { formatChange, formatInterval, formatSize } from '../report/wording/format.ts';
import { commonScale, formatValues } from '../report/wording/values.ts';
import type { MetricUnit } from '../terms/metric-terms.ts';

const UNITS: readonly string[] = [
  'req/s',
  'msg/s',
  's',
  'B',
  'B/1k',
  'share',
] satisfies MetricUnit[];

/** A unit of ours; an imported figure has any. */
function isOwnUnit(unit: string): unit is MetricUnit {
  return UNITS.includes(unit);
}

export function valueText(unit: string, value: number | null): string {
  if (value === null) return '–';
  if (isOwnUnit(unit)) return formatValues(unit, [value])[0] as string;
  return `${plainNumber(value)} ${unit}`;
}

function plainNumber(value: number): string {
  return new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 }).format(value);
}

/** `−5.1%` of a logarithm. */
export function logText(log: number | null): string {
  return log === null ? '–' : formatChange(Math.expm1(log));
}

/** `[−6.0%, −4.2%]` of logarithms. */
export function logInterval([low, high]: readonly [number, number]): string {
  return formatInterval([Math.expm1(low), Math.expm1(high)]);
}

/** `±1.2%` of half an interval of a logarithm. */
export function halfText(half: number | null): string {
  return half === null ? '' : `±${formatSize(Math.expm1(half))}`;
}

/** How far a line moved: of figures that may be nothing, by how much. */
export function movedText(
  { isLog, unit }: Pick<PageMetric, 'isLog' | 'unit'>,
  change: number | null,
): string {
  if (change === null) return '–';
  if (isLog) return logText(change);
  const text = valueText(unit, Math.abs(change));
  return change === 0 ? text : `${change < 0 ? '−' : '+'}${text}`;
}

export function dayText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

export function momentText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export const KIND_TEXT: Record<LineKind, string> = {
  value: 'as measured',
  calibrated: 'against the calibrator',
  chain: 'chained from commit to commit',
};

/** What the band around each kind of line is. */
export const BAND_TEXT: Record<LineKind, string> = {
  value:
    'The band is the 95% interval of each run’s own comparison with its base. The line has the raw figures: another machine gives others.',
  calibrated:
    'The band is the 95% interval of one run: head against the calibrator that ran beside it. What differs between two runs is not in it.',
  chain:
    'Each commit against the one before it, multiplied. The band is the 95% interval of the whole chain, so it grows.',
};

/** Ticks of an axis and the unit that all of them have. */
export function ticks(unit: string, values: readonly number[]): { texts: string[]; unit: string } {
  const scale = isOwnUnit(unit) ? commonScale(unit, values) : { factor: 1, label: unit };
  const { factor, label } = scale ?? { factor: 1, label: unit };
  const format = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });
  return {
    texts: values.map((value) => format.format(value / factor).replace('-', '−')),
    unit: label,
  };
}
