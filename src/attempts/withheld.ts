/** A measurement of a version that wrote values down, as this one would have written it. */
import { drawSalt, withhold, withholdFlags, withholdLoad } from '../config/withhold.ts';
import type { Measurement } from '../measure/measurement.ts';

/** Nothing that is read may be written again with what it should not have held. */
export function withoutValues(measurement: Measurement): Measurement {
  const { experiment, flags, stored } = measurement;
  const salt = drawSalt();
  return {
    ...measurement,
    experiment: withhold(experiment, salt),
    flags: withholdFlags(flags),
    stored: stored && {
      ...stored,
      subjects: stored.subjects.map((one) => ({ ...one, load: withholdLoad(one.load, salt) })),
    },
  };
}
