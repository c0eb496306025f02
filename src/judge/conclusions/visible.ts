/** The smallest worsening that such runs would have called a regression: what a green word is worth. */
import { minimumDetectable, procedureOf } from '../power/power.ts';
import { cautiousSd, smallestVisible } from '../power/smallest-visible.ts';
import { changeOf, levelAt, logCost } from '../rule/decide.ts';
import { sdWith } from '../rule/estimate.ts';
import type { MetricState, Progress, SubjectState } from '../state/state.ts';

/**
 * Smallest worsening that would be a regression in 80 of 100 runs with this noise, in the terms of the metric's change; null where no look
 * was taken. `level`: of the fail side, for this metric by itself. `isGivenUp`: where its noise is more than the budget can decide.
 */
export function visible(
  subject: Pick<SubjectState, 'resolved' | 'measured' | 'isContest'>,
  state: MetricState,
  { tolerance, level, isGivenUp }: { tolerance: number; level: number; isGivenUp: boolean },
): number | null {
  const { metric, against, progress } = state;
  const { estimate } = progress;
  if (progress.kind === 'unseen' || estimate === null) return null;
  const { schedule } = progress;
  const delta = logCost(metric, tolerance);
  // Typical segments and all requests share the level of a latency.
  const figures = against.kind === 'latency-pair' ? 2 : 1;
  // Of contenders either direction has a half of it.
  const alpha = level / figures / (subject.isContest ? 2 : 1);
  const last = lastLook(subject, state, progress);
  // What a whole run has in common is as large at the end as now. So the figure is on the safe side.
  const sd = sdWith(estimate, schedule.looks[last] as number);
  const mde =
    against.kind === 'past'
      ? minimumDetectable(estimate, levelAt(alpha, schedule, last), delta)
      : smallestVisible(
          cautiousSd({ ...estimate, sd }),
          delta,
          procedureOf(schedule, alpha, last, isGivenUp ? figures : 0),
        );
  // Of two blocks that differ by half it may be e to the power of thousands, and no file has a number without end.
  return Math.min(Math.abs(changeOf(metric, mde)), Number.MAX_VALUE);
}

/**
 * The last look that there would have been with such a worsening. What was decided early would have been measured on, and so would
 * what was given up as too noisy, if it had looked worse: to the end of the budget, or until a clock ended the measurement, as it has. What was never decided had the looks that were taken.
 */
function lastLook(
  { resolved, measured }: Pick<SubjectState, 'resolved' | 'measured'>,
  { counts }: MetricState,
  progress: Exclude<Progress, { kind: 'unseen' }>,
): number {
  const { schedule, look } = progress;
  if (progress.kind === 'open' && !progress.tooNoisy) return look;
  if (resolved) return schedule.looks.length - 1;
  // The blocks after the one that decided it may lack its part, which nothing waited for.
  const own = schedule.looks[look] as number;
  const could = own + measured.blocks.length - counts.indexOf(own);
  return schedule.looks.findLastIndex((one) => one <= could);
}
