/** Why a whole subject cannot be compared: it failed, or too many of its answers are wrong. */

import type { Failure, SubjectMeasurement } from '../../measure/observed/measurement.ts';
import type { Finding } from '../findings/finding.ts';
import type { Fault, Health } from '../health/health.ts';

/** A base that breaks, whenever it does, is a missing baseline and not the change's fault. */
export function faultOf(
  { failure }: Pick<SubjectMeasurement, 'failure'>,
  { fault }: Pick<Health, 'fault'>,
): Fault | null {
  if (failure === null) return fault;
  if (failure.arm !== 'base') return { word: 'invalid', finding: failed(failure) };
  return fault?.word === 'invalid' ? fault : { word: 'no-baseline', finding: failed(failure) };
}

function failed({ message }: Failure): Finding {
  return { severity: 'error', subject: null, code: 'failed', data: { message } };
}
