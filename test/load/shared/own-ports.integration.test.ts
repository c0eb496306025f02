/** Runs in a network of its own, with few ports: needs root. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import net from 'node:net';
import { describe, it } from 'node:test';
import { OwnPorts } from '../../../src/load/shared/own-ports.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';

/** Opens so many connections at once, one after the other, through a connector; prints how many, and from how many addresses. */
const PROGRAM = `
import net from 'node:net';
import { connectorTo } from '${ownFile('src/load/shared/connector.ts')}';
const from = new Set();
const server = net.createServer((socket) => void from.add(socket.remoteAddress));
await new Promise((resolve) => server.listen(10_000, '127.0.0.1', resolve));
const scenario = { name: 'a', tls: null };
const connector = connectorTo({ host: '127.0.0.1', port: 10_000, socketPath: null, scenario });
let [open, last] = [0, ''];
const one = () => new Promise((resolve) => {
  const socket = connector.connect();
  socket.on('connect', () => { open++; resolve(); });
  socket.on('error', (error) => {
    if (connector.movesOn(socket, error)) one().then(resolve);
    else { last = connector.explain(error); resolve(); }
  });
});
for (let i = 0; i < 40; i++) await one();
console.log(JSON.stringify({ open, addresses: from.size, last }));
process.exit();`;

/** Where all ports of the usual address are in use: what each client of ours comes to, over each protocol. */
const CLIENTS = `
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { WebSocketServer } from 'ws';
import { createSession, probe } from '${ownFile('src/load/engines.ts')}';
import { askerFor } from '${ownFile('src/measure/asking/ask.ts')}';
const request = { method: 'GET', path: '/', headers: {}, body: null, bodyFile: null, weight: 1, ids: null, expect: { status: 200, body: null } };
const common = { name: 'a', tls: null, connections: 2, timeoutMs: 5000, serverCores: null, latency: null, steadyMs: null };
const of = (protocol) => ({ ...common, kind: 'http', engine: 'builtin', protocol, streams: 1, requests: [request] });
const socket = { ...common, kind: 'websocket', protocol: 'websocket', mode: 'echo', path: '/', headers: {}, subprotocol: null, message: { bytes: 1, binary: false, text: 'x' } };
const chat = http.createServer();
new WebSocketServer({ server: chat }).on('connection', (one) => one.on('message', () => one.send('ok')));
const kinds = [
  [of('http1'), http.createServer((_, response) => response.end())],
  [of('http2'), http2.createServer((_, response) => response.end())],
  [socket, chat],
];
const came = {};
for (const [i, [scenario, server]] of kinds.entries()) {
  const port = 10_000 + i;
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const open = () => new Promise((resolve) => {
    const one = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
  });
  while (await open());
  const target = { host: '127.0.0.1', port, socketPath: null, root: '/', env: null, processes: null, scenario };
  const errors = [];
  const load = await createSession(target, { share: { index: 0, of: 1 }, cores: null }, (_, told) => errors.push(String(told)));
  await load.open().catch((error) => errors.push(error.message));
  const { good } = await load.slice(4);
  load[Symbol.dispose]();
  const asker = askerFor(target, null);
  const asked = await asker.ask({ method: 'GET', path: '/', headers: [], body: Buffer.from('x'), expectedStatus: 200, expectedBody: null }, 5000);
  asker[Symbol.dispose]();
  came[scenario.protocol] = [good, ...errors, asked.status ?? asked];
  if (scenario.protocol === 'http2') came.probe = await probe(target, { method: 'GET', path: '/', headers: {} }, 5000);
}
console.log(JSON.stringify(came));
process.exit();`;

const NETWORK = 'ip link set lo up && echo 50000 50015 > /proc/sys/net/ipv4/ip_local_port_range';
const canUnshare = spawnSync('unshare', ['-n', 'sh', '-c', NETWORK], { stdio: 'ignore' });
const skip =
  canUnshare.status === 0 ? false : 'needs root, unshare and ip, for a network with few ports';

describe('the own ports of the load', () => {
  it('When the ports of one loopback address are used up, those of the next are used', {
    skip,
  }, () => {
    const run = `${NETWORK} && exec "$0" --input-type=module -e "$1"`;
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['-n', 'sh', '-c', run, process.execPath, PROGRAM],
      { encoding: 'utf8', timeout: 20_000 },
    );
    const { open, addresses, last } = JSON.parse(stdout || `{"last":${JSON.stringify(stderr)}}`);
    assert.equal(last, '');
    assert.equal(open, 40);
    assert.ok(addresses >= 3, `${addresses} addresses`);
  });

  it('Over each protocol the load, the questions beside it and the one about readiness find another address', {
    skip,
  }, () => {
    const run = `${NETWORK} && exec "$0" --input-type=module -e "$1"`;
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['-n', 'sh', '-c', run, process.execPath, CLIENTS],
      { encoding: 'utf8', timeout: 40_000 },
    );
    const came = JSON.parse(stdout || JSON.stringify(stderr));
    assert.deepEqual(came, { http1: [4, 200], http2: [4, 200], probe: 200, websocket: [4, 101] });
  });

  it('After the last loopback address the own ports of the load begin anew, and whoever asks waits first', () => {
    const ports = new OwnPorts({ host: '127.0.0.1', port: 8080 });
    const error = Object.assign(new Error('x'), { code: 'EADDRNOTAVAIL', syscall: 'connect' });
    const from = new Set<string | undefined>();
    let moves = 0;
    for (; ports.movesOn(ports.opened(new net.Socket()), error); moves++) {
      from.add(ports.from.localAddress);
    }
    assert.deepEqual([moves, from.size, [...from].at(-1)], [253, 253, '127.0.0.254']);
    assert.deepEqual(ports.from, {});
  });

  it('The own ports of the load are told as what is used up', () => {
    const error = Object.assign(new Error('x'), { code: 'EADDRNOTAVAIL', syscall: 'connect' });
    const ports = new OwnPorts({ host: '127.0.0.1', port: 8080 });
    assert.match(ports.explain(error) ?? '', /no port left for a connection to 127\.0\.0\.1:8080/);
    assert.equal(ports.explain(new Error('refused')), null);
  });
});
