/** What a server might send for a few requests, drawn by a seed, and what must come of it. */
import { FLAG, frame, settingsFrame, TYPE } from '../../../src/load/http2/frames.ts';
import { block, data, headers, reset } from './peer.ts';

/** A whole number from 0 below `below`. */
export type Draw = (below: number) => number;

export function drawer(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Of the requests with these methods; `good`: as expected. */
export type Ending = 'good' | 'status' | 'body' | 'closed' | 'protocol' | 'unprocessed';

/** REFUSED_STREAM, RFC 9113, section 8.7: before any byte of an answer it says that nothing was done. */
const REFUSED = 7;

export interface Script {
  bytes: Buffer;
  /** By the request's place in the order sent. */
  endings: Ending[];
}

/** A valid conversation: every request ends. Expected are status 200 and the body `hello`, none for HEAD. */
export function validScript(methods: readonly string[], draw: Draw): Script {
  const endings: Ending[] = [];
  const queues = methods.map((method, index) => {
    const id = 2 * index + 1;
    const [ending, pieces] = answerPieces(id, method, draw);
    endings.push(ending);
    return pieces;
  });
  const pieces = [settingsFrame(draw(2) === 0 ? [] : [[SOME_SETTING, draw(1000)]])];
  while (queues.some((queue) => queue.length > 0)) {
    const piece = queues[draw(queues.length)]?.shift();
    if (piece !== undefined) pieces.push(piece);
    if (draw(4) === 0) pieces.push(noise(draw));
  }
  return { bytes: Buffer.concat(pieces), endings };
}

const SOME_SETTING = 0x99;

function answerPieces(id: number, method: string, draw: Draw): [Ending, Buffer[]] {
  const pieces: Buffer[] = [];
  while (draw(4) === 0) pieces.push(headers(id, { ':status': `10${draw(4) % 2 === 0 ? 0 : 3}` }));
  const kind = draw(8);
  if (kind === 0) {
    const code = draw(20);
    return [
      code === REFUSED && pieces.length === 0 ? 'unprocessed' : 'closed',
      [...pieces, reset(id, code)],
    ];
  }
  const isHead = method === 'HEAD';
  const status = kind === 1 ? 503 : kind === 2 ? 204 : 200;
  const body = isHead || status === 204 ? '' : kind === 3 ? 'hallo' : 'hello';
  const fields: Record<string, string> = { ':status': String(status), date: 'x'.repeat(draw(40)) };
  if (draw(2) === 0 && status !== 204) fields['content-length'] = '5';
  const isBare = body === '' && draw(2) === 0;
  pieces.push(splitHeaders(id, fields, isBare ? FLAG.endStream : 0, draw));
  const ending = status !== 200 ? 'status' : body !== 'hello' && !isHead ? 'body' : 'good';
  if (isBare) return [ending, pieces];
  const hasTrailers = draw(4) === 0;
  for (let at = 0; at < body.length; ) {
    const length = draw(body.length - at + 1);
    const isLast = at + length === body.length && draw(2) === 0 && !hasTrailers;
    pieces.push(padded(id, body.slice(at, at + length), isLast ? FLAG.endStream : 0, draw));
    at += length;
    if (isLast) return [ending, pieces];
  }
  if (hasTrailers) pieces.push(splitHeaders(id, { 'x-sum': '1' }, FLAG.endStream, draw));
  else pieces.push(data(id, ''));
  return [ending, pieces];
}

/** HEADERS with padding and priority as it comes, and any number of CONTINUATION. */
function splitHeaders(
  id: number,
  fields: Record<string, string>,
  flags: number,
  draw: Draw,
): Buffer {
  const whole = block(fields);
  const cuts = Array.from({ length: draw(4) }, () => draw(whole.length + 1)).sort((a, b) => a - b);
  const parts = [0, ...cuts].map((cut, i) => whole.subarray(cut, cuts[i] ?? whole.length));
  return Buffer.concat(
    parts.map((part, i) => {
      const end = i === parts.length - 1 ? FLAG.endHeaders : 0;
      if (i > 0) return frame(TYPE.continuation, end, id, part);
      const padding = draw(3) === 0 ? draw(256) : -1;
      const hasPriority = draw(4) === 0;
      const payload = Buffer.concat([
        padding < 0 ? Buffer.alloc(0) : Buffer.from([padding]),
        hasPriority ? Buffer.alloc(5) : Buffer.alloc(0),
        part,
        Buffer.alloc(Math.max(0, padding)),
      ]);
      const own = (padding < 0 ? 0 : FLAG.padded) | (hasPriority ? FLAG.priority : 0);
      return frame(TYPE.headers, flags | own | end, id, payload);
    }),
  );
}

function padded(id: number, text: string, flags: number, draw: Draw): Buffer {
  if (draw(3) > 0) return data(id, text, flags);
  const padding = draw(256);
  const payload = Buffer.concat([Buffer.from([padding]), Buffer.from(text), Buffer.alloc(padding)]);
  return frame(TYPE.data, flags | FLAG.padded, id, payload);
}

/** Frames that change nothing. */
function noise(draw: Draw): Buffer {
  switch (draw(5)) {
    case 0:
      return frame(TYPE.ping, draw(2), 0, Buffer.alloc(8, draw(256)));
    case 1:
      return frame(0xbe, draw(256), draw(10), Buffer.alloc(draw(50)));
    case 2:
      return frame(TYPE.priority, 0, 1 + draw(20), Buffer.alloc(5));
    case 3:
      return frame(TYPE.windowUpdate, 0, 0, Buffer.from([0, 0, draw(256), 1]));
    default:
      return settingsFrame([[SOME_SETTING, draw(2 ** 31)]]);
  }
}
