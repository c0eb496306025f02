/** Servers that ask for a client certificate: HTTP/1.1, HTTP/2, WebSocket, and whether they are ready. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { it, type TestContext } from 'node:test';
import { WebSocketServer } from 'ws';
import type { Scenario, Tls } from '../../src/config/experiment/scenario.ts';
import { createSession, probe } from '../../src/load/engines.ts';
import { get } from '../../src/load/question.ts';
import { askHttp } from '../../src/measure/ready/ask.ts';
import { ownFile } from '../../src/system/program/runtime.ts';
import { httpScenario, webSocketScenario } from '../support/measurement.ts';

const read = (name: string) => readFileSync(ownFile(`fixtures/tls/${name}`), 'utf8');
const [cert, key] = [read('localhost.crt'), read('localhost.key')];
/** The server trusts this one certificate, and asks every client for it. */
const ASKS = { cert, key, ca: cert, requestCert: true, rejectUnauthorized: true };
const CLIENT = { cert, key };

const tlsWith = (client?: Tls['client']): Tls => ({
  ...{ acceptSelfSigned: true, ca: null, serverName: 'localhost' },
  ...(client === undefined ? {} : { client }),
});

async function portOf(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

const targetOf = (port: number, scenario: Scenario) => ({
  ...{ host: '127.0.0.1', port, socketPath: null, scenario, root: '.', env: null },
  processes: null,
});

/** Good answers out of 8. */
async function load(port: number, scenario: Scenario): Promise<number> {
  const share = { index: 0, of: 1 };
  using session = await createSession(targetOf(port, scenario), { share, cores: null }, () => {});
  await session.open();
  return (await session.slice(8)).good;
}

it('HTTP/1.1: the certificate is presented, also by the question whether the server is ready', async (t) => {
  const port = await portOf(
    t,
    https.createServer(ASKS, (_, response) => response.end('ok')),
  );
  const scenario = (tls: Tls) => httpScenario('default', { connections: 2, tls });
  assert.equal(await load(port, scenario(tlsWith(CLIENT))), 8);
  const endpoint = { kind: 'tcp', port } as const;
  const { signal } = new AbortController();
  const asked = { endpoint, host: '127.0.0.1', timeoutMs: 2000, signal };
  assert.equal(await askHttp(get('/'), tlsWith(CLIENT), asked), 200);
});

it('Without a certificate, the message says which keys are missing', async (t) => {
  const port = await portOf(
    t,
    https.createServer(ASKS, (_, response) => response.end('ok')),
  );
  const heard: string[] = [];
  const scenario = httpScenario('default', { connections: 1, tls: tlsWith() });
  const share = { index: 0, of: 1 };
  const means = { share, cores: null };
  using session = await createSession(targetOf(port, scenario), means, (_, told) => {
    heard.push(String(told));
  });
  try {
    await session.open();
    assert.equal((await session.slice(2)).good, 0);
  } catch (error) {
    heard.push((error as Error).message);
  }
  assert.match(heard.join('\n'), /asks for a client certificate.*`tls: \{ cert: …, key: … \}`/);
});

it('HTTP/2: the certificate is presented by the load and by the probe', async (t) => {
  const server = http2.createSecureServer(ASKS, (_, response) => response.end('ok'));
  const port = await portOf(t, server);
  const tls = tlsWith(CLIENT);
  const scenario = httpScenario('default', { protocol: 'http2', connections: 1, streams: 2, tls });
  assert.equal(await load(port, scenario), 8);
  assert.equal(await probe(targetOf(port, scenario), get('/'), 2000), 200);
});

it('HTTP/2: the probe says at once that the server asks for a certificate, over each version of TLS', async (t) => {
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const port = await portOf(t, http2.createSecureServer({ ...ASKS, maxVersion }));
    const scenario = httpScenario('default', { protocol: 'http2', tls: tlsWith() });
    const told = await probe(targetOf(port, scenario), get('/'), 20_000);
    assert.match(String(told), /asks for a client certificate.*`tls: \{ cert: …, key: … \}`/);
  }
});

it('WebSocket: the certificate is presented at the handshake', async (t) => {
  const server = https.createServer(ASKS);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))));
  t.after(() => sockets.close());
  const port = await portOf(t, server);
  const scenario = webSocketScenario('ws', { tls: tlsWith(CLIENT), connections: 2 });
  assert.equal(await load(port, scenario), 8);
});

it('A key of another certificate is refused by TLS itself, with no word of it', async (t) => {
  const port = await portOf(
    t,
    https.createServer(ASKS, (_, response) => response.end('ok')),
  );
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const tls = tlsWith({ cert, key: other });
  await assert.rejects(load(port, httpScenario('default', { connections: 1, tls })), (error) => {
    assert.doesNotMatch((error as Error).message, /PRIVATE KEY/);
    return true;
  });
});
