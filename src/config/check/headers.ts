/** Request headers that a scenario cannot set, and why. */

import type { Mistake, Path } from '../mistakes/mistakes.ts';
import { get, map, type ScenarioKind } from '../mistakes/untyped.ts';
import { isGrpcType } from '../values/grpc-type.ts';

/** A hold keeps its connections, whatever else it is. */
type Kind = ScenarioKind | 'hold';

/** What frames a request on a kept connection is the generator's business. */
const FRAMING = ['connection', 'content-length', 'expect', 'transfer-encoding', 'upgrade'];

/** Headers about the connection, which HTTP/2 and HTTP/3 have no place for (RFC 9113, 8.2.2; RFC 9114, 4.2). */
const OF_THE_CONNECTION = [
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
];

/** Mistakes in a map of headers at `path`, for a scenario of this kind and protocol. */
export function badHeaders(headers: unknown, path: Path, kind: Kind, protocol: unknown): Mistake[] {
  const refused = Object.keys(map(headers)).flatMap((header): Mistake[] => {
    const refusal = refusalOf(header.toLowerCase(), get(headers, header), kind, protocol);
    return refusal === null ? [] : [{ path: [...path, header], part: 'key', ...refusal }];
  });
  const isTold = (mistake: Mistake) =>
    refused.some((one) => one.path.at(-1) === mistake.path.at(-1));
  return [...refused, ...repeatedHeaders(headers, path).filter((mistake) => !isTold(mistake))];
}

/** Of two spellings of one header one would be sent, and the other lost without a word. */
export function repeatedHeaders(headers: unknown, path: Path): Mistake[] {
  const seen = new Set<string>();
  return Object.keys(map(headers)).flatMap((header): Mistake[] => {
    const plain = header.toLowerCase();
    const isRepeated = seen.has(plain);
    seen.add(plain);
    if (!isRepeated) return [];
    const message = 'the header stands here a second time: capitals make no difference';
    return [{ path: [...path, header], part: 'key', message, hint: 'keep one of them' }];
  });
}

/** Whether a recorded header belongs to the recorded connection, and not to the request. */
export function isOfTheConnection(header: string): boolean {
  const plain = header.toLowerCase();
  return (
    FRAMING.includes(plain) ||
    OF_THE_CONNECTION.includes(plain) ||
    ['te', 'trailer'].includes(plain) ||
    /^(proxy|sec-websocket)-/.test(plain)
  );
}

function refusalOf(
  header: string,
  value: unknown,
  kind: Kind,
  protocol: unknown,
): { message: string; hint: string } | null {
  const hint = 'remove it';
  const call = header === 'content-type' ? ungraspableCall(value, protocol) : null;
  if (call !== null) return call;
  if (kind === 'websocket' && (header.startsWith('sec-websocket-') || FRAMING.includes(header))) {
    const isSubprotocol = header === 'sec-websocket-protocol';
    return {
      message: "this header is part of the opening handshake, which is the generator's",
      hint: isSubprotocol ? 'use the key `subprotocol`' : hint,
    };
  }
  if (protocol === 'http2' || protocol === 'http3') {
    const name = protocol === 'http2' ? 'HTTP/2' : 'HTTP/3';
    if (OF_THE_CONNECTION.includes(header)) {
      return { message: `${name} has no such header: it is about the connection`, hint };
    }
    if (header === 'te' && value !== 'trailers') {
      const message = `the only value of this header in ${name} is \`trailers\``;
      return { message, hint: 'write trailers, or remove it' };
    }
  }
  if (!FRAMING.includes(header)) return null;
  if (header === 'connection' && kind === 'http') return badConnection(value);
  if (header === 'expect') {
    const message = 'the generator sends the whole request at once, and waits for no 100 Continue';
    return { message, hint };
  }
  return {
    message: 'this header is set by the generator, which keeps its connections open',
    hint,
  };
}

/** A server that ends its connections without saying so is asked to say so, or for a connection for each request. */
function badConnection(value: unknown): { message: string; hint: string } | null {
  if (typeof value === 'string' && /^\s*(close|keep-alive)\s*$/i.test(value)) return null;
  return {
    message:
      'the generator knows two values of this header: `close`, which gives each request a connection of its own, and `keep-alive`',
    hint: 'write close, or remove it',
  };
}

/** Calls that may fail without a word that the generator reads: every one of them would count as good. */
function ungraspableCall(
  contentType: unknown,
  protocol: unknown,
): { message: string; hint: string } | null {
  if (typeof contentType !== 'string') return null;
  if (/^\s*application\/grpc-web/i.test(contentType)) {
    return {
      message: 'gRPC-Web says inside the body whether a call failed, which is not read here',
      hint: 'ask the server by gRPC itself: `content-type: application/grpc` and `protocol: http2`',
    };
  }
  if (protocol === 'http2' || protocol === 'http3' || !isGrpcType(contentType.trim())) return null;
  return {
    message: 'gRPC does not exist in this protocol',
    hint: 'write `protocol: http2` beside it, or remove it',
  };
}
