/** A connection by Node's own client of HTTP/2, for questions beside the load. */
import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';
import { authority, socketAddress, uncheckedTls } from './address.ts';
import type { Target } from './target.ts';

/** Its certificate is not checked. `from`: this machine's end. */
export function connectHttp2(
  target: Target,
  from: { localAddress?: string } = {},
): http2.ClientHttp2Session {
  const address = { ...socketAddress(target), ...from };
  const { tls: secured } = target.scenario;
  return http2.connect(`${secured === null ? 'http' : 'https'}://${authority(target)}`, {
    createConnection: () =>
      secured === null
        ? net.connect(address)
        : tls.connect({ ...address, ...uncheckedTls(secured, ['h2']) }),
  });
}

/** Why a request failed: Node wraps what became of its connection. */
export function causeOf(error: Error): Error {
  return error.cause instanceof Error ? error.cause : error;
}
