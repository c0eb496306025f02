/** HTTP/1.1 sessions over TLS: src/load/http1/. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Http1Session } from '../../../src/load/http1/session.ts';
import { noErrors } from '../../../src/load/session.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { it } from '../../support/unless-late.ts';
import { ALONE, CERTIFICATE, HELLO, serve, TRUSTING, target, type Wanted } from '../servers.ts';

const hello = { expect: { status: 200, body: 'hello' } };

function open(port: number, wanted: Wanted, heard: string[] = []) {
  return new Http1Session(target(port, { ...hello, ...wanted }), ALONE, (kind, message) =>
    heard.push(unmarked(`${kind}: ${message}`)),
  );
}

describe('an HTTP/1.1 session with TLS', () => {
  it('An HTTP/1.1 session with TLS loads a server whose certificate it trusts, or that it takes as it is', async () => {
    await using server = await serve((socket) => socket.write(HELLO), { secure: true });
    for (const tls of [TRUSTING, { acceptSelfSigned: true, ca: null, serverName: 'any.name' }]) {
      const heard: string[] = [];
      using session = open(server.port, { tls }, heard);
      await session.open();
      for (let i = 0; i < 3; i++) assert.equal((await session.slice(200)).good, 200);
      assert.deepEqual(heard, []);
    }
    assert.equal(server.accepted, 8, 'the connections stay open');
  });

  it('An HTTP/1.1 session with TLS asks for HTTP/1.1, by the name that the scenario gives', async () => {
    const asked: unknown[] = [];
    const server = https.createServer(
      { ...CERTIFICATE, ALPNProtocols: ['h2', 'http/1.1'] },
      (request, response) => {
        const { alpnProtocol, servername } = request.socket as import('node:tls').TLSSocket & {
          servername: string;
        };
        asked.push([alpnProtocol, servername]);
        // Larger than a record of TLS and than one read.
        response.end('x'.repeat(200_000));
      },
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const expect = { status: 200, body: 'x'.repeat(200_000) };
      const { port } = server.address() as AddressInfo;
      using session = open(port, { tls: TRUSTING, expect });
      await session.open();
      assert.equal((await session.slice(12)).good, 12);
      assert.deepEqual(asked[0], ['http/1.1', 'localhost']);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('An HTTP/1.1 session with TLS says how to mend a certificate that it refuses', async () => {
    await using server = await serve((socket) => socket.write(HELLO), { secure: true });
    for (const [tls, words] of [
      [{ ...TRUSTING, ca: null }, /refused \(self-signed.*accept-self-signed: true.*`ca`/],
      [{ ...TRUSTING, serverName: 'example.org' }, /for another name .*example\.org.*server-name/],
    ] as const) {
      using session = open(server.port, { tls });
      await assert.rejects(session.open(), words);
    }
    assert.throws(
      () => open(server.port, { tls: { ...TRUSTING, ca: 'no certificate' } }),
      /scenario test: tls: ca cannot be read/,
    );
    assert.equal(server.requests, 0);
  });

  it('An HTTP/1.1 session with TLS says when the server speaks no TLS, or nothing at all', async () => {
    await using plain = await serve(() => {}, {
      onConnection: (socket) => void socket.on('data', () => socket.write(HELLO)),
    });
    using session = open(plain.port, { tls: TRUSTING });
    await assert.rejects(session.open(), /did not answer with TLS.*remove `tls`/);

    await using silent = await serve(() => {});
    using waiting = open(silent.port, { tls: TRUSTING, timeoutMs: 60 });
    await assert.rejects(
      waiting.open(),
      /no complete answer after 60 ms; the server has not finished the TLS handshake/,
    );
  });

  it('An HTTP/1.1 session with TLS opens again what was closed, also after every answer', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello';
    await using server = await serve((socket) => socket.end(answer), { secure: true });
    using session = open(server.port, { tls: TRUSTING });
    await session.open();
    assert.equal((await session.slice(12)).good, 12);
    session.rest();
    while (server.sockets.size > 0) await sleep(1);
    assert.equal((await session.slice(12)).good, 12);
  });

  it('An HTTP/1.1 session with TLS counts what breaks, as without TLS', async () => {
    for (const [misdeed, kind] of [
      [(socket: net.Socket) => socket.write('\0\x01 no HTTP\r\n\r\n'), 'protocol'],
      [(socket: net.Socket) => socket.write(HELLO + HELLO), 'protocol'],
      [(socket: net.Socket) => socket.end(HELLO.slice(0, -2)), 'closed'],
      [(socket: net.Socket) => socket.destroy(), 'closed'],
      [() => {}, 'timeout'],
    ] as const) {
      await using server = await serve((socket) => void misdeed(socket), { secure: true });
      using session = open(server.port, { tls: TRUSTING, timeoutMs: 150 });
      await session.open();
      assert.deepEqual((await session.slice(12)).errors, { ...noErrors(), [kind]: 12 });
    }
  });

  it('An HTTP/1.1 session with TLS ends when the bytes under TLS are garbage', async () => {
    // A server that turns to garbage after the handshake: the plain socket below TLS is written to.
    await using server = await serve(() => {}, { secure: true });
    const relay = net.createServer((socket) => {
      const behind = net.connect(server.port, '127.0.0.1');
      behind.pipe(socket);
      let pieces = 0;
      socket.on('data', (bytes) => {
        if (++pieces < 3) behind.write(bytes);
        else socket.write('garbage in place of records');
      });
      for (const end of [socket, behind])
        end
          .on('error', () => {})
          .on('close', () => {
            socket.destroy();
            behind.destroy();
          });
    });
    await once(relay.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = relay.address() as AddressInfo;
      using session = open(port, { tls: TRUSTING, timeoutMs: 200, connections: 2 });
      await session.open();
      const { good, errors } = await session.slice(6);
      assert.equal(good, 0);
      assert.equal(errors.closed + errors.timeout, 6);
    } finally {
      relay.close();
    }
  });
});

describe('an HTTP/1.1 session on a Unix socket', () => {
  it('An HTTP/1.1 session on a Unix socket loads it, with and without TLS', async () => {
    for (const tls of [null, TRUSTING]) {
      const path = join(tmpdir(), `http1-${process.pid}-${tls === null ? 'plain' : 'tls'}.sock`);
      await using server = await serve((socket) => socket.write(HELLO), {
        path,
        secure: tls !== null,
      });
      const wanted = { ...target(1, { ...hello, tls }), socketPath: path };
      using session = new Http1Session(wanted, ALONE, (_, message) => assert.fail(String(message)));
      await session.open();
      assert.equal((await session.slice(100)).good, 100);
      assert.equal(server.accepted, 4);
    }
  });

  it('An HTTP/1.1 session on a Unix socket says when nobody listens', async () => {
    const wanted = { ...target(1), socketPath: join(tmpdir(), 'nobody-here.sock') };
    using session = new Http1Session(wanted, ALONE, () => {});
    await assert.rejects(session.open(), /no connection could be opened: .*nobody-here\.sock/);
  });
});
