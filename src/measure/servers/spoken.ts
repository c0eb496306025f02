/** What a server speaks at its port, where it does not answer in the protocol of the load. */
import net from 'node:net';
import tls from 'node:tls';
import type { Protocol, Tls } from '../../config/scenario.ts';
import { type Form, written } from '../../config/spelling.ts';
import type { Asked } from './ask.ts';

export interface Spoken {
  protocol: 'http1' | 'http2';
  isSecure: boolean;
}

/** HTTP/2 begins with this, and an empty frame of SETTINGS; a server that speaks it answers with its own. */
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const FRAME_HEAD = 9;
const SETTINGS = 4;
const QUESTION = 'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';

/** Null: nothing that is known, or it is what the load speaks anyway. */
export async function otherSpoken(
  load: { protocol: Protocol; tls: Tls | null },
  asked: Asked,
): Promise<Spoken | null> {
  if (load.protocol === 'http3') return null;
  const isSecure = load.tls !== null;
  const wanted = load.protocol === 'http2' ? 'http2' : 'http1';
  const secured = await overTls(asked, wanted);
  const spoken = secured ?? (await inTheClear(asked));
  if (spoken === null) return null;
  return spoken.isSecure === isSecure && spoken.protocol === wanted ? null : spoken;
}

/** "it speaks HTTP/1.1 over TLS there. Set `--tls accept-self-signed`". */
export function spokenText(
  spoken: Spoken,
  load: { protocol: Protocol; tls: Tls | null },
  form: Form,
) {
  const name = spoken.protocol === 'http2' ? 'HTTP/2' : 'HTTP/1.1';
  const changes = [
    ...(spoken.isSecure === (load.tls !== null)
      ? []
      : [written('tls', spoken.isSecure ? 'accept-self-signed' : 'false', form)]),
    ...(load.protocol === 'websocket' || spoken.protocol === load.protocol
      ? []
      : [written('protocol', spoken.protocol, form)]),
  ];
  return `it speaks ${name} ${spoken.isSecure ? 'over TLS' : 'without TLS'} there. Set ${changes.join(' and ')}`;
}

async function overTls(asked: Asked, wanted: Spoken['protocol']): Promise<Spoken | null> {
  const protocols = wanted === 'http2' ? ['h2', 'http/1.1'] : ['http/1.1', 'h2'];
  return await new Promise((resolve) => {
    const socket = tls.connect({
      ...placeOf(asked),
      rejectUnauthorized: false,
      servername: 'localhost',
      ALPNProtocols: protocols,
    });
    const settle = settler(socket, asked, resolve);
    socket.once('secureConnect', () =>
      settle({ protocol: socket.alpnProtocol === 'h2' ? 'http2' : 'http1', isSecure: true }),
    );
  });
}

async function inTheClear(asked: Asked): Promise<Spoken | null> {
  const settings = await firstBytes(asked, PREFACE);
  const isFrame = settings.length >= FRAME_HEAD && settings[3] === SETTINGS && settings[0] === 0;
  if (isFrame) return { protocol: 'http2', isSecure: false };
  const answer = await firstBytes(asked, QUESTION);
  // A server of HTTPS says "400" to what is not encrypted.
  const isHttp = /^HTTP\/1\.[01] (?!400)/.test(answer.toString('latin1'));
  return isHttp ? { protocol: 'http1', isSecure: false } : null;
}

/** What comes first once this was sent; empty: nothing. */
async function firstBytes(asked: Asked, sent: string | Buffer): Promise<Buffer> {
  const bytes = await new Promise<Buffer | null>((resolve) => {
    const socket = net.connect(placeOf(asked), () => socket.write(sent));
    const settle = settler<Buffer>(socket, asked, resolve);
    socket.once('data', settle);
  });
  return bytes ?? Buffer.alloc(0);
}

function placeOf({ endpoint, host }: Asked) {
  return endpoint.kind === 'unix' ? { path: endpoint.path } : { host, port: endpoint.port };
}

/** Settles once, and closes from our side; null when it fails, ends or takes too long. */
function settler<T>(socket: net.Socket, { timeoutMs }: Asked, resolve: (value: T | null) => void) {
  const settle = (value: T | null) => {
    clearTimeout(limit);
    resolve(value);
    socket.destroy();
  };
  const limit = setTimeout(() => settle(null), timeoutMs);
  socket.on('error', () => settle(null));
  socket.once('close', () => settle(null));
  return settle;
}
