/** What is told of a subject while it is measured: why it is not measured on, or once more. */
import type { Disturbance } from '../../measure/observed/disturbance.ts';
import type { StoppedBy } from '../../measure/observed/measurement.ts';
import { disturbanceText } from '../findings/disturbance.ts';

export function stoppedText(by: StoppedBy): string {
  return `stopped: ${STOPPED[by]}`;
}

const STOPPED: Readonly<Record<StoppedBy, string>> = {
  'slow-blocks': 'the blocks take much longer than the pilot run led to expect',
  'job-budget': "the job's time limit leaves no time for its next look",
};

/** `reason`: why the subject would be inconclusive now. */
export function measuredOnText(reason: string): string {
  return `so far ${reason}. It is measured on, as a slowdown would count all the same`;
}

/** `index`: of the block, from 0. */
export function measuredAgainText(index: number, seen: Disturbance): string {
  return `block ${index + 1} is measured again: ${disturbanceText(seen)}`;
}

export function disturbedPilotText(seen: Disturbance): string {
  return `the machine was disturbed during the pilot run: ${disturbanceText(seen)}. Blocks that are disturbed more than that are measured again, up to a fifth of them; what goes on all the time is met by both arms alike`;
}
