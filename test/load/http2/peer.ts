/** The other end of a connection: frames by hand, and a server that writes whatever a test wants. */
import net from 'node:net';
import {
  FLAG,
  frame,
  HEADER_BYTES,
  SETTINGS_ACK,
  settingsFrame,
  TYPE,
} from '../../../src/load/http2/frames.ts';
import { encodeFields } from '../../../src/load/http2/hpack/encoder.ts';

export { frame, settingsFrame };

export type Fields = Record<string, string>;

export function block(fields: Fields): Buffer {
  return encodeFields(Object.entries(fields).map(([name, value]) => ({ name, value })));
}

/** One HEADERS frame. */
export function headers(id: number, fields: Fields, flags = 0): Buffer {
  return frame(TYPE.headers, FLAG.endHeaders | flags, id, block(fields));
}

export function data(id: number, text: string | Buffer, flags: number = FLAG.endStream): Buffer {
  return frame(TYPE.data, flags, id, Buffer.from(text));
}

/** A whole answer. */
export function answer(id: number, body = 'hello', status = 200): Buffer {
  return Buffer.concat([headers(id, { ':status': String(status) }), data(id, body)]);
}

export function goAway(last: number, code = 0): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(last, 0);
  payload.writeUInt32BE(code, 4);
  return frame(TYPE.goAway, 0, 0, payload);
}

export function reset(id: number, code: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(code);
  return frame(TYPE.resetStream, 0, id, payload);
}

export interface RawFrame {
  type: number;
  flags: number;
  id: number;
  payload: Buffer;
}

/** Whole frames at the beginning of the bytes, and what is left behind them. */
export function splitFrames(bytes: Buffer): { frames: RawFrame[]; rest: Buffer } {
  const frames: RawFrame[] = [];
  let rest = bytes;
  while (rest.length >= HEADER_BYTES) {
    const end = HEADER_BYTES + rest.readUIntBE(0, 3);
    if (rest.length < end) break;
    frames.push({
      type: rest[3] as number,
      flags: rest[4] as number,
      id: rest.readUInt32BE(5),
      payload: rest.subarray(HEADER_BYTES, end),
    });
    rest = rest.subarray(end);
  }
  return { frames, rest };
}

const PREFACE_BYTES = 24;

export interface RawServer extends AsyncDisposable {
  port: number;
  /** Connections accepted so far. */
  accepted: number;
  /** Requests whose HEADERS came. */
  requests: number;
  sockets: Set<net.Socket>;
  /** Every frame that came, but for DATA. */
  frames: RawFrame[];
}

/** `index` counts from 0 over all connections. */
export type OnRequest = (socket: net.Socket, id: number, index: number) => void;

/** A server that greets with `greeting` and calls `onRequest` for the HEADERS of each request. */
export async function serveRaw(
  onRequest: OnRequest,
  { greeting = settingsFrame([]), port = 0 }: { greeting?: Buffer; port?: number } = {},
): Promise<RawServer> {
  const server = net.createServer({ noDelay: true }, (socket) => {
    result.accepted++;
    result.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => result.sockets.delete(socket));
    socket.write(greeting);
    let held = Buffer.alloc(0);
    let hasPreface = false;
    socket.on('data', (more: Buffer) => {
      held = Buffer.concat([held, more]);
      if (!hasPreface) {
        if (held.length < PREFACE_BYTES) return;
        held = held.subarray(PREFACE_BYTES);
        hasPreface = true;
      }
      const { frames, rest } = splitFrames(held);
      held = Buffer.from(rest);
      for (const came of frames) {
        if (came.type !== TYPE.data) result.frames.push(came);
        if (came.type === TYPE.settings && came.flags === 0) socket.write(SETTINGS_ACK);
        if (came.type === TYPE.headers) onRequest(socket, came.id, result.requests++);
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const result: RawServer = {
    port: (server.address() as net.AddressInfo).port,
    accepted: 0,
    requests: 0,
    sockets: new Set(),
    frames: [],
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of result.sockets) socket.destroy();
      await closed;
    },
  };
  return result;
}
