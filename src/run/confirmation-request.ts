/** The measurement that a run is asked to confirm, read before anything of it could be overwritten. */
import path from 'node:path';
import { assertSameCommits, claimsToConfirm, type First } from '../attempts/confirmation.ts';
import { readMeasurement } from '../attempts/result-files.ts';
import { nameSources, type TreesOptions } from '../checkout/trees.ts';
import { judge } from '../judge/judge.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import { UserError } from '../system/messages/problem.ts';

/** `nothing`: the verdict of a measurement in which no regression is to be confirmed. */
export type ConfirmationRequest =
  | { kind: 'first'; first: First }
  | { kind: 'nothing'; verdict: Verdict };

/**
 * @param results the folder that the run will write to
 * @param trees what the run is about; only asked where nothing is to be confirmed, as the commits of a second measurement are compared
 *   when it begins
 * @throws UserError when the file is no measurement, when the run would remove it, and when there is nothing to confirm because it is of
 *   other commits: its verdict says nothing here then
 */
export async function readConfirmationRequest(
  file: string,
  results: string,
  trees: () => TreesOptions,
): Promise<ConfirmationRequest> {
  if (path.dirname(path.resolve(file)) === path.resolve(results)) {
    throw new UserError({
      where: file,
      message: 'is in the folder of the results, where this run would replace it',
      hint: 'let this run write its results to another folder: --out DIR (input `out`)',
    });
  }
  const measurement = await readMeasurement(file);
  const verdict = judge(measurement);
  const toConfirm = claimsToConfirm(measurement, verdict);
  if (toConfirm !== null) return { kind: 'first', first: { measurement, toConfirm, where: file } };
  const { head, base } = await nameSources(trees());
  const sources = 'missing' in base ? { head } : { head, base };
  assertSameCommits(sources, { measurement, where: file });
  return { kind: 'nothing', verdict };
}
