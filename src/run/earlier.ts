/** The measurement that a run is asked to continue, read before anything of it could be overwritten. */
import { access } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { assertContinues, type Earlier, hasBlocks, otherMachine } from '../attempts/earlier.ts';
import { readMeasurement } from '../attempts/result-files.ts';
import { type Continued, resumeStates } from '../attempts/resume.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import {
  continuedText,
  emptyEarlierText,
  otherConfirmationText,
  startedOverText,
} from '../report/notices/attempts.ts';
import { otherMachineText } from '../report/notices/difference.ts';
import { splitDigest } from '../system/files/digest.ts';
import type { GateRequest } from './request.ts';

/**
 * Null when there is no such file: the first attempt has nothing to continue. Throws a UserError when there is one that
 * cannot be read. `path`: of the file; `shown`: as the user wrote it.
 */
export async function readEarlier(path: string, shown = path): Promise<Earlier | null> {
  const { path: file, sha256 } = splitDigest(path);
  try {
    await access(file);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    // Whoever has its digest knows that there was one.
    if (isMissing && sha256 === null) return null;
  }
  return { measurement: await readMeasurement(path), where: shown };
}

/**
 * What stands of the earlier attempts for the measurement that is about to begin, which is told; null when there is
 * nothing to continue. Throws a UserError when it is another comparison.
 */
export function continueEarlier(
  { earlier, emit }: Pick<GateRequest, 'earlier' | 'emit'>,
  measurement: Measurement,
): Continued | null {
  if (earlier === null) return null;
  const note = (message: string) => emit({ type: 'note', message });
  if (!hasBlocks(earlier.measurement)) {
    note(emptyEarlierText(earlier.where));
    return null;
  }
  if (isOtherConfirmation(earlier.measurement, measurement)) {
    note(otherConfirmationText(earlier.where));
    return null;
  }
  assertContinues(measurement, earlier);
  const differences = otherMachine(earlier.measurement, measurement);
  if (differences.length > 0) {
    emit({ type: 'warning', subject: null, message: otherMachineText(differences) });
  }
  const continued = resumeStates(earlier.measurement);
  for (const [name, { kind, measured }] of continued.states) {
    note(continuedText(name, kind, measured.blocks.length));
  }
  for (const name of continued.startedOver) {
    note(startedOverText(name));
  }
  return continued;
}

/** A first job that was run anew claims something of its own, which deserves a confirmation of its own. */
function isOtherConfirmation(earlier: Measurement, now: Measurement): boolean {
  const [then, is] = [earlier.confirmationOf, now.confirmationOf];
  return then !== null && is !== null && !isDeepStrictEqual(then.claims, is.claims);
}
