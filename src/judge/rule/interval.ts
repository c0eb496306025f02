/**
 * The interval that is printed. A run stops when it likes what it sees, and then a plain 95 % t interval holds the truth in fewer than
 * 95 of 100 runs: down to 87 with many noisy blocks (Jennison and Turnbull 2000, sections 8.1 to 8.3). So an early stop has a
 * wider one, the later the wider, because there were more looks at which the run could have stopped: docs/adr/0062-interval-at-the-stop.md.
 *
 * What a word has shown at a level of its own, the interval says too: it ends at nought, or at the tolerance, at the latest.
 */
import type { VerdictWord } from '../../terms/verdict-word.ts';
import type { Schedule } from '../statistics/sequential.ts';
import { margin } from './decide.ts';
import type { Estimate } from './estimate.ts';

/** One-sided level of either end where the run stopped before it had to, times the root of its blocks: 1.5 % after four, 0.67 % after twenty. */
const EARLY = 0.03;

/** The same at the end of a budget, where nobody chose to stop. Not 2.5 %: the runs that had stopped earlier are missing there. */
const AT_THE_END = 0.015;

/** Lower and upper end of ln(cost ratio), or of the difference. */
export type Interval = readonly [low: number, high: number];

/** Of an estimate, before any word. `plans`: of all subjects that it is about; a subject that never had one was stopped early. */
export function intervalOf(
  estimate: Estimate,
  plans: readonly (Pick<Schedule, 'ends'> | null)[],
): Interval {
  const isAtTheEnd = plans.every((plan) => plan?.ends.includes(estimate.blocks));
  const half = margin(estimate, isAtTheEnd ? AT_THE_END : EARLY / Math.sqrt(estimate.blocks));
  return [estimate.d - half, estimate.d + half];
}

/**
 * Without what the word excludes. `delta`: the tolerance as ln(cost ratio) or as a difference, null where there is none;
 * `isEitherWay`: neither side is the worse one.
 */
export function withWord(
  [low, high]: Interval,
  word: VerdictWord,
  { delta, isEitherWay }: { delta: number | null; isEitherWay: boolean },
): Interval {
  if (word === 'regression') return [Math.max(low, 0), high];
  if (word === 'improvement') return [low, Math.min(high, 0)];
  if (word !== 'unchanged' || delta === null) return [low, high];
  return [isEitherWay ? Math.max(low, -delta) : low, Math.min(high, delta)];
}
