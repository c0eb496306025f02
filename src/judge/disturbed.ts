/** Whether the machine did something else during a block. Blind to what the arms did. */
import type { RunnerObservation } from '../measure/measurement.ts';
import { spinOf } from './noise.ts';
import { percent } from './percent.ts';
import { DISTURBED } from './thresholds.ts';

/** Largest that does not disturb; in the units of RunnerObservation, `spin` as wall over CPU time. */
export interface DisturbanceLimits {
  steal: number;
  pressure: number;
  foreign: number;
  spin: number;
}

/** What the machine did beyond the limits, in words; null when it did nothing. */
export function disturbance(
  runner: RunnerObservation,
  limits: DisturbanceLimits = DISTURBED,
): string | null {
  const { steal, throttled, pressure, foreign } = runner;
  if (steal !== null && steal > limits.steal) {
    return `the hypervisor gave ${percent(steal)} of the cores' time to others (steal)`;
  }
  if (throttled !== null && throttled > 0) {
    return 'the control group had used up its CPU quota and was held back';
  }
  if (pressure !== null && pressure > limits.pressure) {
    return `for ${percent(pressure)} of the time nothing could run for want of a CPU`;
  }
  if (foreign !== null && foreign > limits.foreign) {
    return `other processes used ${percent(foreign)} of the cores' time`;
  }
  const spin = spinOf(runner);
  if (spin !== null && spin > limits.spin) {
    return `something else ran on the load generator's core: short spins took ${percent(spin - 1)} longer than their CPU time`;
  }
  return null;
}
