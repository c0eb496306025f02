/** What a run came to: its measurement and the verdict on it, in the files that it leaves; and how both are taken back. */
import { judge } from '../judge/judge.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import type { Failure, Measurement } from '../measure/observed/measurement.ts';
import { renderComment } from '../report/comment.ts';
import { renderHtml } from '../report/html/page.ts';
import { renderSummary } from '../report/summary.ts';
import { verdictFile } from '../report/verdict-file.ts';
import { type Results, toJson } from '../system/results/results.ts';

export interface Judged {
  measurement: Measurement;
  verdict: Verdict;
}

/** All of them, as each is read by somebody who reads none of the others. */
export function writeVerdict(
  results: Pick<Results, 'write'>,
  { measurement, verdict }: Judged,
): void {
  results.write('verdict', verdictFile(verdict));
  results.write('comment', renderComment(verdict));
  results.write('summary', renderSummary(verdict));
  results.write('report', renderHtml(verdict, measurement));
}

/**
 * What is not known to be base and head is judged for nothing. Whatever else went wrong counts for as little: a base that fails would
 * be no baseline, and green.
 */
export function disowned(measurement: Measurement, trouble: string): Measurement {
  const failure: Failure = { arm: null, stage: 'block', message: trouble, cure: null };
  return { ...measurement, subjects: measurement.subjects.map((one) => ({ ...one, failure })) };
}

/** The same when all is written already: no file is left that says otherwise, nor one that another job could go on from. */
export function takenBack(
  { measurement, results }: Pick<Judged, 'measurement'> & { results: Pick<Results, 'write'> },
  trouble: string,
): Verdict {
  const own = disowned(measurement, trouble);
  const verdict = judge(own);
  results.write('measurement', toJson(own));
  writeVerdict(results, { measurement: own, verdict });
  return verdict;
}
