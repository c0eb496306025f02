/** Our own line format, for scripts: one `metric value unit` per line. See docs/load-tools.md. */
import { foreign } from '../../system/messages/printed.ts';
import { noErrors } from '../session.ts';
import { checkReport, type ToolOutput, type ToolReport, Unreadable } from './report.ts';

/** To microseconds. */
const TIMES: Record<string, number> = { ns: 1e-3, us: 1, ms: 1e3, s: 1e6 };

/** Each metric's units, and what they are worth. */
const METRICS: Record<string, Record<string, number>> = {
  requests: { count: 1 },
  throughput: { 'req/s': 1 },
  errors: { count: 1 },
  duration: TIMES,
  latency_p50: TIMES,
};

const NUMBER = /^\d+(\.\d+)?([eE][+-]?\d+)?$/;

export function parseLines({ stdout }: ToolOutput): ToolReport {
  const values = new Map<string, number>();
  for (const [index, line] of stdout.split('\n').entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [metric, value] = readLine(line, index + 1);
    if (values.has(metric)) throw new Unreadable(`has a second \`${metric}\` in line ${index + 1}`);
    values.set(metric, value);
  }
  const durationUs = needed(values, 'duration');
  const errors = whole('errors', needed(values, 'errors'));
  const requests = requestsOf(values, durationUs);
  if (errors > requests) {
    throw new Unreadable(`contradicts itself: ${errors} errors in ${requests} requests`);
  }
  return checkReport({
    good: requests - errors,
    errors: { ...noErrors(), status: errors },
    durationUs,
    medianLatencyUs: values.get('latency_p50') ?? 0,
  });
}

function readLine(line: string, number: number): [metric: string, value: number] {
  const place = `in line ${number}, \`${foreign(line.trim().slice(0, 80))}\``;
  const [metric = '', digits = '', unit = '', ...more] = line.trim().split(/\s+/);
  const units = Object.hasOwn(METRICS, metric) ? METRICS[metric] : undefined;
  if (units === undefined) {
    const known = Object.keys(METRICS).join(', ');
    throw new Unreadable(
      `has no metric that is known ${place}: ${known} are, and \`#\` begins a comment`,
    );
  }
  const worth = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (worth === undefined || more.length > 0) {
    const allowed = Object.keys(units).join(', ');
    throw new Unreadable(`is not \`${metric} number unit\` ${place}: units are ${allowed}`);
  }
  const value = Number(digits) * worth;
  if (!NUMBER.test(digits) || !Number.isFinite(value)) {
    throw new Unreadable(`has \`${foreign(digits.slice(0, 40))}\` for a number ${place}`);
  }
  return [metric, value];
}

function needed(values: ReadonlyMap<string, number>, metric: string): number {
  const value = values.get(metric);
  if (value === undefined) {
    const unit = Object.keys(METRICS[metric] ?? {}).at(-1);
    throw new Unreadable(`has no line \`${metric} N ${unit}\``);
  }
  return value;
}

/** As counted, or from the rate. */
function requestsOf(values: ReadonlyMap<string, number>, durationUs: number): number {
  const rate = values.get('throughput');
  const count = values.get('requests');
  if (rate !== undefined && count !== undefined) {
    throw new Unreadable('has both `requests` and `throughput`: one of them is enough');
  }
  if (rate !== undefined) return Math.round((rate * durationUs) / 1e6);
  if (count !== undefined) return whole('requests', count);
  throw new Unreadable('has neither a line `requests N count` nor `throughput N req/s`');
}

function whole(metric: string, value: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new Unreadable(`has ${value} for \`${metric}\`, which is no count`);
  }
  return value;
}
