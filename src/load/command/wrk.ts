/**
 * wrk (and wrk2), the text that it prints. What it counts, by its source: an answer of 400 or more
 * as `Non-2xx or 3xx`, and an answer that came after `--timeout` as `timeout`, both among the
 * requests; connections that could not be opened, read or written beside them. A request that is
 * never answered is not counted at all; nor is, in some versions, one whose connection was closed.
 */
import { foreign } from '../../system/messages/printed.ts';
import { noErrors } from '../session.ts';
import {
  checkReport,
  durationUs,
  printed,
  type ToolOutput,
  type ToolReport,
  Unreadable,
} from './report.ts';
import { matchOnce, maybe, toCount } from './text.ts';

/** Seconds. */
const UNITS: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

export function parseWrk({ stdout }: ToolOutput): ToolReport {
  const [count, time, unit] = matchOnce(
    stdout,
    /^ +(\d+) requests in (\d+\.\d+)(us|ms|s|m|h), .* read$/gm,
    'N requests in T, N read',
  );
  const sockets = maybe(stdout, /^ *Socket errors:(.*)$/gm, 'Socket errors: …');
  const refused = maybe(
    stdout,
    /^ *Non-2xx or 3xx responses:(.*)$/gm,
    'Non-2xx or 3xx responses: N',
  );
  // What follows the figures shows that they are all there.
  const [rate] = matchOnce(
    stdout,
    /^Requests\/sec: +(\d+\.\d+)\nTransfer\/sec: +\S+B$/gm,
    'Requests/sec: N` and `Transfer/sec: N',
  );
  const requests = toCount(count);
  const [connect, read, write, late] = sockets === null ? [0, 0, 0, 0] : socketErrors(sockets[0]);
  const status = refused === null ? 0 : toCount(refused[0]?.trim());
  if (status > requests || late > requests) {
    throw new Unreadable(
      `contradicts itself: more requests failed than the ${requests} there were`,
    );
  }
  // One can be both, and is one failure.
  const timeout = Math.min(late, requests - status);
  return checkReport({
    good: requests - status - timeout,
    errors: { ...noErrors(), connect, closed: read + write, timeout, status },
    durationUs: durationUs(
      requests,
      printed(rate as string),
      printed(time as string, UNITS[unit as string]),
    ),
    medianLatencyUs: medianOf(stdout),
  });
}

type SocketErrors = [connect: number, read: number, write: number, late: number];

function socketErrors(text = ''): SocketErrors {
  const found = /^ connect (\d+), read (\d+), write (\d+), timeout (\d+)$/.exec(text);
  if (found === null) {
    throw new Unreadable(
      `has \`Socket errors:${foreign(text.slice(0, 80))}\`, which are no four counts`,
    );
  }
  return found.slice(1).map(toCount) as SocketErrors;
}

/** With `--latency`. wrk2 prints more digits, and more lists of them: the first is the one. */
function medianOf(text: string): number {
  const found = /^ +50(?:\.0+)?% +(\d+\.\d+)(us|ms|s|m|h)$/m.exec(text);
  return found === null ? 0 : Number(found[1]) * (UNITS[found[2] as string] as number) * 1e6;
}
