/** Whether the machine did something else during a block. Blind to what the arms did. */

import { median } from 'simple-statistics';
import type { RunnerObservation } from '../measure/measurement.ts';
import { percent } from './percent.ts';
import { spinOf } from './spin.ts';
import { DISTURBED, USUAL } from './thresholds.ts';

/** Largest that does not disturb; in the units of RunnerObservation, `spin` as wall over CPU time. */
export interface DisturbanceLimits {
  steal: number;
  throttled: number;
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
  if (throttled !== null && throttled > limits.throttled) {
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

/**
 * What the machine did beyond the limits *and* beyond what it has done all the time, in words; null when it did not. To
 * measure a block again for a neighbour that is always there, such as the server's own database, would meet it again.
 */
export function unusualDisturbance(
  runner: RunnerObservation,
  before: readonly RunnerObservation[],
): string | null {
  const usual = (of: (one: RunnerObservation) => number | null) => {
    const known = before.flatMap((one) => of(one) ?? []);
    return known.length === 0 ? 0 : USUAL * median(known);
  };
  return disturbance(runner, {
    steal: Math.max(
      DISTURBED.steal,
      usual(({ steal }) => steal),
    ),
    throttled: Math.max(
      DISTURBED.throttled,
      usual(({ throttled }) => throttled),
    ),
    pressure: Math.max(
      DISTURBED.pressure,
      usual(({ pressure }) => pressure),
    ),
    foreign: Math.max(
      DISTURBED.foreign,
      usual(({ foreign }) => foreign),
    ),
    spin: Math.max(DISTURBED.spin, 1 + usual((one) => beyondOne(spinOf(one)))),
  });
}

function beyondOne(ratio: number | null): number | null {
  return ratio === null ? null : Math.max(0, ratio - 1);
}
