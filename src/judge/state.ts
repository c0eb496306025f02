/** What the judge knows of a subject while it replays the looks. Types alone, so that every part of it can know them. */
import type { Scenario, SubjectId } from '../config/experiment.ts';
import type { MetricName } from '../config/metrics.ts';
import type { SubjectMeasurement } from '../measure/measurement.ts';
import type { SubjectPlan } from '../plan/plan.ts';
import type { Arm } from '../terms/arm.ts';
import type { Decision } from './decide.ts';
import type { Estimate } from './estimate.ts';
import type { Finding, FindingOf } from './findings/finding.ts';
import type { OrderEffect } from './health/order.ts';
import type { TrimExcess } from './trim-excess.ts';
import type { Picture } from './verdict.ts';

export interface MetricState {
  metric: MetricName;
  gating: boolean;
  /** The first look is reached and no block has a value: it cannot be read here, so it cannot gate. */
  unreadable: boolean;
  /** Per block: ln(cost ratio) of a pair, or ln(cost) of head against a stored baseline; of what is compared by difference, the difference or the value. */
  values: readonly (number | null)[];
  /** Of a latency in pairs: ln(cost ratio) of all requests together, beside the typical segments'; null for others. */
  whole: readonly (number | null)[] | null;
  /** It is the figure of all requests together that decided. */
  isWhole: boolean;
  /** ln(cost), or the values, of the stored blocks; null for a pair. */
  kept: readonly number[] | null;
  /** Why nothing may be said of it, whatever its figures are; null when something may. */
  trouble: Finding | null;
  /** That is head's own doing: nothing may be said of it but that head is worse. */
  isHeadsTrouble: boolean;
  /** Its values are of the open loop, where both arms have the same rate. */
  isOpenLoopCpu: boolean;
  /** Too noisy to be decided within the budget, as the last look that was taken saw it, and nobody insists on it. */
  tooNoisy: boolean;
  /** Set once, at the look that decided. */
  decided: Exclude<Decision, { word: 'continue' }> | null;
  /** At the deciding look, else with all blocks; null when fewer than two blocks have a value. */
  estimate: Estimate | null;
  /** Index of the last look that was taken; null before the first, and in a broken subject. */
  look: number | null;
  /** Sequential p-value of "head got worse" at that look; of contenders, that they differ. */
  p: number | null;
}

export interface SubjectState {
  id: SubjectId;
  measured: SubjectMeasurement;
  /** Of two contenders, of whom neither is the change. */
  isContest: boolean;
  plan: SubjectPlan | null;
  scenario: Scenario;
  health: Health;
  metrics: MetricState[];
  /** True when no further block can change the verdict. */
  resolved: boolean;
}

/** A server had time left in the closed loop. */
export interface SpareTime {
  /** Of the arm that the generator was the limit of, else of the one that waited. */
  finding: FindingOf<'generator-limit' | 'waiting-loop'>;
  /** What was the limit of each arm. */
  limits: Record<Arm, 'server' | 'generator' | 'wait'>;
  /** Whether a request costs less CPU the busier the server is; null where that was not measured. */
  savesWhenBusy: boolean | null;
  /** Several requests share a connection or a socket, so that they can be read and answered together. */
  isShared: boolean;
}

export interface Health {
  /** The measurement is broken by head, or by both arms; null when it is not. */
  invalid: Finding | null;
  /** Base alone is broken, so that there is nothing to compare with; null when it is not. */
  baseBroken: Finding | null;
  /** Why no figure may be judged, whatever it is: the machine, the order of the arms, a server that is never steady; none when any may. */
  doubts: readonly Finding[];
  /** One of the doubts is in the pilot run, and no block could take it away. */
  isHopeless: boolean;
  /** Whether one of the doubts could be why head looks worse; where none could, what is shown to be worse is. */
  isExcused: boolean;
  /** That it matters which arm came first: an excuse of those figures alone which it could account for; null when it does not. */
  order: OrderEffect | null;
  /** Of a server that is never steady. */
  pictures: Picture[];
  /** The server was not the limit of the closed loop in both arms; null when it was. */
  spare: SpareTime | null;
  /** What the trimmed figures leave out, where it is shown; their findings are not in `warnings`. */
  rare: TrimExcess[];
  warnings: Finding[];
}
