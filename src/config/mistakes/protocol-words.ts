/** Names by which people call the protocols of a load, with what stands in a scenario for them. Pure. */

const GRPC =
  'gRPC is a load of HTTP/2: `protocol: http2`, `method: POST`, the header `content-type: application/grpc` and a `body-file` with one framed message; see docs/loads.md';

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^grpc/i, GRPC],
  [/^wss$/i, 'write websocket, and `tls: true` or `tls: accept-self-signed`'],
  [/^ws$/i, 'write websocket'],
  [/^https$/i, 'write http1, and `tls: true` or `tls: accept-self-signed`'],
  [/^http\/?1([.]1)?$/i, 'write http1'],
  [/^(h2c?|http\/2(\.0)?)$/i, 'write http2'],
  [/^(h3|http\/3|quic)$/i, 'write http3'],
];

/** Undefined: nobody calls one of them so. */
export function protocolHint(word: string): string | undefined {
  return WORDS.find(([pattern]) => pattern.test(word))?.[1];
}
