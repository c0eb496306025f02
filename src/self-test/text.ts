/** Figures of a self-test in words: finer than those of a report, for here their errors are the point. */
import { formatNumber, NOTHING } from '../report/wording/format.ts';
import type { EitherWay, Mean, Rate } from './result.ts';

/** `5%`, `2.5%`, `0.37%`: up to two decimals, none that are zero. */
export function percentText(share: number): string {
  return `${Number((100 * share).toFixed(2))}%`;
}

/** `−5.13%`: two decimals and a sign. */
export function changeText(change: number | null): string {
  if (change === null) return NOTHING;
  const digits = formatNumber(Math.abs(100 * change), 2);
  if (!/[1-9]/.test(digits)) return `${digits}%`;
  return `${change < 0 ? '−' : '+'}${digits}%`;
}

export function changeIntervalText([low, high]: readonly [number, number]): string {
  return `[${changeText(low)}, ${changeText(high)}]`;
}

/** `0.7%`, `96.4%`, `100%`. */
function shareText(share: number): string {
  return `${Number((100 * share).toFixed(1))}%`;
}

/** `0 of 10 (0%) [0%, 30.8%]`: never a rate without its counts. */
export function rateText({ count, of, share, interval: [low, high] }: Rate): string {
  if (share === null) return NOTHING;
  return `${formatNumber(count, 0)} of ${formatNumber(of, 0)} (${shareText(share)}) [${shareText(low)}, ${shareText(high)}]`;
}

/** `62.1 [58.0, 66.2]`. */
export function meanText({ mean, interval }: Mean, decimals = 1): string {
  const middle = formatNumber(mean, decimals);
  if (interval === null) return middle;
  const [low, high] = interval.map((bound) => formatNumber(bound, decimals));
  return `${middle} [${low}, ${high}]`;
}

/** `1.04 [0.91, 1.18]`. */
export function ratioText(value: number, [low, high]: readonly [number, number]): string {
  const [middle, ...bounds] = [value, low, high].map((n) => formatNumber(n, 2).replace('-', '−'));
  return `${middle} [${bounds.join(', ')}]`;
}

/** `0 of 149 either way (0%) [0%, 1.2%], at most 1%`: the last by a one-sided bound of 95 %. */
export function eitherWayText({ count, of, share, interval, atMost }: EitherWay): string {
  const ends = rangeText(interval, shareText);
  return `${formatNumber(count, 0)} of ${formatNumber(of, 0)} either way (${shareText(share)}) ${ends}, at most ${percentText(atMost)}`;
}

export function rangeText(
  [low, high]: readonly [number, number],
  text: (value: number) => string,
): string {
  return `[${text(low)}, ${text(high)}]`;
}

/** `0.003`, `0.42`, `< 0.001`. */
export function pText(p: number): string {
  if (p < 0.001) return '< 0.001';
  return String(Number(p.toFixed(p < 0.1 ? 3 : 2)));
}
