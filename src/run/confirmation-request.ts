/** The measurement that a run is asked to confirm, read before anything of it could be overwritten. */
import path from 'node:path';
import { assertSameCommits, claimsToConfirm, type First } from '../attempts/confirmation.ts';
import { readMeasurement } from '../attempts/result-files.ts';
import { nameSources, type TreesOptions } from '../checkout/trees.ts';
import { judge } from '../judge/judge.ts';
import type { Verdict } from '../judge/verdict.ts';
import type { Measurement } from '../measure/measurement.ts';
import { UserError } from '../system/problem.ts';

/** `nothing`: the verdict of a measurement in which no regression is to be confirmed. */
export type ConfirmationRequest = { kind: 'first'; first: First } | Nothing;

export interface Nothing {
  kind: 'nothing';
  verdict: Verdict;
  measurement: Measurement;
  /** Its file, for messages. */
  where: string;
}

/**
 * `results`: the folder that the run will write to. Throws a UserError when the file is no measurement, and when the
 * run would remove it.
 */
export async function readConfirmationRequest(
  file: string,
  results: string,
): Promise<ConfirmationRequest> {
  if (path.dirname(path.resolve(file)) === path.resolve(results)) {
    throw new UserError({
      where: file,
      message: 'is in the folder of the results, where this run would replace it',
      hint: 'let this run write its results to another folder (`out`)',
    });
  }
  const measurement = await readMeasurement(file);
  const verdict = judge(measurement);
  const toConfirm = claimsToConfirm(measurement, verdict);
  if (toConfirm === null) return { kind: 'nothing', verdict, measurement, where: file };
  return { kind: 'first', first: { measurement, toConfirm, where: file } };
}

/** Throws a UserError when the first measurement is of other commits than this run is about: then its verdict says nothing here. */
export async function assertOfTheseCommits(nothing: Nothing, trees: TreesOptions): Promise<void> {
  const { head, base } = await nameSources(trees);
  assertSameCommits('missing' in base ? { head } : { head, base }, nothing);
}
