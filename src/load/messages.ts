/** What the gate and a generator process say to each other. */

import type { Arm } from '../terms/arm.ts';
import type { Question } from './question.ts';
import type {
  BurstResult,
  ErrorSample,
  GaveUp,
  OpenLoopResult,
  Refusal,
  SliceResult,
  SteadyResult,
} from './results.ts';
import type { Share } from './sequence.ts';
import type { Target } from './target.ts';
import type { FailedReply } from './worker/process.ts';

/** Gate → generator. Every request is answered by exactly one reply with the same id. */
export type GeneratorRequest =
  | { id: number; op: 'probe'; target: Target; question: Question; timeoutMs: number }
  /** `first`: number of the arm's next request, over all its loads. */
  | { id: number; op: 'open'; arm: Arm; target: Target; share: Share; first: number }
  /** Opens what was closed of the arm since its last slice, so that all processes can begin the next at once. */
  | { id: number; op: 'prepare'; arm: Arm }
  /** Slices in this order, back to back; the first begins at `startAtMs` (`machineMs`), null: at once. */
  | { id: number; op: 'slices'; order: Arm[]; requests: number; startAtMs: number | null }
  /** Work released evenly at `perSecond`, the first piece `offsetMs` after the start. */
  | {
      id: number;
      op: 'open-loop';
      arm: Arm;
      requests: number;
      perSecond: number;
      offsetMs: number;
      startAtMs: number | null;
    }
  | { id: number; op: 'steady'; arm: Arm; durationMs: number; startAtMs: number | null }
  /** Work that is not done, and goes past. */
  | { id: number; op: 'skip'; arm: Arm; requests: number }
  | { id: number; op: 'rest'; arm: Arm }
  | { id: number; op: 'burst'; arm: Arm; durationS: number }
  | { id: number; op: 'close'; arm: Arm };

export type GeneratorReply =
  | {
      id: number;
      ok: true;
      engine?: string;
      /** Why not one connection opened; null when at least one did. The arm is open either way. */
      refusal?: Refusal | null;
      slices?: SliceResult[];
      openLoop?: OpenLoopResult;
      steady?: SteadyResult;
      samples?: ErrorSample[];
      /** Arms that stopped trying, and why. */
      gaveUp?: GaveUp;
      /** Arms of which a connection is closed by now. */
      unprepared?: Arm[];
      burst?: BurstResult;
      /** Of an arm that is closed: what its next load's numbers may begin with. */
      numbersEnd?: number;
      probed?: number | string;
    }
  | FailedReply;
