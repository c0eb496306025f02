/** A change without any: every subject is told so, and nothing is built, started or measured. */
import type { Experiment } from '../config/experiment.ts';
import { SAME_CODE } from '../judge/same-code.ts';
import type { Failure } from '../measure/measurement.ts';

/** In the terms of `buildAll`: why no server can be compared. */
export function nothingChanged({ servers }: Pick<Experiment, 'servers'>): Map<string, Failure> {
  return new Map(
    servers.map(({ name }) => [name, { arm: 'base', stage: 'build', message: SAME_CODE }]),
  );
}
