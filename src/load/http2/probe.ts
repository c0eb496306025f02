/** One request by Node's own client: is the server ready? */
import type http2 from 'node:http2';
import { causeOf, connectHttp2 } from '../node-http2.ts';
import { NOT_IN_TIME, type Question, splitHost } from '../question.ts';
import { goAwayText, resetText } from '../shared/ended-question.ts';
import { type OwnPorts, ownPortsTo } from '../shared/own-ports.ts';
import { tlsTrouble } from '../shared/tls-trouble.ts';
import type { Target } from '../target.ts';
import { codeName } from './frames.ts';
import { NO_STREAMS } from './peer-settings.ts';

/**
 * Status of the answer on a connection of its own, certificate not checked; or in words why there is
 * none. Never rejects, and takes no longer than `timeoutMs`.
 */
export async function probeHttp2(
  target: Target,
  question: Question,
  timeoutMs: number,
): Promise<number | string> {
  const ports = ownPortsTo(target);
  const answer = await probeFrom(ports, target, question, timeoutMs);
  // This machine had no port left for it at the usual address.
  return answer ?? (await probeFrom(ports, target, question, timeoutMs)) ?? 'no port left';
}

/** Null: it may be tried again, from elsewhere. */
async function probeFrom(
  ports: OwnPorts,
  target: Target,
  question: Question,
  timeoutMs: number,
): Promise<number | string | null> {
  return await new Promise((resolve) => {
    const client = connectHttp2(target, ports.from);
    const finish = (outcome: number | string | null) => {
      clearTimeout(timer);
      client.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => finish(lateText(client, timeoutMs)), timeoutMs);
    let farewell: number | null = null;
    // Of a GOAWAY without an error Node tells the request alone, as if that had been reset.
    client.on('goaway', (code) => {
      farewell = code;
    });
    const failed = (error: Error, stream: Reset = {}) => {
      const cause = causeOf(error);
      if (ports.jumpsOn(cause)) finish(null);
      else finish(endedBy(farewell, stream) ?? (tlsTrouble(cause) || cause.name));
    };
    const CLOSED = 'the server closed the connection';
    client.on('error', (error) => failed(error));
    client.on('close', () => finish(endedBy(farewell, {}) ?? CLOSED));
    // A server may allow no streams at first, and refuses what comes before its SETTINGS: after them, Node waits for a stream.
    client.once('remoteSettings', () => {
      const stream = client.request(fieldsOf(question));
      const WITHOUT = 'the server ended the request without an answer';
      stream
        .on('error', (error) => failed(error, resetOf(client, stream)))
        .on('close', () =>
          finish(endedBy(farewell, resetOf(client, stream)) ?? (isOver(client) ? CLOSED : WITHOUT)),
        )
        .on('response', (headers) => finish(headers[':status'] ?? 'an answer without a status'))
        .end();
    });
  });
}

/** A stream, with the code by which the server has reset it, if it has. */
interface Reset {
  readonly rstCode?: number | undefined;
}

/** With its connection Node ends a stream by a code of its own choice, which the server has never sent. */
function resetOf(client: http2.ClientHttp2Session, { rstCode }: Reset): Reset {
  return isOver(client) ? {} : { rstCode };
}

function isOver({ closed, destroyed }: http2.ClientHttp2Session): boolean {
  return closed || destroyed;
}

/** By which error code the server ended it, in words; null: by none. */
function endedBy(farewell: number | null, { rstCode = 0 }: Reset): string | null {
  if (farewell !== null) return goAwayText(codeName(farewell));
  return rstCode === 0 ? null : resetText(codeName(rstCode));
}

function lateText({ remoteSettings }: http2.ClientHttp2Session, timeoutMs: number): string {
  const isShut = remoteSettings?.maxConcurrentStreams === 0;
  return `${NOT_IN_TIME} ${timeoutMs} ms${isShut ? `: ${NO_STREAMS}, have it allow some` : ''}`;
}

function fieldsOf(question: Question): http2.OutgoingHttpHeaders {
  const { host, others } = splitHost(question);
  return {
    ...Object.fromEntries(others),
    ':method': question.method,
    ':path': question.path,
    ...(host === null ? {} : { ':authority': host }),
  };
}
