import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FLAG, TYPE } from '../../../src/load/http2/frames.ts';
import { HpackDecoder } from '../../../src/load/http2/hpack/decoder.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { TRUSTING, type Wanted } from '../servers.ts';
import { splitFrames } from './peer.ts';
import { request } from './recorder.ts';

function fields(wanted: Wanted): Record<string, string> {
  const { frames } = splitFrames(request(wanted).head);
  const block = Buffer.concat(frames.map(({ payload }) => payload));
  const decoded = new HpackDecoder(1e6).decode(block, 0, block.length) ?? [];
  return Object.fromEntries(decoded.map(({ name, value }) => [name, value]));
}

describe('a request as frames', () => {
  it('A request as frames has what every request must have, and nothing else', () => {
    assert.deepEqual(Object.entries(fields({ path: '/a?b' })), [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':authority', '127.0.0.1:0'],
      [':path', '/a?b'],
    ]);
    assert.equal(fields({ tls: TRUSTING })[':scheme'], 'https');
  });

  it('A request as frames carries headers in lower case, with bytes as they are', () => {
    const got = fields({ headers: { 'X-Name': ' é ', TE: 'trailers' } });
    assert.equal(got['x-name'], Buffer.from('é').toString('latin1'));
    assert.equal(got.te, 'trailers');
  });

  it('A request as frames takes a host from the scenario as its authority', () => {
    const got = fields({ headers: { Host: 'shop.example' } });
    assert.equal(got[':authority'], 'shop.example');
    assert.equal('host' in got, false);
  });

  it('A request as frames announces the length of a body, and ends without one', () => {
    for (const [wanted, length, ends] of [
      [{}, undefined, true],
      [{ method: 'POST', body: 'é' }, '2', false],
      [{ method: 'POST' }, '0', true],
      [{ method: 'POST', body: '' }, '0', true],
      [{ method: 'DELETE', body: 'x' }, '1', false],
    ] as const) {
      assert.equal(fields(wanted)['content-length'], length);
      const { frames } = splitFrames(request(wanted).head);
      assert.equal(frames[0]?.flags, FLAG.endHeaders | (ends ? FLAG.endStream : 0));
    }
  });

  it('A request as frames is several frames when it is large, each with a place for its stream', () => {
    const { head, idOffsets } = request({ headers: { 'x-large': 'v'.repeat(40_000) } });
    const { frames, rest } = splitFrames(head);
    assert.equal(rest.length, 0);
    assert.deepEqual(
      frames.map(({ type, flags }) => [type, flags]),
      [
        [TYPE.headers, FLAG.endStream],
        [TYPE.continuation, 0],
        [TYPE.continuation, FLAG.endHeaders],
      ],
    );
    for (const at of idOffsets) head.writeUInt32BE(77, at);
    assert.deepEqual(
      splitFrames(head).frames.map(({ id }) => id),
      [77, 77, 77],
    );
  });

  it('A request as frames refuses what HTTP/2 has no place for', () => {
    for (const [wanted, message] of [
      [{ headers: { Connection: 'close' } }, /^scenario test: header "Connection" .* HTTP\/2/],
      [{ headers: { te: 'gzip' } }, /^scenario test: header "te"/],
      [{ headers: { 'content-length': '5' } }, /^scenario test: header "content-length"/],
      [{ headers: { 'a b': 'c' } }, /^scenario test: header "a b" is not a header name/],
      [{ headers: { a: 'b\r\nc: d' } }, /^scenario test: header "a" has a line break/],
      [{ method: 'CONNECT' }, /^scenario test: method "CONNECT"/],
      [{ path: 'x' }, /^scenario test: path "x"/],
    ] as const) {
      assert.throws(
        () => request(wanted),
        (error: Error) => message.test(unmarked(error.message)),
      );
    }
  });
});
