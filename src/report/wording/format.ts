/** Numbers as a person reads them: percentages, durations, counts, with a true minus sign. */

import { roughSize } from '../../terms/rough-size.ts';
import { shortTimeText } from '../../terms/time-text.ts';

export { plural } from '../../terms/plural.ts';
export { roughSize, toTwoDigits } from '../../terms/rough-size.ts';

export const NOTHING = '–';

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

/** `2.4%`, unsigned, one decimal: the size of a change, or noise. */
export function formatSize(fraction: number | null): string {
  if (fraction === null) return NOTHING;
  const size = Math.abs(fraction);
  return size > BEYOND_READING
    ? `>${formatNumber(BEYOND_READING * 100, 0)}%`
    : `${formatNumber(size * 100, percentDecimals([size]))}%`;
}

/** `2.9%`; above a doubling, what could have been seen is no information: `> 100%`. */
export function formatVisible(fraction: number | null): string {
  return fraction !== null && Math.abs(fraction) > 1 ? '>\u00a0100%' : formatSize(fraction);
}

/** `5%`, `2.5%`: a setting, as somebody wrote it; what is very small is not told as nothing. */
export function formatSetting(fraction: number): string {
  const percent = fraction * 100;
  const digits =
    Math.abs(percent) < 0.001 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 5 };
  return `${new Intl.NumberFormat('en-US', digits).format(percent)}%`;
}

/** `99.98%`, never rounded up to a whole that it is not; what binary fractions lack is added. */
export function formatShare(share: number): string {
  return share === 1 ? '100%' : `${formatNumber(Math.floor(share * 10_000 + 1e-9) / 100, 2)}%`;
}

/** `850 ms`, `12.4 s`, `2 min`, `1 min 30 s`, `1 h 5 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 59_950) return shortTimeText(durationMs);
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

/** Thousands separators, and as many decimals as asked for. */
export function formatNumber(value: number, decimals: number): string {
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

/** `−15%`, `+0.4%`: a change inside of a sentence, to two digits. */
export function roughChange(change: number): string {
  const size = roughSize(change);
  return size === '0%' ? size : `${change < 0 ? '−' : '+'}${size}`;
}
