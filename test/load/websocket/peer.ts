/** A WebSocket server by hand, frame by frame, so that it can be wrong in every way. RFC 6455, 5. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocketScenario } from '../../../src/config/experiment/scenario.ts';
import type { ErrorCounts } from '../../../src/load/results.ts';
import { noErrors, type SessionSlice } from '../../../src/load/session.ts';
import type { Target } from '../../../src/load/target.ts';
import { WebSocketSession } from '../../../src/load/websocket/session.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { webSocketScenario } from '../../support/measurement.ts';

export interface Frame {
  opcode: number;
  data: Buffer;
}

/** `index` counts data messages from 0, over all connections of the peer. */
export type OnMessage = (stream: Duplex, frame: Frame, index: number) => void;

export interface Behaviour {
  onMessage?: OnMessage;
  /** After the answer to the handshake. */
  onOpen?: (stream: Duplex) => void;
  /** The answer to the handshake, instead of the right one; null: none. */
  handshake?: ((key: string, stream: Duplex) => string | null) | undefined;
  /** Keeps connections after a close frame, against the protocol. */
  lingers?: boolean;
}

export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;

/** A frame as a server sends it, unless `first` and `masked` say otherwise. */
export function frame(
  data: Buffer | string,
  { opcode = TEXT, fin = true, rsv = 0, masked = false, length = Buffer.byteLength(data) } = {},
): Buffer {
  const mask = masked ? 0x80 : 0;
  const size =
    length < 126
      ? Buffer.from([mask | length])
      : length < 65_536
        ? Buffer.from([mask | 126, length >> 8, length & 255])
        : Buffer.alloc(9);
  if (length >= 65_536) {
    size[0] = mask | 127;
    size.writeBigUInt64BE(BigInt(length), 1);
  }
  const first = Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode]);
  return Buffer.concat([first, size, Buffer.alloc(masked ? 4 : 0), Buffer.from(data)]);
}

export function accept(key: string): string {
  const sum = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${sum.digest('base64')}\r\n\r\n`
  );
}

/** Serves one connection. `counter` is shared by all that belong together. */
export function serveStream(
  stream: Duplex,
  { handshake = accept, onOpen, onMessage, lingers = false }: Behaviour,
  counter: { messages: number },
): void {
  let held = Buffer.alloc(0);
  let open = false;
  stream.on('error', () => {});
  stream.on('data', (bytes: Buffer) => {
    held = Buffer.concat([held, bytes]);
    if (!open) {
      const end = held.indexOf('\r\n\r\n');
      if (end < 0) return;
      const key = /^sec-websocket-key: (.+)$/im.exec(held.toString('latin1', 0, end))?.[1] ?? '';
      held = held.subarray(end + 4);
      open = true;
      const answer = handshake(key.trim(), stream);
      if (answer !== null) stream.write(answer);
      onOpen?.(stream);
    }
    for (let next = readFrame(held); next !== null; next = readFrame(held)) {
      held = held.subarray(next.end);
      if (next.opcode < CLOSE) onMessage?.(stream, next, counter.messages++);
      else if (next.opcode === CLOSE && !lingers) stream.end();
    }
  });
}

/** One masked frame of a client at the start of these bytes; null when it is not all there. */
function readFrame(bytes: Buffer): (Frame & { end: number }) | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] as number) & 127;
  const start = short === 127 ? 14 : short === 126 ? 8 : 6;
  if (bytes.length < start) return null;
  const length =
    short === 127
      ? Number(bytes.readBigUInt64BE(2))
      : short === 126
        ? bytes.readUInt16BE(2)
        : short;
  const end = start + length;
  if (bytes.length < end) return null;
  const mask = bytes.subarray(start - 4, start);
  const data = Buffer.from(bytes.subarray(start, end)).map((byte, i) => byte ^ (mask[i & 3] ?? 0));
  return { opcode: (bytes[0] as number) & 15, data: Buffer.from(data), end };
}

export interface Peer extends AsyncDisposable {
  port: number;
  accepted: number;
  counter: { messages: number };
  sockets: Set<net.Socket>;
}

export async function servePeer(behaviour: Behaviour, port = 0): Promise<Peer> {
  const sockets = new Set<net.Socket>();
  const counter = { messages: 0 };
  const server = net.createServer(
    { noDelay: true, allowHalfOpen: behaviour.lingers ?? false },
    (socket) => {
      peer.accepted++;
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      serveStream(socket, behaviour, counter);
    },
  );
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const peer: Peer = {
    port: (server.address() as net.AddressInfo).port,
    accepted: 0,
    counter,
    sockets,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return peer;
}

/** Answers each message with itself. */
export const echo: OnMessage = (stream, { data, opcode }) => stream.write(frame(data, { opcode }));

export function target(
  port: number,
  scenario: Partial<WebSocketScenario> = {},
): Target<WebSocketScenario> {
  return {
    host: '127.0.0.1',
    port,
    socketPath: null,
    root: '/',
    env: null,
    processes: null,
    scenario: { ...webSocketScenario('test'), ...scenario },
  };
}

export const ALONE = { index: 0, of: 1 };

export interface Harness extends AsyncDisposable {
  session: WebSocketSession;
  peer: Peer;
  /** What the session said about its failures. */
  heard: string[];
  slice(work: number): Promise<SessionSlice>;
}

/** An opened session against a peer that behaves like this. */
export async function harness(
  behaviour: Behaviour,
  scenario: Partial<WebSocketScenario> = {},
): Promise<Harness> {
  const peer = await servePeer(behaviour);
  const heard: string[] = [];
  const session = new WebSocketSession(target(peer.port, scenario), ALONE, (kind, message) => {
    heard.push(unmarked(`${kind}: ${message}`));
  });
  const close = async () => {
    session[Symbol.dispose]();
    await peer[Symbol.asyncDispose]();
  };
  try {
    await session.open();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    session,
    peer,
    heard,
    async slice(work) {
      const result = await session.slice(work);
      assertComplete(result, work);
      return result;
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Whatever happened: all work that was asked for has ended in exactly one way. */
export function assertComplete(slice: SessionSlice, work: number): void {
  const failed = Object.values(slice.errors).reduce((sum, count) => sum + count, 0);
  assert.equal(slice.good + failed, work, JSON.stringify(slice));
  assert.ok(Object.values(slice.errors).every((count) => count >= 0) && slice.good >= 0);
}

export function errors(some: Partial<ErrorCounts>): ErrorCounts {
  return { ...noErrors(), ...some };
}
