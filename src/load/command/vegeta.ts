/**
 * vegeta, `report -type=json`: times in nanoseconds. `duration` ends with the last request, `wait`
 * with the last answer. Status 0 is a request without an answer; why, it says once for each reason
 * and not how often, so that all of them count as the first reason.
 */
import type { ErrorKind } from '../results.ts';
import { noErrors } from '../session.ts';
import { countAt, countsAt, type Json, numberAt, onlyJson } from './json.ts';
import { checkReport, type ToolOutput, type ToolReport, Unreadable } from './report.ts';
import { kindOfFailure, splitStatuses } from './statuses.ts';

const ROUNDING = 1e-6;

export function parseVegeta({ stdout }: ToolOutput): ToolReport {
  const json = onlyJson(stdout);
  const requests = countAt(json, 'requests');
  const statuses = countsAt(json, 'status_codes');
  const unanswered = statuses.get('0') ?? 0;
  statuses.delete('0');
  const { good, bad } = splitStatuses(statuses);
  if (good + bad + unanswered !== requests) {
    throw new Unreadable(
      `contradicts itself: \`status_codes\` has ${good + bad + unanswered} of ${requests} \`requests\``,
    );
  }
  const errors = { ...noErrors(), status: bad };
  errors[reasonIn(json)] += unanswered;
  const report = checkReport({
    good,
    errors,
    durationUs: (numberAt(json, 'duration') + numberAt(json, 'wait')) / 1000,
    medianLatencyUs: numberAt(json, 'latencies', '50th') / 1000,
  });
  const rate = numberAt(json, 'success');
  if (Math.abs(rate - good / requests) > ROUNDING) {
    throw new Unreadable(
      `contradicts itself: ${good} of ${requests} are not a \`success\` of ${rate}`,
    );
  }
  return report;
}

function reasonIn(json: Json): ErrorKind {
  const { errors } = json;
  // The others are status lines: "404 Not Found".
  const reason = Array.isArray(errors)
    ? errors.find((error) => typeof error === 'string' && !/^\d{3}\b/.test(error))
    : undefined;
  return reason === undefined ? 'protocol' : kindOfFailure(reason);
}
