/** Whether a server is ready, where its answers have long heads. */
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import { probeHttp2 } from '../../../src/load/http2/probe.ts';
import { get } from '../../../src/load/question.ts';
import { target } from '../servers.ts';

it('The HTTP/2 probe takes a head of as many and as long fields as the load does', async (t) => {
  const fields = Array.from({ length: 200 }, (_, at) => [`x-${at}`, 'a'.repeat(500)]);
  const server = http2.createServer({ maxSendHeaderBlockLength: 256 * 1024 });
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, ...Object.fromEntries(fields) });
    stream.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  assert.equal(await probeHttp2(target(port, { protocol: 'http2' }), get('/'), 5000), 200);
});
