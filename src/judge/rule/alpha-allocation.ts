/**
 * The fail side's error probability, and how the hypotheses of a job share it. A first measurement shares the job's
 * false-alarm rate by Holm's procedure. A second one has a level for each claim: that the job blocks falsely at
 * most so often is ensured by the first, which had to reject too. See docs/adr/0018-confirmation.md.
 */
import type { Measurement } from '../../measure/observed/measurement.ts';
import { TOO_NOISY } from '../findings/thresholds.ts';
import { holm } from '../statistics/holm.ts';

/** Probability, one-sided, of confirming a claim that is false. */
export const CONFIRM_ALPHA = 0.05;

export interface FailSide {
  /** Level of one hypothesis that can fail the job, by itself; in Holm's procedure of its first step. */
  each: number;
  /** Level of what cannot: improvements, and metrics that are only shown. */
  aside: number;
  /** Level of one claim, in either direction. */
  claim: number;
  /**
   * Level, as if there were one look, at which one metric that may be left out as too noisy looks worse, so that it leaves the subject
   * undecided: such metrics share it equally, lest a job of many subjects is undecided whatever they do (docs/adr/0103-doubts-of-a-job.md).
   */
  doubtful: number;
  /** What Holm's procedure shares; null: every hypothesis has its own level. */
  shared: { alpha: number; family: number } | null;
}

/**
 * `hypotheses`: those of the plan that the gate names. Each of them and each claim is a question of its own with an equal
 * share of the job's rate; Holm's procedure passes on shares among the hypotheses, not to or from the claims. `mayBeLeftOut`: how many of
 * them noise may leave out of the verdict.
 */
export function failSide(
  { confirmationOf, experiment }: Pick<Measurement, 'confirmationOf' | 'experiment'>,
  hypotheses: number,
  mayBeLeftOut = hypotheses,
): FailSide {
  const { gate, claims } = experiment;
  const family = Math.max(1, hypotheses);
  const aside = gate.falseAlarmRate / (family + claims.length);
  const claim = gate.falseAlarmRate / Math.max(1, hypotheses + claims.length);
  const doubtful = TOO_NOISY.looksWorse / Math.max(1, mayBeLeftOut);
  if (confirmationOf !== null) return { each: CONFIRM_ALPHA, aside, claim, doubtful, shared: null };
  const alpha = (gate.falseAlarmRate * family) / (family + claims.length);
  return { each: aside, aside, claim, doubtful, shared: { alpha, family } };
}

/**
 * Which of the open hypotheses are rejected now. `ps`: their sequential p-values; `before`: how many of the others were
 * rejected at earlier looks.
 */
export function rejections(ps: readonly number[], side: FailSide, before: number): boolean[] {
  if (side.shared === null) return ps.map((p) => p <= side.each);
  return holm(ps, { ...side.shared, before });
}
