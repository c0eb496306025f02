/** What is said, over each protocol, of a server that takes a connection and does not answer in time. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { it } from 'node:test';
import { probeHttp2 } from '../../../src/load/http2/probe.ts';
import type { Http3Library } from '../../../src/load/http3/library.ts';
import { probeHttp3 } from '../../../src/load/http3/probe.ts';
import { get } from '../../../src/load/question.ts';
import { askHttp, isLate } from '../../../src/measure/ready/ask.ts';
import { target } from '../../load/servers.ts';

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
