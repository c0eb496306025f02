/**
 * autocannon, `--json`: latencies in whole milliseconds. `errors` are failures of connections, and
 * timeouts, which stand in `timeouts` as well. It answers for no request whose connection the server
 * closed: that is not counted.
 */
import { noErrors } from '../session.ts';
import { countAt, type Json, numberAt, objectAt, onlyJson } from './json.ts';
import { checkReport, type ToolOutput, type ToolReport, Unreadable } from './report.ts';
import { splitStatuses } from './statuses.ts';

/** `duration` is rounded to hundredths. */
const ROUNDING_S = 0.02;

export function parseAutocannon({ stdout }: ToolOutput): ToolReport {
  const json = onlyJson(stdout);
  const statuses = Object.keys(objectAt(json, 'statusCodeStats')).map(
    (status) => [status, countAt(json, 'statusCodeStats', status, 'count')] as const,
  );
  const { good, bad } = splitStatuses(new Map(statuses));
  const failures = countAt(json, 'errors');
  const timeout = countAt(json, 'timeouts');
  const classes = ['2xx', '3xx', '4xx', '5xx'].reduce((sum, key) => sum + countAt(json, key), 0);
  if (timeout > failures || good + bad !== classes) {
    throw new Unreadable(
      `contradicts itself: ${timeout} \`timeouts\` of ${failures} \`errors\`, ${good + bad} answers by status and ${classes} by class of status`,
    );
  }
  const body = Math.min(countAt(json, 'mismatches'), good);
  return checkReport({
    good: good - body,
    errors: { ...noErrors(), connect: failures - timeout, timeout, status: bad, body },
    durationUs: secondsOf(json) * 1e6,
    medianLatencyUs: numberAt(json, 'latency', 'p50') * 1000,
  });
}

/** `start` and `finish` are finer than `duration`. */
function secondsOf(json: Json): number {
  const seconds = numberAt(json, 'duration');
  const finer = (Date.parse(String(json.finish)) - Date.parse(String(json.start))) / 1000;
  if (Number.isNaN(finer)) return seconds;
  if (Math.abs(finer - seconds) > ROUNDING_S) {
    throw new Unreadable(
      `contradicts itself: it is ${finer} s from \`start\` to \`finish\`, with a \`duration\` of ${seconds} s`,
    );
  }
  return finer;
}
