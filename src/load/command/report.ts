/** What is read out of a load tool's output, and when it cannot be believed. */
import type { ErrorCounts } from '../results.ts';

/** What a run of a load tool left behind. */
export interface ToolOutput {
  stdout: string;
  stderr: string;
}

/** One run, as the tool itself counted it. */
export interface ToolReport {
  /** Requests, or messages, that were answered as expected. */
  good: number;
  errors: ErrorCounts;
  durationUs: number;
  /** 0: the tool did not say. */
  medianLatencyUs: number;
}

/** Says what is missing or wrong, as the end of a sentence about the output: "has no line `…`". */
export class Unreadable extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'Unreadable';
  }
}

/** A number as it was printed: it may be off by half a unit of its last digit. */
export interface Printed {
  value: number;
  error: number;
}

/** What two roundings, of which one may be of a rounded number, can differ by more. */
const SLACK = 0.01;

/** The report to a nanosecond. @throws Unreadable for one that cannot be: no work, no time, no number */
export function checkReport(given: ToolReport): ToolReport {
  const report = {
    ...given,
    durationUs: toNanosecond(given.durationUs),
    medianLatencyUs: toNanosecond(given.medianLatencyUs),
  };
  const counts = { good: report.good, ...report.errors };
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new Unreadable(`contradicts itself: its figures amount to ${count} for \`${name}\``);
    }
  }
  if (workOf(report) === 0) {
    throw new Unreadable(
      'counts nothing, neither an answer nor a failure: perhaps the server never answered, or closed every connection',
    );
  }
  if (!Number.isFinite(report.durationUs) || report.durationUs <= 0) {
    throw new Unreadable(`says that it took ${report.durationUs / 1e6} s`);
  }
  if (!Number.isFinite(report.medianLatencyUs) || report.medianLatencyUs < 0) {
    throw new Unreadable(`has a median latency of ${report.medianLatencyUs} µs`);
  }
  return report;
}

/** Everything that the tool did, well or not. */
export function workOf({ good, errors }: ToolReport): number {
  return Object.values(errors).reduce((sum, count) => sum + count, good);
}

/** `12.50` → 12.5, give or take 0.005. */
export function printed(digits: string, unit = 1): Printed {
  const decimals = digits.split('.')[1]?.length ?? 0;
  return { value: Number(digits) * unit, error: (0.5 * unit) / 10 ** decimals };
}

/**
 * The time in which `count` things happened at `perSecond`, for tools that print it with more digits
 * by this way than by the other. `nominal`: the rate is over the time that was asked for, and a busy
 * machine ends it late. @throws Unreadable when the two are not the same time
 * @returns microseconds
 */
export function durationUs(
  count: number,
  perSecond: Printed,
  seconds: Printed,
  { nominal = false } = {},
): number {
  if (count === 0 || perSecond.value === 0) return seconds.value * 1e6;
  const least = Math.max(0, count / (perSecond.value + perSecond.error));
  const most = count / Math.max(perSecond.value - perSecond.error, Number.MIN_VALUE);
  if (nominal && most < seconds.value - seconds.error) return seconds.value * 1e6;
  const disagree =
    least * (1 - SLACK) > seconds.value + seconds.error ||
    most * (1 + SLACK) < seconds.value - seconds.error;
  if (disagree) {
    const both = `${count} in ${seconds.value} s are not ${perSecond.value} per second`;
    throw new Unreadable(`contradicts itself: ${both}`);
  }
  const isFiner = perSecond.error / perSecond.value < seconds.error / seconds.value;
  return (isFiner ? count / perSecond.value : seconds.value) * 1e6;
}

function toNanosecond(us: number): number {
  return Math.round(us * 1000) / 1000;
}
