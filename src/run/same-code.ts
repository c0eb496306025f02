/** A change without any: every subject is told so, and nothing is built, started or measured. */
import type { Failure } from '../measure/observed/measurement.ts';
import { SAME_CODE } from '../report/notices/same-code.ts';

/** Why no subject can be compared. */
export const NOTHING_CHANGED: Failure = {
  arm: 'base',
  stage: 'build',
  message: SAME_CODE,
  cure: null,
};
