/** From where a server is asked. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { otherAddress } from '../../../src/measure/ready/ask.ts';

const NO_PORT = 'connect EADDRNOTAVAIL 127.0.0.1:8080 - Local (0.0.0.0:0)';
const skip =
  process.platform === 'linux' ? false : 'other loopback addresses are there on Linux alone';

it('A server is asked from another loopback address where the first has no port left', {
  skip,
}, () => {
  const tcp = { endpoint: { kind: 'tcp', port: 8080 }, host: '127.0.0.1' } as const;
  for (let i = 0; i < 50; i++) {
    const last = Number(/^127\.0\.0\.(\d+)$/.exec(otherAddress(tcp, NO_PORT) ?? '')?.[1]);
    assert.ok(last >= 2 && last <= 254, `${last}`);
  }
  assert.equal(otherAddress(tcp, 'connect ECONNREFUSED 127.0.0.1:8080'), null);
  assert.equal(otherAddress(tcp, 503), null);
  assert.equal(otherAddress({ ...tcp, host: '::1' }, NO_PORT), null);
  const unix = { endpoint: { kind: 'unix', path: '/a.sock' }, host: '127.0.0.1' } as const;
  assert.equal(otherAddress(unix, NO_PORT), null);
});
