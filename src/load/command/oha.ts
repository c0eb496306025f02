/**
 * oha, `--output-format json` (`--json` of older versions): times in seconds. What is still under way at
 * the end of a timed run is listed with the errors, as "aborted due to deadline", and is none.
 */
import { noErrors } from '../session.ts';
import { countsAt, type Json, numberAt, objectAt, onlyJson } from './json.ts';
import { checkReport, type ToolOutput, type ToolReport, Unreadable } from './report.ts';
import { kindOfFailure, splitStatuses } from './statuses.ts';

const UNDER_WAY = 'aborted due to deadline';
const ROUNDING = 1e-6;

export function parseOha({ stdout }: ToolOutput): ToolReport {
  const json = onlyJson(stdout);
  const { good, bad } = splitStatuses(countsAt(json, 'statusCodeDistribution'));
  const errors = { ...noErrors(), status: bad };
  for (const [message, count] of countsAt(json, 'errorDistribution')) {
    if (message !== UNDER_WAY) errors[kindOfFailure(message)] += count;
  }
  const report = checkReport({
    good,
    errors,
    durationUs: numberAt(json, 'summary', 'total') * 1e6,
    medianLatencyUs: medianOf(json),
  });
  checkRate(json, good + bad, report);
  return report;
}

/** Null when nothing was answered. */
function medianOf(json: Json): number {
  const percentiles = objectAt(json, 'latencyPercentiles');
  return percentiles.p50 === null ? 0 : numberAt(percentiles, 'p50') * 1e6;
}

/** Its own share of answers in what ended. */
function checkRate(json: Json, answers: number, { errors }: ToolReport): void {
  const { connect, timeout, closed, protocol } = errors;
  const rate = numberAt(json, 'summary', 'successRate');
  const ended = answers + connect + timeout + closed + protocol;
  if (Math.abs(rate - answers / ended) > ROUNDING) {
    throw new Unreadable(
      `contradicts itself: ${answers} answers to ${ended} requests are not a \`successRate\` of ${rate}`,
    );
  }
}
