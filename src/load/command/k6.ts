/**
 * k6: the summary of `--summary-export`, the data of `handleSummary`, and the newer machine-readable
 * summary of both. Times in milliseconds.
 *
 * Work is `http_reqs`, and `ws_msgs_received` of a script that speaks WebSocket. `http_req_failed`
 * counts failures of every kind, and gives no reason. A failed check is an unexpected body; how many
 * of those belong to failed requests is not known. None, it is assumed: errors may be counted twice,
 * but never too few.
 */
import { isObject } from '../../system/shapes/is-object.ts';
import { noErrors } from '../session.ts';
import { countAt, type Json, numberAt, objectAt, onlyJson } from './json.ts';
import { checkReport, type ToolOutput, type ToolReport, Unreadable } from './report.ts';

interface Summary {
  /** Values of a metric by its name; null: there is no such metric. */
  metric(name: string): Json | null;
  /** Length of the run; null: the rates imply it. */
  seconds: number | null;
}

export function parseK6({ stdout }: ToolOutput): ToolReport {
  const summary = toSummary(onlyJson(stdout));
  const requests = countOf(summary, 'http_reqs');
  const messages = countOf(summary, 'ws_msgs_received');
  if (requests === null && messages === null) {
    throw new Unreadable('has neither `http_reqs` nor `ws_msgs_received` among its metrics');
  }
  const done = (requests ?? 0) + (messages ?? 0);
  const failed = failuresIn(summary, 'http_req_failed');
  if (failed > (requests ?? 0)) {
    throw new Unreadable(`contradicts itself: ${failed} of ${requests ?? 0} requests failed`);
  }
  const checks = failuresIn(summary, 'checks_failed') + unpassedIn(summary, 'checks');
  const body = Math.min(checks, done - failed);
  return checkReport({
    good: done - failed - body,
    errors: { ...noErrors(), status: failed, body },
    durationUs: (summary.seconds ?? secondsOf(summary)) * 1e6,
    medianLatencyUs: messages === null ? medianOf(summary) : 0,
  });
}

function toSummary(json: Json): Summary {
  if (isObject(json.results)) {
    const { metrics } = json.results;
    if (!Array.isArray(metrics)) {
      throw new Unreadable('has no list `results.metrics` in its JSON');
    }
    const checks = isObject(json.results.checks) ? json.results.checks.metrics : [];
    const all = [...metrics, ...(Array.isArray(checks) ? checks : [])].filter(isObject);
    return {
      metric: (name) => valuesOf(all.find((metric) => metric.name === name)),
      seconds: numberAt(json, 'config', 'duration'),
    };
  }
  const metrics = objectAt(json, 'metrics');
  return {
    metric: (name) => valuesOf(metrics[name]),
    seconds: isObject(json.state) ? numberAt(json, 'state', 'testRunDurationMs') / 1000 : null,
  };
}

/** `--summary-export` has them in the metric itself. */
function valuesOf(metric: unknown): Json | null {
  if (!isObject(metric)) return null;
  return isObject(metric.values) ? metric.values : metric;
}

function countOf({ metric }: Summary, name: string): number | null {
  const values = metric(name);
  return values === null ? null : countAt({ [name]: values }, name, 'count');
}

/** Of a metric that counts failures: in its older form, a failure is what makes it "pass". */
function failuresIn({ metric }: Summary, name: string): number {
  const values = metric(name);
  if (values === null) return 0;
  return countAt({ [name]: values }, name, 'matches' in values ? 'matches' : 'passes');
}

function unpassedIn({ metric }: Summary, name: string): number {
  const values = metric(name);
  return values === null ? 0 : countAt({ [name]: values }, name, 'fails');
}

/** A rate is a count over the length of the run. */
function secondsOf({ metric }: Summary): number {
  for (const name of ['http_reqs', 'ws_msgs_received', 'iterations', 'data_sent']) {
    const values = metric(name);
    if (values === null || values.count === 0 || values.rate === 0) continue;
    const named = { [name]: values };
    return numberAt(named, name, 'count') / numberAt(named, name, 'rate');
  }
  throw new Unreadable('has no rate, so that the length of the run is not known');
}

/** Without it in `--summary-trend-stats`: not known. */
function medianOf({ metric }: Summary): number {
  const values = metric('http_req_duration');
  return values?.med === undefined
    ? 0
    : numberAt({ http_req_duration: values }, 'http_req_duration', 'med') * 1000;
}
