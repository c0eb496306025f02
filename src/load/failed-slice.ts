/** What stands for a slice that was not tried, because its arm had to give up the one before. */
import type { Arm } from '../terms/arm.ts';
import type { ErrorKind, SliceResult } from './results.ts';
import { machineMs, noErrors } from './session.ts';

export function lostSlice(arm: Arm, requests: number, kind: ErrorKind): SliceResult {
  return {
    arm,
    startedAtMs: machineMs(),
    durationUs: 0,
    good: 0,
    errors: { ...noErrors(), [kind]: requests },
    resent: 0,
    generatorCpuUs: 0,
    medianLatencyUs: 0,
    meanLatencyUs: null,
  };
}
