/** One request by Node's own client: is the server ready? */
import type http2 from 'node:http2';
import { causeOf, connectHttp2 } from '../node-http2.ts';
import { NOT_IN_TIME, type Question, splitHost } from '../question.ts';
import { type OwnPorts, ownPortsTo } from '../shared/own-ports.ts';
import { tlsTrouble } from '../shared/tls-trouble.ts';
import type { Target } from '../target.ts';
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
    const failed = (error: Error) => {
      const cause = causeOf(error);
      finish(ports.jumpsOn(cause) ? null : tlsTrouble(cause) || cause.name);
    };
    client.on('error', failed);
    client.on('close', () => finish('the server closed the connection'));
    // A server may allow no streams at first, and refuses what comes before its SETTINGS: after them, Node waits for a stream.
    client.once('remoteSettings', () =>
      client
        .request(fieldsOf(question))
        .on('error', failed)
        .on('close', () => finish('the server ended the request without an answer'))
        .on('response', (headers) => finish(headers[':status'] ?? 'an answer without a status'))
        .end(),
    );
  });
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
