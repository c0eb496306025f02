/** `measurement.json` and `verdict.json`, read and checked as if a stranger had written them. */

import { Verdict } from '../judge/verdict/verdict.ts';
import { Measurement } from '../measure/observed/measurement.ts';
import { assertDigest, splitDigest } from '../system/files/digest.ts';
import { impossibleIn } from './checks/measurement.ts';
import { impossibleInVerdict } from './checks/verdict.ts';
import { readFileAs } from './read-file.ts';
import { withoutValues } from './withheld.ts';

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
