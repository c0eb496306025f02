/** Numbers as a person reads them: 3 to 4 significant digits, a unit, a true minus sign. */
import type { Work } from '../config/words.ts';
import type { MetricVerdict } from '../judge/verdict.ts';

export const NOTHING = '–';

export type MetricUnit = MetricVerdict['unit'];

/** A printed unit and how many of the stored unit it holds. */
export interface Scale {
  label: string;
  factor: number;
}

const SCALES: Record<MetricUnit, readonly Scale[]> = {
  'req/s': [{ label: 'req/s', factor: 1 }],
  'msg/s': [{ label: 'msg/s', factor: 1 }],
  s: [
    { label: 'ns', factor: 1e-9 },
    { label: 'µs', factor: 1e-6 },
    { label: 'ms', factor: 1e-3 },
    { label: 's', factor: 1 },
  ],
  B: [
    { label: 'B', factor: 1 },
    { label: 'KiB', factor: 1024 },
    { label: 'MiB', factor: 1024 ** 2 },
    { label: 'GiB', factor: 1024 ** 3 },
  ],
};

/**
 * The largest unit in which the smallest of `values` is still at least 1, so that all of them can
 * be compared at a glance. Null when they lie too far apart (a factor of 1,000) to share one.
 */
export function commonScale(unit: MetricUnit, values: readonly (number | null)[]): Scale | null {
  const sizes = positive(values);
  const smallest = sizes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const scales = SCALES[unit];
  if (farApart(values) && scales.length > 1) return null;
  // The tolerance keeps 1e-6 s, which is 0.9999999 µs in floating point, in its own unit.
  const fitting = scales.filter(({ factor }) => smallest / factor >= 1 - 1e-9);
  return (sizes.length > 0 ? fitting.at(-1) : undefined) ?? (scales[0] as Scale);
}

/** Values side by side, in one unit and with the same number of decimals; null becomes a dash. */
export function formatValues(
  unit: MetricUnit,
  values: readonly (number | null)[],
  shared: Scale | null = null,
): string[] {
  const rowScale = shared ?? commonScale(unit, values);
  if (rowScale === null) return values.flatMap((value) => formatValues(unit, [value]));
  const scaled = values.map((value) => (value === null ? null : value / rowScale.factor));
  const shownTogether = !farApart(scaled);
  return scaled.map((value) => {
    if (value === null) return NOTHING;
    const decimals = decimalsFor(shownTogether ? scaled : [value]);
    return `${formatNumber(fourDigits(value), decimals)} ${rowScale.label}`;
  });
}

/** One value on its own, in the unit that suits it, without trailing zeros: `16 GiB`, `1 ms`. */
export function formatQuantity(unit: MetricUnit, value: number): string {
  const { factor, label } = commonScale(unit, [value]) ?? { factor: 1, label: unit };
  const digits = Number((value / factor).toPrecision(4));
  return `${new Intl.NumberFormat('en-US').format(digits)} ${label}`;
}

/** Rate in requests or messages per second. */
export function formatRate(perSecond: number, work: Work = 'request'): string {
  return formatValues(work === 'request' ? 'req/s' : 'msg/s', [perSecond])[0] as string;
}

/** `−8.1%`, `+1,250%`, `0.0%` from a fraction: always signed, for changes. */
export function formatChange(fraction: number | null): string {
  return fraction === null ? NOTHING : signed(fraction, percentDecimals([fraction]));
}

/** `[−9.0%, −7.2%]` from fractions. */
export function formatInterval(interval: readonly [number, number] | null): string {
  if (interval === null) return NOTHING;
  const decimals = percentDecimals(interval);
  return `[${signed(interval[0], decimals)}, ${signed(interval[1], decimals)}]`;
}

/** `−8.1% [−9.0%, −7.2%]`: a change and its interval in one style. */
export function formatChangeWithInterval(
  change: number | null,
  interval: readonly [number, number] | null,
): string {
  if (change === null) return NOTHING;
  if (interval === null) return formatChange(change);
  const decimals = percentDecimals([change, ...interval]);
  const [low, high] = interval.map((bound) => signed(bound, decimals));
  return `${signed(change, decimals)} [${low}, ${high}]`;
}

/** `2.4%`, unsigned, one decimal. For sizes: the smallest visible change, noise. */
export function formatSize(fraction: number | null): string {
  if (fraction === null) return NOTHING;
  const size = Math.abs(fraction);
  return size > BEYOND_READING
    ? `>${formatNumber(BEYOND_READING * 100, 0)}%`
    : `${formatNumber(size * 100, percentDecimals([size]))}%`;
}

/** `5%`, `2.5%`: a setting, as somebody wrote it. */
export function formatSetting(fraction: number): string {
  return `${new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 }).format(fraction * 100)}%`;
}

/** `99.98%`, never rounded up to a whole that it is not. */
export function formatShare(share: number): string {
  return share === 1 ? '100%' : `${formatNumber(Math.floor(share * 10_000) / 100, 2)}%`;
}

/** `850 ms`, `12.4 s`, `2 min`, `1 min 30 s`, `1 h 5 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  if (durationMs < 59_950) return `${Number((durationMs / 1000).toFixed(1))} s`;
  const seconds = Math.round(durationMs / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = [
    hours > 0 ? `${formatNumber(hours, 0)} h` : '',
    minutes > 0 ? `${minutes} min` : '',
    hours === 0 && seconds % 60 > 0 ? `${seconds % 60} s` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** A duration rounded up, for advice: `40 s`, `6 min`, `3 h`. */
export function formatRoughDuration(durationMs: number): string {
  if (durationMs <= 60_000) return formatDuration(Math.ceil(durationMs / 10_000) * 10_000);
  const unitMs = durationMs <= 7_200_000 ? 60_000 : 3_600_000;
  return formatDuration(Math.ceil(durationMs / unitMs) * unitMs);
}

/** `0:42`, `12:05`, `1:02:05`: a running clock. */
export function formatClock(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

export function formatProbability(p: number | null): string {
  if (p === null) return NOTHING;
  if (p < 0.0001) return '<0.0001';
  return String(Number(p.toPrecision(2)));
}

/** With thousands separators. */
export function formatCount(count: number): string {
  return formatNumber(count, 0);
}

/** `1 subject`, `3 subjects`. */
export function plural(count: number, singular: string, more = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : more}`;
}

/** Above a hundredfold the exact percentage tells nobody anything. */
const BEYOND_READING = 100;

function signed(fraction: number, decimals: number): string {
  if (fraction > BEYOND_READING) return `>+${formatNumber(BEYOND_READING * 100, 0)}%`;
  const digits = formatNumber(Math.abs(fraction) * 100, decimals);
  if (!/[1-9]/.test(digits)) return `${digits}%`;
  return `${fraction < 0 ? '−' : '+'}${digits}%`;
}

/** One decimal is as fine as any run can see; from 100 % on it says nothing. */
function percentDecimals(fractions: readonly number[]): number {
  return fractions.some((fraction) => Math.abs(fraction) >= 1) ? 0 : 1;
}

function decimalsFor(values: readonly (number | null)[]): number {
  const sizes = positive(values);
  if (sizes.length === 0) return 0;
  const magnitude = Math.floor(Math.log10(Math.min(...sizes)));
  return Math.min(3, Math.max(0, 3 - magnitude));
}

function farApart(values: readonly (number | null)[]): boolean {
  const sizes = positive(values);
  const smallest = sizes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return sizes.some((size) => size > smallest * 1000);
}

function positive(values: readonly (number | null)[]): number[] {
  return values.filter((value): value is number => value !== null && value > 0);
}

function fourDigits(value: number): number {
  return value >= 10_000 ? Number(value.toPrecision(4)) : value;
}

function formatNumber(value: number, decimals: number): string {
  let format = FORMATS.get(decimals);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    FORMATS.set(decimals, format);
  }
  return format.format(value);
}

/** By decimals: making a format takes far longer than using it. */
const FORMATS = new Map<number, Intl.NumberFormat>();
