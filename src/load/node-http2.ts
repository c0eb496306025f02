/** A connection by Node's own client of HTTP/2, for questions beside the load. */
import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';
import { authority, socketAddress, uncheckedTls } from './address.ts';
import { MAX_FIELDS_BYTES } from './shared/longest-fields.ts';
import type { Target } from './target.ts';

/** As long a head as the load takes: Node would refuse it by ENHANCE_YOUR_CALM, which reads as if the server had said so. */
const LIMITS = { maxHeaderListPairs: 65_535, settings: { maxHeaderListSize: MAX_FIELDS_BYTES } };

/** Its certificate is not checked. `from`: this machine's end. An error may be told twice. */
export function connectHttp2(
  target: Target,
  from: { localAddress?: string } = {},
): http2.ClientHttp2Session {
  const address = { ...socketAddress(target), ...from };
  const { tls: secured } = target.scenario;
  const socket =
    secured === null
      ? net.connect(address)
      : tls.connect({ ...address, ...uncheckedTls(secured, ['h2']) });
  const client = http2.connect(`${secured === null ? 'http' : 'https'}://${authority(target)}`, {
    createConnection: () => socket,
    ...LIMITS,
  });
  // Of an alert behind the handshake, as for a client certificate that is missing, Node tells the socket alone.
  socket.on('error', (error) => client.emit('error', error));
  return client;
}

/** Why a request failed: Node wraps what became of its connection. */
export function causeOf(error: Error): Error {
  return error.cause instanceof Error ? error.cause : error;
}
