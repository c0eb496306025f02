/** What a server speaks at its port, where it does not answer in the protocol of the load. */
import net from 'node:net';
import tls from 'node:tls';
import type { Protocol, Tls } from '../../config/experiment/scenario.ts';
import { type Form, written } from '../../config/settings/spelling.ts';
import { foreign } from '../../system/messages/printed.ts';
import type { Asked } from './ask.ts';

export interface Spoken {
  /** `other`: no HTTP, whatever it is. `proxied`: HTTP, behind the line with which a proxy says for whom it asks. */
  protocol: 'http1' | 'http2' | 'proxied' | 'other';
  isSecure: boolean;
  /** Of no HTTP: how it begins. Foreign text. */
  begins?: string;
}

/** HTTP/2 begins with this, and an empty frame of SETTINGS; a server that speaks it answers with its own. */
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const FRAME_HEAD = 9;
const SETTINGS = 4;
/** A server of TLS answers so to what is none. */
const TLS_ALERT = 21;
const TLS_MAJOR = 3;
const LONGEST_BEGINNING = 80;
/** Of the PROXY protocol, which HAProxy made up: for whom is not known. */
const PROXIED = 'PROXY UNKNOWN\r\n';
const QUESTION = 'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';

/**
 * Null: nothing that is known, or it is what the load speaks anyway. Of two protocols that a server speaks many prefer HTTP/2, so it
 * is asked for the load's own first. Whoever is silent in that may only be busy: then nothing is said of it.
 */
export async function otherSpoken(
  load: { protocol: Protocol; tls: Tls | null },
  asked: Asked,
): Promise<Spoken | null> {
  if (load.protocol === 'http3') return null;
  const isSecure = load.tls !== null;
  const wanted = load.protocol === 'http2' ? 'http2' : 'http1';
  const spoken =
    (await overTls(asked, wanted)) ??
    (await inTheClear(asked, wanted)) ??
    (await behindLine(asked));
  if (spoken === null) return null;
  const isWanted = spoken.isSecure === isSecure && spoken.protocol === wanted;
  if (!isWanted) return spoken;
  // TLS is there, and no answer came through it: it may be that of another protocol, which has no ALPN.
  return isSecure && wanted === 'http1' ? noHttp(await answerOverTls(asked), true) : null;
}

/** "it speaks HTTP/1.1 over TLS there. Set `--tls accept-self-signed`". What the server sent is marked as foreign. */
export function spokenText(
  spoken: Spoken,
  load: { protocol: Protocol; tls: Tls | null },
  form: Form,
) {
  if (spoken.protocol === 'other') return noHttpText(spoken, load, form);
  if (spoken.protocol === 'proxied') {
    return `it answers only behind a line of the PROXY protocol, as load balancers send it, and the load sends none. Switch that off in this run (\`proxy_protocol\` of nginx, \`accept-proxy\` of HAProxy), or let it listen on the port in PORT without it`;
  }
  const name = spoken.protocol === 'http2' ? 'HTTP/2' : 'HTTP/1.1';
  const changes = [
    ...(spoken.isSecure === (load.tls !== null)
      ? []
      : [written('tls', spoken.isSecure ? 'accept-self-signed' : 'false', form)]),
    ...(load.protocol === 'websocket' || spoken.protocol === load.protocol
      ? []
      : [written('protocol', spoken.protocol, form)]),
  ];
  const isOfTls = spoken.isSecure !== (load.tls !== null);
  // A setting would turn this load into another one, where the server must only be started otherwise.
  const otherwise =
    form === 'file' && isOfTls
      ? `. If it is to be loaded ${spoken.isSecure ? 'without' : 'with'} TLS, give the scenario a server of its own that is started so (\`servers\`)`
      : '';
  return `it speaks ${name} ${spoken.isSecure ? 'over TLS' : 'without TLS'} there. Set ${changes.join(' and ')}${otherwise}${overHttp2(spoken, load)}`;
}

/** Another protocol in the settings does not help whoever needs this one. */
function overHttp2({ protocol }: Spoken, load: { protocol: Protocol; tls: Tls | null }): string {
  if (load.protocol !== 'http2' || protocol !== 'http1') return '';
  const how = load.tls === null ? 'without TLS (h2c, by prior knowledge)' : 'in its TLS (ALPN h2)';
  return `. If it is to be loaded over HTTP/2, as gRPC must be, switch that on in the server, ${how}`;
}

function noHttpText(
  { begins = '', isSecure }: Spoken,
  { tls: asked }: { tls: Tls | null },
  form: Form,
) {
  const without = asked !== null && !isSecure ? ' and no TLS' : '';
  const where = form === 'file' ? '' : ' in a config file';
  return `it speaks no HTTP${without} there (it sends ${foreign(JSON.stringify(begins))}). The port in PORT must be the one on which it serves HTTP or WebSocket. A server of another protocol can be loaded by a command (\`command\` of a scenario${where})`;
}

async function overTls(asked: Asked, wanted: 'http1' | 'http2'): Promise<Spoken | null> {
  const own = await agreed(asked, [wanted === 'http2' ? 'h2' : 'http/1.1']);
  if (own === 'silent') return null;
  const protocol = own ?? (await agreed(asked, ['http/1.1', 'h2']));
  return protocol === null || protocol === 'silent' ? null : { protocol, isSecure: true };
}

/** What a handshake that offers these comes to. Null: there is none. */
async function agreed(
  asked: Asked,
  offered: string[],
): Promise<'http1' | 'http2' | 'silent' | null> {
  return await new Promise((resolve) => {
    const socket = connectTls(asked, offered);
    const settle = settler<'http1' | 'http2'>(socket, asked, resolve);
    socket.once('secureConnect', () => settle(socket.alpnProtocol === 'h2' ? 'http2' : 'http1'));
  });
}

async function answerOverTls(asked: Asked): Promise<Buffer> {
  const socket = connectTls(asked, ['http/1.1']);
  socket.once('secureConnect', () => socket.write(QUESTION));
  return bytesOf(await firstOf(socket, asked));
}

function connectTls(asked: Asked, protocols: string[]): tls.TLSSocket {
  return tls.connect({
    ...placeOf(asked),
    rejectUnauthorized: false,
    servername: 'localhost',
    ALPNProtocols: protocols,
  });
}

async function inTheClear(asked: Asked, wanted: 'http1' | 'http2'): Promise<Spoken | null> {
  const asksFirst = wanted === 'http1' ? await firstBytes(asked, QUESTION) : null;
  if (asksFirst === 'silent') return null;
  if (asksFirst !== null && isHttp1(asksFirst)) return { protocol: 'http1', isSecure: false };
  const settings = bytesOf(await firstBytes(asked, PREFACE));
  const isFrame = settings.length >= FRAME_HEAD && settings[3] === SETTINGS && settings[0] === 0;
  if (isFrame) return { protocol: 'http2', isSecure: false };
  const answer = asksFirst ?? bytesOf(await firstBytes(asked, QUESTION));
  return isHttp1(answer) ? { protocol: 'http1', isSecure: false } : noHttp(answer, false);
}

/** Whoever waits for that line closes the connection of all others without a word. Null: it waits for none. */
async function behindLine(asked: Asked): Promise<Spoken | null> {
  // Many answer to that line too, that it is none of HTTP.
  const plain = await firstBytes(asked, QUESTION);
  if (plain === 'silent' || plain.length > 0) return null;
  const answer = bytesOf(await firstBytes(asked, `${PROXIED}${QUESTION}`));
  return isHttp1(answer) ? { protocol: 'proxied', isSecure: false } : null;
}

/** A server of HTTPS says "400" to what is not encrypted. */
function isHttp1(answer: Buffer): boolean {
  return /^HTTP\/1\.[01] (?!400)/.test(answer.toString('latin1'));
}

/** Null: it is an answer of HTTP, an alert of TLS, or nothing. */
function noHttp(answer: Buffer, isSecure: boolean): Spoken | null {
  const begins = answer.toString('utf8', 0, LONGEST_BEGINNING);
  const isAlert = answer[0] === TLS_ALERT && answer[1] === TLS_MAJOR;
  if (answer.length === 0 || begins.startsWith('HTTP/') || isAlert) return null;
  return { protocol: 'other', isSecure, begins };
}

/** What comes first once this was sent, or before; empty: the connection failed or ended without it. */
async function firstBytes(asked: Asked, sent: string | Buffer): Promise<Buffer | 'silent'> {
  const socket = net.connect(placeOf(asked), () => socket.write(sent));
  return await firstOf(socket, asked);
}

async function firstOf(socket: net.Socket, asked: Asked): Promise<Buffer | 'silent'> {
  const bytes = await new Promise<Buffer | 'silent' | null>((resolve) => {
    socket.once('data', settler<Buffer>(socket, asked, resolve));
  });
  return bytes ?? Buffer.alloc(0);
}

function bytesOf(first: Buffer | 'silent'): Buffer {
  return first === 'silent' ? Buffer.alloc(0) : first;
}

function placeOf({ endpoint, host }: Asked) {
  return endpoint.kind === 'unix' ? { path: endpoint.path } : { host, port: endpoint.port };
}

/** Settles once, and closes from our side; null when it fails or ends, `silent` when it takes too long. */
function settler<T>(
  socket: net.Socket,
  { timeoutMs }: Asked,
  resolve: (value: T | 'silent' | null) => void,
) {
  const settle = (value: T | 'silent' | null) => {
    clearTimeout(limit);
    resolve(value);
    socket.destroy();
  };
  const limit = setTimeout(() => settle('silent'), timeoutMs);
  socket.on('error', () => settle(null));
  socket.once('close', () => settle(null));
  return settle;
}
