/** Made-up histories of one subject, for tests of trends: a level by commit, and what runs see of it. */
import type { HistoryLine } from '../../../src/history/line.ts';
import type { VerdictWord } from '../../../src/terms/verdict-word.ts';
import { commitOf, lineOf, metricOf } from '../../support/history.ts';

export interface MadeUp {
  readonly commits: number;
  /** ln of the level of a commit, by its number from 1. */
  readonly level: (commit: number) => number;
  /** ln, added to what a run sees of the ratio, and of the calibrated value. */
  readonly noise?: () => number;
  /** Whether the ratio to the commit before is measured, and head against the calibrator. */
  readonly has: { readonly ratios: boolean; readonly calibrated: boolean };
  /** Half of the interval of each ratio. */
  readonly half?: number;
  /** Standard error of each ratio; absent: as in lines of before. */
  readonly se?: number;
  /** What the run says of a ratio; absent: nothing new. */
  readonly wordOf?: (log: number) => VerdictWord;
  readonly edit?: (commit: number) => Partial<HistoryLine>;
}

/** Half of an interval. */
export const HALF = 0.01;

export function madeUp(parts: MadeUp): HistoryLine[] {
  const { commits, level, noise = () => 0, has, half = HALF, se, wordOf, edit } = parts;
  const error = se === undefined ? {} : { se };
  return Array.from({ length: commits }, (_, i) => {
    const commit = i + 1;
    const log = level(commit) - level(commit - 1) + noise();
    const metric = metricOf(40_000, log, {
      word: wordOf?.(log) ?? 'unchanged',
      ratio: has.ratios ? { log, interval: [log - half, log + half], ...error } : null,
      calibrated: has.calibrated
        ? { log: level(commit) + noise(), light: 2, sd: 0.01, blocks: 12 }
        : null,
    });
    return lineOf(commit, {
      metrics: { throughput: metric },
      base: has.ratios ? commitOf(i) : null,
      ...edit?.(commit),
    });
  });
}

/** A run on the same commit as the `number`-th one that measured it against a fixed commit. */
export function againstReference(
  number: number,
  reference: string,
  log: number,
  half = HALF,
): HistoryLine {
  const line = lineOf(number, { base: reference });
  const [url, attempt] = [null, 1];
  return {
    ...line,
    at: new Date(Date.parse(line.at) + 60_000).toISOString(),
    run: { id: 900_000 + number, attempt, url },
    metrics: {
      throughput: metricOf(40_000, log, {
        ratio: { log, interval: [log - half, log + half] },
        calibrated: null,
      }),
    },
  };
}
