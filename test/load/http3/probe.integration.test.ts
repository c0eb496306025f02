import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { probeHttp3 } from '../../../src/load/http3/probe.ts';
import { get } from '../../../src/load/question.ts';
import { data, libraries, noHttp3, STATUS_200, serve, serveRaw, target3 } from './servers.ts';

if (noHttp3 !== false) describe('an HTTP/3 probe', { skip: noHttp3 }, () => {});

for (const library of libraries) {
  describe(`an HTTP/3 probe (${library.runtime})`, () => {
    it(`An HTTP/3 probe (${library.runtime}) tells the status of a path, whoever signed the certificate`, async () => {
      await using server = await serve((stream, headers) => {
        const isReady = headers[':path'] === '/ready' && headers[':method'] === 'GET';
        stream.respondWithBody({ ':status': isReady ? '204' : '503' }, '');
      });
      const tls = { acceptSelfSigned: false, ca: null, serverName: 'example.org' };
      const target = target3(server.port, { tls, method: 'POST', body: 'x' });
      assert.equal(await probeHttp3(target, get('/ready'), 3000, library), 204);
      assert.equal(await probeHttp3(target, get('/'), 3000, library), 503);
      assert.equal(server.accepted, 2, 'each on a connection of its own');
    });

    it(`An HTTP/3 probe (${library.runtime}) counts an answer without end by its status`, async () => {
      await using server = await serveRaw((stream) => void stream.write(STATUS_200));
      assert.equal(await probeHttp3(target3(server.port), get('/'), 3000, library), 200);
    });

    it(`An HTTP/3 probe (${library.runtime}) says why there is no status`, async () => {
      await using silent = await serveRaw(() => {});
      await using empty = await serveRaw((stream) => stream.end());
      await using closing = await serveRaw((_stream, session) => session.close(0x102));
      await using wrong = await serveRaw((stream) => stream.end(data('x')));
      for (const [port, limitMs, reason] of [
        [silent.port, 800, /^no answer within 800 ms$/],
        [empty.port, 3000, /^the answer ended without a status$/],
        [closing.port, 3000, /^the connection was closed \(H3_INTERNAL_ERROR\)$/],
        [wrong.port, 3000, /^the answer ended without a status$/],
        [9, 100, /^no answer within 100 ms to the QUIC handshake$/],
      ] as const) {
        assert.match(String(await probeHttp3(target3(port), get('/'), limitMs, library)), reason);
      }
    });
  });
}
