/**
 * h2load, the text that it prints. By its manual, `errored` is a part of `failed` and `timeout` a
 * part of `errored`; what is left of `failed` are answers of 400 or more. It gives no median. With
 * `-D` it does not open a lost connection again, and does not count what was lost with it; with `-n`
 * every request that was not answered is `errored`.
 */
import { noErrors } from '../session.ts';
import {
  checkReport,
  durationUs,
  type Printed,
  printed,
  type ToolOutput,
  type ToolReport,
  Unreadable,
} from './report.ts';
import { matchOnce, toCount } from './text.ts';

/** Seconds. */
const UNITS: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1 };

export function parseH2load({ stdout }: ToolOutput): ToolReport {
  const [time, unit, rate] = matchOnce(
    stdout,
    /^finished in (\d+(?:\.\d+)?)(us|ms|s), (\d+(?:\.\d+)?) req\/s, \S+B\/s$/gm,
    'finished in T, N req/s, N/s',
  );
  const counts = matchOnce(
    stdout,
    // What follows the figures shows that they are all there.
    /^requests: \d+ total, (\d+) started, (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored(?:, (\d+) timeout)?\nstatus codes: \d/gm,
    'requests: N total, N started, N done, N succeeded, N failed, N errored, N timeout` and `status codes: …',
  );
  const [started, done, good, failed, errored, timeout] = counts.map(toCount) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (errored > failed || timeout > errored || good > done || done > started) {
    throw new Unreadable(
      `contradicts itself: ${started} started, ${done} done, ${good} succeeded, ${failed} failed, ${errored} errored, ${timeout} timeout`,
    );
  }
  const status = failed - errored;
  const lost = errored - timeout;
  return checkReport({
    good,
    errors: {
      ...noErrors(),
      timeout,
      status,
      ...(started === 0 ? { connect: lost } : { closed: lost }),
    },
    durationUs: timeOf(stdout, good + status, {
      rate: printed(rate as string),
      time: printed(time as string, UNITS[unit as string]),
    }),
    medianLatencyUs: 0,
  });
}

/** Its rate is that of complete answers, whatever their status; with `-D` over the time asked for. */
function timeOf(
  stdout: string,
  answers: number,
  { rate, time }: { rate: Printed; time: Printed },
): number {
  const timed = /^spawning thread .* with (\d+(?:\.\d+)?)s of warm-up time and /m.exec(stdout);
  if (timed === null) return durationUs(answers, rate, time);
  const measured = { ...time, value: time.value - Number(timed[1]) };
  return durationUs(answers, rate, measured, { nominal: true });
}
