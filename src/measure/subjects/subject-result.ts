/** What one step of a subject came to: measured, or failed. Types alone. */
import type { PilotEstimate } from '../../plan/pilot-estimate.ts';
import type { FailedRequest } from '../loading/failed-requests.ts';
import type { AnswersObserved } from '../observed/answers.ts';
import type { BlockMeasurement, Failure, Pilot } from '../observed/measurement.ts';

/** The first contact with a subject. `answers`: of both arms so far; null or absent: they are not compared. */
export type PilotResult =
  | { kind: 'met'; pilot: Pilot; estimate: PilotEstimate; answers?: AnswersObserved | null }
  | { kind: 'failed'; failure: Failure };

/** One block. `restarts`: blocks of this subject that were begun again so far, this one's among them. */
export type BlockResult = { restarts: number } & (
  | {
      kind: 'measured';
      block: BlockMeasurement;
      samples: readonly FailedRequest[];
      /** Of the whole run so far; null or absent: they are not compared. */
      answers?: AnswersObserved | null;
    }
  | { kind: 'failed'; failure: Failure }
);
