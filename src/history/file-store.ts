/** A store of one measurement: a file that the user names. */
import { Measurement } from '../measure/measurement.ts';
import { toJson, writeWhole } from '../results.ts';
import { readFileAs } from './read-file.ts';
import type { Store } from './store.ts';
import { withoutValues } from './withheld.ts';

export function fileStore(file: string): Store {
  return {
    name: file,
    keep: async (measurement) => writeWhole(file, toJson(measurement)),
    latest: () => readMeasurement(file),
  };
}

/** Reads and checks a `measurement.json`; values that an old one holds are left out. Throws a UserError that says in one sentence what is wrong with it. */
export async function readMeasurement(file: string): Promise<Measurement> {
  return withoutValues(await readFileAs(file, Measurement, 'measurement'));
}
