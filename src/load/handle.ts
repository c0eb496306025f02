/** The gate's handle on all processes that make load. */

import type { Arm } from '../terms/arm.ts';
import type { Question } from './question.ts';
import type {
  BurstResult,
  ErrorSample,
  OpenLoopResult,
  SliceResult,
  SteadyResult,
} from './results.ts';
import type { Target } from './target.ts';

/** The gate's handle on the generator's processes. */
export interface Generator extends AsyncDisposable {
  /** Status of the answer in the scenario's protocol, on a connection of its own, or in words why there is none. */
  probe(target: Target, question: Question, timeoutMs: number): Promise<number | string>;
  /**
   * Opens every connection of the arm. Resolves to the engine's name. Rejects with NotConnected when
   * none can be opened, and with ScenarioUnsendable when no server could get this scenario.
   */
  open(arm: Arm, target: Target): Promise<string>;
  /** `expectedMs`: how long it is to take at most, for whoever tells of a longer wait. */
  slices(
    order: Arm[],
    requests: number,
    expectedMs?: number,
  ): Promise<{ slices: SliceResult[]; samples: ErrorSample[] }>;
  /** So much work at a fixed rate, whatever the server does. Only for a scenario that `hasLatency`. */
  openLoop(
    arm: Arm,
    requests: number,
    perSecond: number,
  ): Promise<{ result: OpenLoopResult; samples: ErrorSample[] }>;
  /** As much work as the arm can do in this time. Only for a scenario that `hasLatency`. */
  steady(arm: Arm, durationMs: number): Promise<{ result: SteadyResult; samples: ErrorSample[] }>;
  /**
   * autocannon against an opened arm's target, on connections of its own; the arm's own are closed
   * meanwhile. Only for a scenario that `hasBurst`.
   */
  burst(arm: Arm, durationS: number): Promise<BurstResult>;
  close(arm: Arm): Promise<void>;
}
