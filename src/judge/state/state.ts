/** What the judge knows of a subject while it replays the looks. Types alone, so that every part of it can know them. */

import type { SubjectId } from '../../config/experiment/experiment.ts';
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { SubjectMeasurement } from '../../measure/observed/measurement.ts';
import type { CalibratedValue } from '../../measure/observed/past-runs.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import type { Arm } from '../../terms/arm.ts';
import type { NextBlock } from '../figures/parts.ts';
import type { FindingOf } from '../findings/finding.ts';
import type { Fault, Health } from '../health/health.ts';
import type { Chosen } from '../past/chosen.ts';
import type { Decision } from '../rule/decide.ts';
import type { Estimate } from '../rule/estimate.ts';
import type { Schedule } from '../statistics/sequential.ts';

export interface MetricState {
  readonly metric: MetricName;
  readonly gating: boolean;
  /** The gate names it, and the load generator was the limit of it: so it cannot gate, and is missing in the verdict. */
  readonly isGenerators: boolean;
  /** The first look is reached and no block has a value: it cannot be read here, so it cannot gate. */
  readonly unreadable: boolean;
  /** Per block: ln(cost ratio) of a pair, or of head and the calibrator; of what is compared by difference, the difference or the value. */
  readonly values: readonly (number | null)[];
  /** Of each number of blocks from none on: in how many of these it was measured. Its looks go by that. */
  readonly counts: readonly number[];
  readonly against: Against;
  /** Why nothing may be said of it, whatever its figures are; null when something may. */
  readonly trouble: Trouble | null;
  /** Its values are of the open loop, where both arms have the same rate. */
  readonly isOpenLoopCpu: boolean;
  /** The looks replace it; nothing else of a metric changes. */
  progress: Progress;
}

/** What head's values are compared with. */
export type Against =
  /** Base, in the same block: the values are of both. `runSd`: what a whole run has in common besides, as a standard deviation. */
  | { readonly kind: 'pair'; readonly runSd: number }
  /** Likewise of a latency. `whole`: ln(cost ratio) of all requests together, beside the typical segments'. */
  | { readonly kind: 'latency-pair'; readonly whole: readonly (number | null)[] }
  /**
   * Earlier runs; the values are ln(cost ratio) to the calibrator's work. `lights`: that of its light path to its work, by block. `runs`: of
   * each of them, likewise.
   */
  | {
      readonly kind: 'past';
      readonly runs: readonly CalibratedValue[];
      readonly lights: readonly (number | null)[];
    }
  /** Nothing: it is only shown. */
  | { readonly kind: 'nothing' };

/**
 * `of`: it is that arm's own doing, so that nothing may be said but that this arm is worse; base only where two contenders are compared; null:
 * nobody's. `isShared`: base met it, too, so that it is the machine's or the load's.
 */
export interface Trouble {
  readonly finding: FindingOf<'sent-late' | 'rate-not-kept'>;
  readonly of: Arm | null;
  readonly isShared: boolean;
}

/** How far the looks have come with a metric. `estimate`: null when fewer than two blocks have a value. */
export type Progress =
  /** No look was taken at it: there are too few blocks, the subject is broken, or it is only shown. */
  | { readonly kind: 'unseen'; readonly estimate: Estimate | null }
  /**
   * The last look did not decide it; the estimate is that of all blocks. `tooNoisy`: that look saw that it cannot be decided
   * within the budget, and nobody insists on it.
   */
  | (Look & {
      readonly kind: 'open';
      readonly estimate: Estimate | null;
      readonly tooNoisy: boolean;
    })
  /** A look decided it, and the estimate is that look's. `isWhole`: by the figure of all requests together. */
  | (Look & {
      readonly kind: 'decided';
      readonly estimate: Estimate | null;
      readonly decision: Decided;
      readonly isWhole: boolean;
    });

/**
 * `look`: index of the last one that was taken, in the metric's own `schedule`. `p`: sequential p-value of "head got worse" at it; of contenders,
 * that they differ.
 */
interface Look {
  readonly look: number;
  readonly schedule: Schedule;
  readonly p: number;
}

export type Decided = Exclude<Decision, { word: 'continue' }>;

export interface SubjectState {
  id: SubjectId;
  measured: SubjectMeasurement;
  /** Of two contenders, of whom neither is the change. */
  isContest: boolean;
  /** Null when no block of it was ever planned. */
  plan: SubjectPlan | null;
  scenario: Scenario;
  /** Null when its figures can be compared. */
  fault: Fault | null;
  health: Health;
  metrics: MetricState[];
  /** The earlier runs that it is compared with; absent where it is compared with something else. */
  past?: Chosen;
  /** True when no further block can change the verdict. */
  resolved: boolean;
  /** What a further block must have. */
  next: NextBlock;
}
