/** A measurement of a version that wrote values down, as this one would have written it. */
import { drawSalt, withhold, withholdFlags } from '../config/experiment/withhold.ts';
import type { Measurement } from '../measure/observed/measurement.ts';

/** Nothing that is read may be written again with what it should not have held. */
export function withoutValues(measurement: Measurement): Measurement {
  const { experiment, flags } = measurement;
  return {
    ...measurement,
    experiment: withhold(experiment, drawSalt()),
    flags: withholdFlags(flags),
  };
}
