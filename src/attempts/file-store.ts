/** A store of one measurement: a file that the user names. */

import { Verdict } from '../judge/verdict.ts';
import { Measurement } from '../measure/measurement.ts';
import { assertDigest, splitDigest } from '../system/digest.ts';
import { UserError } from '../system/problem.ts';
import { toJson, writeWhole } from '../system/results.ts';
import { impossibleIn } from './checks/measurement.ts';
import { impossibleInVerdict } from './checks/verdict.ts';
import { readFileAs } from './read-file.ts';
import type { Store } from './store.ts';
import { withoutValues } from './withheld.ts';

export function fileStore(file: string): Store {
  return {
    name: file,
    keep: async (measurement) => {
      assertPossible(file, measurement);
      writeWhole(file, toJson(measurement));
    },
    latest: () => readMeasurement(file),
  };
}

/** What could not be read again is not kept either. */
function assertPossible(file: string, measurement: Measurement): void {
  const found = impossibleIn(measurement);
  if (found === null) return;
  throw new UserError({
    where: file,
    message: `is not written: the measurement cannot be compared with later (${found.at}: ${found.message})`,
    hint: 'this is a mistake of this program, please report it; the results of this run are as they are',
  });
}

/** Reads and checks a `verdict.json`. Throws a UserError that says in one sentence what is wrong with it. */
export async function readVerdict(file: string): Promise<Verdict> {
  return readFileAs(file, Verdict, 'verdict', { check: impossibleInVerdict });
}

/**
 * Reads and checks a `measurement.json`, also against the digest in `FILE@sha256:DIGEST`; values that an old one holds are left out. Throws a UserError that says in one
 * sentence what is wrong with it.
 */
export async function readMeasurement(file: string): Promise<Measurement> {
  const digested = splitDigest(file);
  return withoutValues(
    await readFileAs(digested.path, Measurement, 'measurement', {
      check: impossibleIn,
      bytes: (content) => assertDigest(digested, content),
    }),
  );
}
