import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders, Server } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { WebSocketServer } from 'ws';
import type { Tls, WebSocketScenario } from '../../../src/config/experiment/scenario.ts';
import type { Target } from '../../../src/load/target.ts';
import { WebSocketSession } from '../../../src/load/websocket/session.ts';
import { unmarked } from '../../../src/system/messages/printed.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { ALONE, target } from './peer.ts';

const CERTIFICATE = readFileSync(ownFile('fixtures/tls/localhost.crt'), 'utf8');
const secured = {
  cert: CERTIFICATE,
  key: readFileSync(ownFile('fixtures/tls/localhost.key'), 'utf8'),
};

interface Echoing extends AsyncDisposable {
  target: Target<WebSocketScenario>;
  /** Of each handshake. */
  seen: { url: string | undefined; headers: IncomingHttpHeaders; alpn: string | false | null }[];
}

/** A server with `ws` on a port, or on a Unix socket, that echoes what comes. */
async function echoing(
  server: Server,
  scenario: Partial<WebSocketScenario> = {},
  socketPath: string | null = null,
): Promise<Echoing> {
  const seen: Echoing['seen'] = [];
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    const { url, headers } = request;
    const { alpnProtocol = null } = request.socket as { alpnProtocol?: string | false | null };
    seen.push({ url, headers, alpn: alpnProtocol });
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  await new Promise<void>((resolve) => {
    if (socketPath === null) server.listen(0, '127.0.0.1', resolve);
    else server.listen(socketPath, resolve);
  });
  const port = socketPath === null ? (server.address() as AddressInfo).port : 0;
  return {
    target: { ...target(port, { connections: 2, ...scenario }), socketPath },
    seen,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Opens a session, and has it send a few messages. */
async function goodOf(to: Target<WebSocketScenario>): Promise<number> {
  using session = new WebSocketSession(to, ALONE, () => {});
  await session.open();
  return (await session.slice(20)).good;
}

describe('the WebSocket handshake', () => {
  it('The WebSocket handshake sends path, headers and subprotocol as they are, and nothing for itself', async () => {
    await using server = await echoing(http.createServer(), {
      path: '/a%20b/?q="1"&x={y}'.replace(/["{}]/g, (c) => `%${c.charCodeAt(0).toString(16)}`),
      headers: { Authorization: 'Bearer x', origin: 'http://here' },
      subprotocol: 'chat.v2',
    });
    assert.equal(await goodOf(server.target), 20);
    const { url, headers } = server.seen[0] as Echoing['seen'][0];
    assert.equal(url, '/a%20b/?q=%221%22&x=%7by%7d');
    assert.deepEqual(Object.keys(headers).sort(), [
      'authorization',
      'connection',
      'host',
      'origin',
      'sec-websocket-key',
      'sec-websocket-protocol',
      'sec-websocket-version',
      'upgrade',
    ]);
    assert.equal(headers.host, `127.0.0.1:${server.target.port}`);
    assert.equal(headers['sec-websocket-protocol'], 'chat.v2');
  });

  it('The WebSocket handshake goes over Unix sockets', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'socket-'));
    try {
      for (const tls of [null, trusting()]) {
        const listener = tls === null ? http.createServer() : https.createServer(secured);
        await using server = await echoing(listener, { tls }, path.join(folder, 's'));
        assert.equal(await goodOf(server.target), 20);
        assert.equal(server.seen[0]?.headers.host, 'localhost');
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('The WebSocket handshake goes over TLS, with a certificate that is trusted or accepted', async () => {
    for (const tls of [trusting(), { ...trusting(), ca: null, acceptSelfSigned: true }]) {
      await using server = await echoing(https.createServer(secured), { tls });
      assert.equal(await goodOf(server.target), 20);
      assert.equal(server.seen[0]?.alpn, 'http/1.1');
    }
  });

  it('The WebSocket handshake says what is wrong with the certificate', async () => {
    for (const [tls, message] of [
      [{ ...trusting(), ca: null }, /certificate was refused \(.*accept-self-signed/],
      [{ ...trusting(), serverName: 'elsewhere.test' }, /certificate is for another name/],
    ] as const) {
      await using server = await echoing(https.createServer(secured), { tls });
      await assert.rejects(goodOf(server.target), message);
    }
    await using plain = await echoing(http.createServer(), { tls: trusting() });
    await assert.rejects(goodOf(plain.target), /did not answer with TLS/);
  });

  const unsendable: [Partial<WebSocketScenario>, RegExp][] = [
    [{ path: 'ws' }, /scenario test: path "ws" cannot be sent; it must start with "\/"/],
    [{ path: '/w s' }, /path "\/w s" cannot be sent/],
    [{ path: '/é' }, /path "\/é" cannot be sent/],
    [{ path: '/ws#x' }, /path "\/ws#x" cannot be sent/],
    [{ path: '/a/../ws' }, /path "\/a\/..\/ws" cannot be sent as it is; write it as "\/ws"/],
    [{ headers: { 'a b': 'c' } }, /scenario test: header "a b" cannot be sent: .*token/],
    [{ headers: { a: 'b\r\nc: d' } }, /header "a" cannot be sent: Invalid character/],
    [{ headers: { Upgrade: 'tea' } }, /header "Upgrade" is written by the generator itself/],
    [{ headers: { 'sec-websocket-key': 'x' } }, /is written by the generator itself; remove it/],
    [{ headers: { 'Sec-WebSocket-Protocol': 'x' } }, /set `subprotocol` instead/],
    [{ subprotocol: 'a, b' }, /subprotocol "a, b" cannot be sent; it is one name/],
    [{ message: { bytes: 2 ** 30, binary: true } }, /messages of 1073741824 bytes are too large/],
  ];
  for (const [scenario, message] of unsendable) {
    it(`The WebSocket handshake refuses ${JSON.stringify(scenario)} before anything is opened`, () => {
      assert.throws(
        () => new WebSocketSession(target(1, scenario), ALONE, () => {}),
        (error) => message.test(unmarked(String(error))),
      );
    });
  }
});

function trusting(): Tls {
  return { acceptSelfSigned: false, ca: CERTIFICATE, serverName: 'localhost' };
}
