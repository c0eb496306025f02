/** A store of one measurement: a file that the user names. */
import { Measurement } from '../measure/measurement.ts';
import { toJson, writeWhole } from '../results.ts';
import { readFileAs } from './read-file.ts';
import type { Store } from './store.ts';

export function fileStore(file: string): Store {
  return {
    name: file,
    keep: async (measurement) => writeWhole(file, toJson(measurement)),
    latest: () => readMeasurement(file),
  };
}

/** Reads and checks a `measurement.json`. Throws a UserError that says in one sentence what is wrong with it. */
export async function readMeasurement(file: string): Promise<Measurement> {
  return readFileAs(file, Measurement, 'measurement');
}
