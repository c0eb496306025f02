/** A subject's measurement as a value: how it begins, and what a block adds to it. Pure. */

import type { SubjectId } from '../../config/experiment/experiment.ts';
import { shownAnswer } from '../../load/unexpected.ts';
import { ours } from '../../system/messages/printed.ts';
import type { FailedRequest } from '../loading/failed-requests.ts';
import type { SubjectMeasurement } from '../observed/measurement.ts';
import type { BlockResult } from './subject-result.ts';

/** Failed requests that are kept in words. */
const SAMPLES_PER_ARM = 3;

export function emptySubject({ server, scenario }: SubjectId): SubjectMeasurement {
  return {
    server,
    scenario,
    pilot: null,
    blocks: [],
    replaced: [],
    failure: null,
    restarts: 0,
    errorSamples: [],
  };
}

/**
 * The subject with this block, or with why it could not be measured. `samples`: failed requests that are new in it, with
 * what the server sent.
 */
export function withBlock(
  measured: SubjectMeasurement,
  result: BlockResult,
): { measured: SubjectMeasurement; samples: readonly FailedRequest[] } {
  const { restarts } = result;
  if (result.kind === 'failed') {
    return { measured: { ...measured, restarts, failure: result.failure }, samples: [] };
  }
  const samples = newSamples(measured, result.samples);
  const kept = samples.map(({ arm, kind, message, answer, cure, request }) => {
    // What the server sent or printed is in none of them.
    const shown = { answer: answer && shownAnswer(answer), ...(cure && { cure }) };
    const whose = request === undefined ? {} : { request };
    return { arm, kind, message: ours(message), ...shown, ...whose };
  });
  return {
    measured: {
      ...measured,
      restarts,
      ...(result.answers ? { answers: result.answers } : {}),
      blocks: [...measured.blocks, result.block],
      errorSamples: [...measured.errorSamples, ...kept],
    },
    samples,
  };
}

/** A few of each arm: thousands of the same line help nobody. */
function newSamples(
  { errorSamples }: SubjectMeasurement,
  samples: readonly FailedRequest[],
): FailedRequest[] {
  const left = { base: SAMPLES_PER_ARM, head: SAMPLES_PER_ARM };
  for (const { arm } of errorSamples) left[arm] -= 1;
  return samples.filter(({ arm }) => {
    left[arm] -= 1;
    return left[arm] >= 0;
  });
}
