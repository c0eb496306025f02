/** How people call the protocols of a load. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { protocolHint } from '../../../src/config/mistakes/protocol-words.ts';

it('A protocol that is called by another of its names is told with the word to write', () => {
  for (const [word, hint] of [
    ['ws', /^write websocket$/],
    ['wss', /^write websocket, and `tls/],
    ['https', /^write http1, and `tls/],
    ['HTTP/1.1', /^write http1$/],
    ['h2c', /^write http2$/],
    ['http/2', /^write http2$/],
    ['quic', /^write http3$/],
    ['grpc-web', /`protocol: http2`/],
  ] as const) {
    assert.match(protocolHint(word) ?? '', hint);
  }
  assert.equal(protocolHint('smtp'), undefined);
});
