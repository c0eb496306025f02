/** From where a server is asked. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { it } from 'node:test';
import { probeHttp2 } from '../../../src/load/http2/probe.ts';
import type { Http3Library } from '../../../src/load/http3/library.ts';
import { probeHttp3 } from '../../../src/load/http3/probe.ts';
import { get } from '../../../src/load/question.ts';
import { askHttp, isLate, otherAddress } from '../../../src/measure/servers/ask.ts';
import { target } from '../../load/servers.ts';

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

it('An answer that may have come a moment later is known as one over every protocol', async () => {
  const silent = net.createServer((socket) => void socket.on('error', () => {}).resume());
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const to = target(port);
  const endpoint = { kind: 'tcp', port } as const;
  const { signal } = new AbortController();
  const deaf = { open: () => ({ close: () => {} }) } as unknown as Http3Library;
  const answers = [
    await askHttp(get('/'), null, { endpoint, host: '127.0.0.1', timeoutMs: 30, signal }),
    await probeHttp2(to, get('/'), 30),
    await probeHttp3(to, get('/'), 30, deaf),
  ];
  silent.close();
  assert.deepEqual(answers.map(isLate), [true, true, true], JSON.stringify(answers));
  assert.equal(isLate('connect ECONNREFUSED 127.0.0.1:8080'), false);
  assert.equal(isLate(503), false);
});
