/** Figures in their units, 3 to 4 significant digits each, so that those side by side can be compared. */

import type { MetricName } from '../../config/experiment/metrics.ts';
import type { MetricUnit, Work } from '../../terms/metric-terms.ts';
import { formatNumber, formatSetting, NOTHING } from './format.ts';

/** A printed unit and how many of the stored unit it holds. */
export interface Scale {
  label: string;
  factor: number;
}

const BYTES: readonly Scale[] = [
  { label: 'B', factor: 1 },
  { label: 'KiB', factor: 1024 },
  { label: 'MiB', factor: 1024 ** 2 },
  { label: 'GiB', factor: 1024 ** 3 },
];

const SCALES: Record<MetricUnit, readonly Scale[]> = {
  'req/s': [{ label: 'req/s', factor: 1 }],
  'msg/s': [{ label: 'msg/s', factor: 1 }],
  s: [
    { label: 'ns', factor: 1e-9 },
    { label: 'µs', factor: 1e-6 },
    { label: 'ms', factor: 1e-3 },
    { label: 's', factor: 1 },
  ],
  B: BYTES,
  'B/1k': BYTES.map(({ label, factor }) => ({ label: `${label}/1,000`, factor })),
  share: [{ label: '%', factor: 0.01 }],
};

/** What is measured to the microsecond or by the millisecond has no fourth digit. */
export function digitsOf(metric: MetricName, unit: MetricUnit): number {
  return unit === 's' && metric !== 'cpu' && metric !== 'cpu-beside' ? 3 : 4;
}

/**
 * The largest unit in which the smallest of `values` is still at least 1, so that all of them can
 * be compared at a glance. Null when they lie too far apart (a factor of 1,000) to share one.
 * Of what may be about nothing (growth) the largest counts, and the others are small beside it.
 */
export function commonScale(unit: MetricUnit, values: readonly (number | null)[]): Scale | null {
  const sizes = magnitudes(values);
  const scales = SCALES[unit];
  const byLargest = mayBeNothing(unit);
  if (!byLargest && farApart(values) && scales.length > 1) return null;
  const pivot = byLargest ? largestOf(sizes) : smallestOf(sizes);
  // The tolerance keeps 1e-6 s, which is 0.9999999 µs in floating point, in its own unit.
  const fitting = scales.filter(({ factor }) => pivot / factor >= 1 - 1e-9);
  return (sizes.length > 0 ? fitting.at(-1) : undefined) ?? (scales[0] as Scale);
}

/** Values side by side, in one unit and with the same number of decimals; null becomes a dash. */
export function formatValues(
  unit: MetricUnit,
  values: readonly (number | null)[],
  shared: Scale | null = null,
  digits = 4,
): string[] {
  if (unit === 'share') return formatShares(values, Math.max(2, digits - 2));
  const rowScale = shared ?? commonScale(unit, values);
  if (rowScale === null)
    return values.flatMap((value) => formatValues(unit, [value], null, digits));
  const scaled = values.map((value) => (value === null ? null : value / rowScale.factor));
  const shownTogether = mayBeNothing(unit) || !farApart(scaled);
  return scaled.map((value) => {
    if (value === null) return NOTHING;
    const decimals = decimalsFor(unit, shownTogether ? scaled : [value], digits);
    return `${withMinus(wholeDigits(value, digits), decimals)} ${rowScale.label}`;
  });
}

/** One value on its own, in the unit that suits it, without trailing zeros: `16 GiB`, `1 ms`, `0.1%`. */
export function formatQuantity(unit: MetricUnit, value: number): string {
  if (unit === 'share') return formatSetting(value);
  const { factor, label } = commonScale(unit, [value]) ?? { factor: 1, label: unit };
  const digits = Number((value / factor).toPrecision(4));
  return `${new Intl.NumberFormat('en-US').format(digits).replace('-', '−')} ${label}`;
}

/** One value on its own, to the digits that a measurement has: `12.4 KiB`, `52.0 ms`, `0.10%`. */
export function formatValue(unit: MetricUnit, value: number): string {
  return formatValues(unit, [value], null, 3)[0] as string;
}

/** The same of what is held against a limit, with more digits where it would look like that. */
export function formatValueBeside(unit: MetricUnit, value: number, limit: number | null): string {
  if (limit === null || value === limit) return formatValue(unit, value);
  const write = (one: number, more: number) =>
    formatValues(unit, [one], null, 3 + more)[0] as string;
  return write(
    value,
    moreDigits((more) => write(value, more) !== write(limit, more)),
  );
}

/** How many digits more than usual it takes for two values to be told apart; nobody reads on beyond the most. */
export function moreDigits(areApart: (more: number) => boolean): number {
  let more = 0;
  while (more < MOST_MORE && !areApart(more)) more++;
  return more;
}

const MOST_MORE = 4;

/** `+12.4`, `−0.3` for each, and the unit that all of them are in; the largest fixes it. */
export function formatDifferences(
  unit: MetricUnit,
  values: readonly number[],
): { texts: string[]; label: string } {
  const largest = largestOf(magnitudes(values));
  const { factor, label } = commonScale(unit, [largest]) ?? { factor: 1, label: unit };
  const decimals = decimalsFor(unit, [largest / factor], 3);
  const texts = values.map((value) => {
    const digits = withMinus(value / factor, decimals);
    return value > 0 && /[1-9]/.test(digits) ? `+${digits}` : digits;
  });
  return { texts, label };
}

/** Rate in requests or messages per second. */
export function formatRate(perSecond: number, work: Work = 'request'): string {
  return formatValues(work === 'request' ? 'req/s' : 'msg/s', [perSecond])[0] as string;
}

/** `0.00%`, `0.10%`, `0.012%`: two decimals, and more where two would hide that there is something. */
function formatShares(values: readonly (number | null)[], digits: number): string[] {
  const decimals = values.reduce<number>((most, value) => {
    const written = Number(((value ?? 0) * 100).toPrecision(digits));
    const needed = /\.(\d+)$/.exec(written.toFixed(5).replace(/0+$/, ''))?.[1]?.length ?? 0;
    return Math.max(most, needed);
  }, 2);
  return values.map((value) => (value === null ? NOTHING : `${withMinus(value * 100, decimals)}%`));
}

/** Of what grows, nothing is an ordinary value, and what is small is noise. */
function mayBeNothing(unit: MetricUnit): boolean {
  return unit === 'B/1k';
}

function decimalsFor(unit: MetricUnit, values: readonly (number | null)[], digits: number): number {
  const sizes = magnitudes(values);
  if (sizes.length === 0) return 0;
  if (mayBeNothing(unit)) return decimalsOf(largestOf(sizes), 3);
  return decimalsOf(smallestOf(sizes), digits);
}

function decimalsOf(size: number, digits: number): number {
  const magnitude = Math.floor(Math.log10(size));
  return Math.min(digits - 1, Math.max(0, digits - 1 - magnitude));
}

function withMinus(value: number, decimals: number): string {
  const digits = formatNumber(Math.abs(value), decimals);
  return value < 0 && /[1-9]/.test(digits) ? `−${digits}` : digits;
}

function farApart(values: readonly (number | null)[]): boolean {
  const sizes = magnitudes(values);
  return largestOf(sizes) > smallestOf(sizes) * 1000;
}

/** Of all that is something. */
function magnitudes(values: readonly (number | null)[]): number[] {
  return values.flatMap((value) => (value === null || value === 0 ? [] : [Math.abs(value)]));
}

function smallestOf(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function largestOf(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => Math.max(a, b), 0);
}

/** Four of a large figure, unless more are asked for. */
function wholeDigits(value: number, digits: number): number {
  return Math.abs(value) >= 10_000 ? Number(value.toPrecision(Math.max(4, digits))) : value;
}
