/** Whether the machine did something else during a block. Blind to what the arms did. */

import { median } from 'simple-statistics';
import type { Disturbance } from '../../measure/observed/disturbance.ts';
import type { RunnerObservation } from '../../measure/observed/measurement.ts';
import type { Cores } from '../../terms/core-sets.ts';
import { DISTURBED, USUAL } from '../findings/thresholds.ts';
import { spinOf } from './spin.ts';

/** Largest that does not disturb; in the units of RunnerObservation, `spin` as wall over CPU time. */
export interface DisturbanceLimits {
  steal: number;
  throttled: number;
  pressure: number;
  foreign: number;
  spin: number;
}

/** The first thing that the machine did beyond the limits; null when it did nothing. */
export function disturbance(
  runner: RunnerObservation,
  limits: DisturbanceLimits = DISTURBED,
): Disturbance | null {
  const { steal, throttled, pressure, foreign } = runner;
  if (steal !== null && steal > limits.steal) {
    return { kind: 'steal', share: steal };
  }
  if (throttled !== null && throttled > limits.throttled) {
    return { kind: 'throttled' };
  }
  if (pressure !== null && pressure > limits.pressure) {
    return { kind: 'pressure', share: pressure };
  }
  if (foreign !== null && foreign > limits.foreign) {
    return { kind: 'foreign', share: foreign };
  }
  const spin = spinOf(runner);
  if (spin !== null && spin > limits.spin) {
    return { kind: 'spin', longer: spin - 1 };
  }
  return null;
}

/**
 * What the machine did beyond the limits *and* beyond what it has done all the time; null when it did not. To
 * measure a block again for a neighbour that is always there, such as the server's own database, would meet it again.
 *
 * Throttling and pressure are those of the control group that the servers run in, so a head that computes in the background
 * brings them itself: they take nothing away from a block. Nor do slow spins where the servers may run on the generator's core
 * (docs/adr/0022-disturbed-blocks.md).
 */
export function unusualDisturbance(
  runner: RunnerObservation,
  before: readonly RunnerObservation[],
  { isApart }: { isApart: boolean },
): Disturbance | null {
  const usual = (of: (one: RunnerObservation) => number | null) => {
    const known = before.flatMap((one) => of(one) ?? []);
    return known.length === 0 ? 0 : USUAL * median(known);
  };
  return disturbance(runner, {
    steal: Math.max(
      DISTURBED.steal,
      usual(({ steal }) => steal),
    ),
    throttled: Number.POSITIVE_INFINITY,
    pressure: Number.POSITIVE_INFINITY,
    foreign: Math.max(
      DISTURBED.foreign,
      usual(({ foreign }) => foreign),
    ),
    spin: isApart
      ? Math.max(DISTURBED.spin, 1 + usual((one) => beyondOne(spinOf(one))))
      : Number.POSITIVE_INFINITY,
  });
}

/** The generator has cores on which neither a server may run nor what works for one, such as a database. */
export function isApart(
  { generator, servers, beside }: Cores,
  { beside: worked }: RunnerObservation,
): boolean {
  if (generator === null || servers === null) return false;
  if (worked !== undefined && beside === undefined) return false;
  return !generator.some((core) => servers.includes(core));
}

function beyondOne(ratio: number | null): number | null {
  return ratio === null ? null : Math.max(0, ratio - 1);
}
