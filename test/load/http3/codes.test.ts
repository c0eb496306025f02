import assert from 'node:assert/strict';
import { it } from 'node:test';
import { endText } from '../../../src/load/http3/codes.ts';
import { isBeyondTime } from '../../../src/measure/ready/not-ready.ts';

it('A QUIC server that asks for a client certificate is told as such, also behind the handshake', () => {
  for (const wasOpen of [true, false]) {
    const told = endText({ errorCode: 0x174 }, wasOpen);
    assert.match(told, /^the server asks for a client certificate.*over HTTP\/2$/);
    assert.equal(isBeyondTime(told), true);
  }
});

it('A QUIC server without HTTP/3 is not waited for until the time is up', () => {
  const told = endText({ errorCode: 0x178 }, false);
  assert.equal(told, 'the server speaks QUIC, but does not offer HTTP/3 (ALPN h3)');
  assert.equal(isBeyondTime(told), true);
  assert.equal(isBeyondTime(endText({ errorCode: 2 }, false)), false);
});
