/** HTTP/2 sessions on servers of Node: src/load/http2/. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { probeHttp2 } from '../../../src/load/http2/probe.ts';
import { get } from '../../../src/load/question.ts';
import { it } from '../../support/unless-late.ts';
import { CERTIFICATE, serve, TRUSTING, target, type Wanted } from '../servers.ts';
import { type OnStream, serveNode, sessionOn } from './harness.ts';

/** Answers by path, and tells in `hello` what it got. */
const respond: OnStream = async (stream, { ':path': path, ':method': method, 'x-sent': sent }) => {
  if (path === '/echo') {
    stream.respond({ ':status': 200 });
    stream.pipe(stream);
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  if (path === '/empty') stream.respond({ ':status': 204 }, { endStream: true });
  else if (path === '/trailers') {
    stream.additionalHeaders({ ':status': 103, link: '</x>' });
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': 'é' }));
    stream.end('hello');
  } else if (path === '/large-head') {
    stream.respond({ ':status': 200, 'x-large': 'v'.repeat(30_000) });
    stream.end('hello');
  } else {
    const body = `hello ${sent ?? ''}${Buffer.concat(chunks)}`.trim();
    stream.respond({ 'content-length': Buffer.byteLength(body), date: new Date().toUTCString() });
    stream.end(method === 'HEAD' ? undefined : body);
  }
};

const MEBIBYTE = createHash('shake256', { outputLength: 2 ** 19 })
  .update('')
  .digest('hex');

const CASES: [Wanted, status: number, body: string | null][] = [
  [{}, 200, 'hello'],
  [{ method: 'HEAD' }, 200, ''],
  [{ path: '/empty' }, 204, ''],
  [{ path: '/trailers' }, 200, 'hello'],
  [{ path: '/large-head' }, 200, 'hello'],
  [{ headers: { 'X-Sent': 'you' } }, 200, 'hello you'],
  [{ method: 'POST', body: 'you' }, 200, 'hello you'],
  [{ method: 'PUT' }, 200, 'hello'],
  [{ method: 'POST', path: '/echo', body: MEBIBYTE }, 200, MEBIBYTE],
];

describe("an HTTP/2 session on a server of Node's", () => {
  for (const secure of [false, true]) {
    it(`An HTTP/2 session on a server of Node's works ${secure ? 'with TLS' : 'in cleartext'}, with bodies and methods of every kind`, async () => {
      await using server = await serveNode(respond, { secure });
      for (const [wanted, status, body] of CASES) {
        const tls = secure ? TRUSTING : null;
        using load = sessionOn(server.port, { ...wanted, tls, expect: { status, body } });
        await load.session.open();
        const slice = await load.slice(wanted.path === '/echo' ? 12 : 60);
        assert.deepEqual(load.heard, [], JSON.stringify(wanted).slice(0, 200));
        assert.ok(slice.good >= 12);
      }
    });
  }

  for (const secure of [false, true]) {
    it(`An HTTP/2 session on a server of Node's works through a Unix socket, ${secure ? 'with TLS' : 'in cleartext'}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'h2-'));
      const socketPath = join(folder, 'server.sock');
      const tls = secure ? TRUSTING : null;
      try {
        await using _server = await serveNode(respond, { where: socketPath, secure });
        using load = sessionOn(0, { tls, expect: { status: 200, body: 'hello' } }, { socketPath });
        await load.session.open();
        assert.equal((await load.slice(50)).good, 50);
        assert.equal(await probeHttp2({ ...target(0, { tls }), socketPath }, get('/'), 2000), 200);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }

  it("An HTTP/2 session on a server of Node's keeps to the streams, windows and frames that it allows", async () => {
    let inFlight = 0;
    let most = 0;
    await using server = await serveNode(
      async (stream, headers) => {
        most = Math.max(most, ++inFlight);
        stream.on('close', () => inFlight--);
        await sleep(1);
        respond(stream, headers);
      },
      { settings: { maxConcurrentStreams: 1, initialWindowSize: 1000, maxFrameSize: 2 ** 20 } },
    );
    const body = 'x'.repeat(70_000);
    using load = sessionOn(server.port, {
      method: 'POST',
      path: '/echo',
      body,
      connections: 1,
      expect: { status: 200, body },
    });
    await load.session.open();
    assert.equal((await load.slice(20)).good, 20, load.heard.join());
    assert.equal(most, 1);
  });

  it("An HTTP/2 session on a server of Node's goes on when it closes connections gracefully", async () => {
    let asked = 0;
    await using server = await serveNode((stream, headers) => {
      if (++asked % 30 === 0) stream.session?.close();
      respond(stream, headers);
    });
    using load = sessionOn(server.port, { expect: { status: 200, body: 'hello' } });
    await load.session.open();
    assert.equal((await load.slice(200)).good, 200, load.heard.join());
  });

  it("An HTTP/2 session on a server of Node's checks its certificate as the scenario says", async () => {
    await using server = await serveNode(respond, { secure: true });
    for (const [tls, refusal] of [
      [{ ...TRUSTING, ca: null }, /no connection could be opened: .*certificate was refused/],
      [{ ...TRUSTING, serverName: 'other.example' }, /certificate is for another name/],
      [{ ...TRUSTING, ca: null, acceptSelfSigned: true }, null],
    ] as const) {
      using load = sessionOn(server.port, { tls });
      if (refusal === null) await load.session.open();
      else await assert.rejects(load.session.open(), refusal);
    }
  });

  it("An HTTP/2 session on a server of Node's says when a server with TLS does not speak HTTP/2", async () => {
    const server = https.createServer(CERTIFICATE, (_, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    using load = sessionOn((server.address() as AddressInfo).port, { tls: TRUSTING });
    await assert.rejects(
      load.session.open(),
      /the server does not speak HTTP\/2 over TLS \(ALPN chose http\/1\.1\)/,
    );
    server.close();
    server.closeAllConnections();
  });
});

describe('the HTTP/2 probe', () => {
  it('The HTTP/2 probe tells the status, with and without TLS', async () => {
    for (const secure of [false, true]) {
      await using server = await serveNode((stream) => stream.respond({ ':status': 418 }), {
        secure,
      });
      const tls = secure ? { ...TRUSTING, ca: null } : null;
      assert.equal(await probeHttp2(target(server.port, { tls }), get('/x'), 2000), 418);
    }
  });

  it('The HTTP/2 probe says in words why there is none', async () => {
    await using silent = await serveNode(() => {});
    assert.equal(await probeHttp2(target(silent.port), get('/'), 60), 'no answer within 60 ms');
    await using resetting = await serveNode((stream) => stream.close(2));
    assert.match(
      String(await probeHttp2(target(resetting.port), get('/'), 2000)),
      /INTERNAL_ERROR/,
    );
    const { port } = await serve(() => {}).then(async (server) => {
      await server[Symbol.asyncDispose]();
      return server;
    });
    assert.match(String(await probeHttp2(target(port), get('/'), 2000)), /ECONNREFUSED/);
    await using http1 = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const words = await probeHttp2(target(http1.port), get('/'), 2000);
    assert.equal(typeof words, 'string');
    assert.notEqual(words, '');
    await using closing = await serve(() => {}, { onConnection: (socket) => socket.destroy() });
    assert.equal(typeof (await probeHttp2(target(closing.port), get('/'), 2000)), 'string');
  });
});
