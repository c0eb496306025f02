/** Scenarios of a config file as they are assembled: src/config/schema/ and assemble-scenario.ts. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { askedAnswers } from '../../src/config/experiment/asked-answers.ts';
import { loadText } from '../../src/config/experiment/describe-load.ts';
import { Experiment } from '../../src/config/experiment/experiment.ts';
import type { Scenario } from '../../src/config/experiment/scenario.ts';
import { loadExperiment } from '../../src/config/load.ts';
import { CONFIG, flags, load, repository, requestsOf } from './repository.ts';

const SERVER = 'servers: { api: { start: x } }\n';

async function scenario(keys: string): Promise<Scenario> {
  const experiment = await load(`${SERVER}scenarios: { s: ${keys} }`);
  assert.deepEqual(Experiment.parse(experiment), experiment);
  return experiment.scenarios[0] as Scenario;
}

const TRUSTING = { acceptSelfSigned: false, ca: null, serverName: 'localhost' };

test('Where a server listens, and how its arms meet', async () => {
  const { servers } = await load(`servers:
  port: { start: x }
  socket: { start: "serve {socket}", socket: true, env: { METRICS: "{port}", SOCKET: "{socket}" } }
  fixed: { start: x, port: 8080, pairs: exclusive }
  heavy: { start: x, pairs: exclusive }
`);
  assert.deepEqual(
    servers.map(({ listen, pairs }) => [listen, pairs]),
    [
      [{ kind: 'port' }, 'live'],
      [{ kind: 'socket' }, 'live'],
      [{ kind: 'fixed', port: 8080 }, 'exclusive'],
      [{ kind: 'port' }, 'exclusive'],
    ],
  );
});

test('HTTP by protocol and engine: TLS, connections and streams', async () => {
  const shapes: [keys: string, expected: unknown[]][] = [
    ['{}', ['http1', 'builtin', null, 32, 1]],
    ['{ engine: builtin, tls: false }', ['http1', 'builtin', null, 32, 1]],
    ['{ engine: autocannon }', ['http1', 'autocannon', null, 32, 1]],
    ['{ engine: autocannon, tls: true }', ['http1', 'autocannon', TRUSTING, 32, 1]],
    ['{ tls: true }', ['http1', 'builtin', TRUSTING, 32, 1]],
    ['{ tls: {} }', ['http1', 'builtin', TRUSTING, 32, 1]],
    [
      '{ tls: accept-self-signed }',
      ['http1', 'builtin', { ...TRUSTING, acceptSelfSigned: true }, 32, 1],
    ],
    [
      '{ tls: { accept-self-signed: true, server-name: a.test } }',
      ['http1', 'builtin', { acceptSelfSigned: true, ca: null, serverName: 'a.test' }, 32, 1],
    ],
    ['{ protocol: http2 }', ['http2', 'builtin', null, 4, 10]],
    ['{ protocol: http2, tls: true, streams: 16 }', ['http2', 'builtin', TRUSTING, 4, 16]],
    ['{ protocol: http3 }', ['http3', 'builtin', TRUSTING, 4, 10]],
    ['{ protocol: http3, tls: true, connections: 2 }', ['http3', 'builtin', TRUSTING, 2, 10]],
  ];
  for (const [keys, expected] of shapes) {
    const found = await scenario(keys);
    assert.ok(found.kind === 'http', keys);
    const { protocol, engine, tls, connections, streams } = found;
    assert.deepEqual([protocol, engine, tls, connections, streams], expected, keys);
  }
});

test('WebSocket: the defaults, and everything said', async () => {
  assert.deepEqual(await scenario('{ protocol: websocket }'), {
    kind: 'websocket',
    name: 's',
    protocol: 'websocket',
    mode: 'echo',
    tls: null,
    path: '/',
    headers: {},
    subprotocol: null,
    connections: 32,
    message: { bytes: 64, binary: false },
    timeoutMs: 5000,
    latency: { perSecond: null },
    steadyMs: null,
    serverCores: null,
  });
  assert.deepEqual(
    await scenario(
      '{ protocol: websocket, mode: fan-out, path: /ws, tls: true, headers: { cookie: 1.10 }, subprotocol: chat, connections: 100, message-size: 6, binary: true, timeout: 1s }',
    ),
    {
      kind: 'websocket',
      name: 's',
      protocol: 'websocket',
      mode: 'fan-out',
      tls: TRUSTING,
      path: '/ws',
      headers: { cookie: '1.10' },
      subprotocol: 'chat',
      connections: 100,
      message: { bytes: 6, binary: true },
      timeoutMs: 1000,
      latency: null,
      steadyMs: null,
      serverCores: null,
    },
  );
});

test('A fan-out takes a message of its own, and no `answers`, which nobody asks for', async () => {
  const found = await scenario('{ protocol: websocket, mode: fan-out, message: "{n}" }');
  assert.ok(found.kind === 'websocket');
  assert.deepEqual(found.message, { bytes: 3, binary: false, text: '{n}' });
  assert.deepEqual(askedAnswers(found), { kind: 'not', why: 'fan-out' });
  assert.match(
    loadText(found),
    /^WebSocket, fan-out on \/, messages as the scenario has them, one/,
  );
  const refused = scenario('{ protocol: websocket, mode: fan-out, message: a, answers: same }');
  await assert.rejects(refused, /answers/);
});

test('Another tool: protocol, TLS and time of its own', async () => {
  const command = {
    kind: 'command',
    name: 's',
    command: 'wrk {url}',
    output: 'wrk',
    serverCores: null,
  };
  const wrk = "engine: command, command: 'wrk {url}', output: wrk";
  assert.deepEqual(await scenario(`{ ${wrk} }`), {
    ...command,
    protocol: 'http1',
    tls: null,
    path: '/',
    timeoutMs: 60_000,
  });
  assert.deepEqual(await scenario(`{ ${wrk}, protocol: http3, path: /x, timeout: 5s }`), {
    ...command,
    protocol: 'http3',
    tls: TRUSTING,
    path: '/x',
    timeoutMs: 5000,
  });
  const secured = await scenario(`{ ${wrk}, protocol: websocket, tls: accept-self-signed }`);
  assert.deepEqual(secured.kind === 'command' && secured.tls, {
    ...TRUSTING,
    acceptSelfSigned: true,
  });
});

test('Several requests: what the scenario says holds where a request does not say otherwise', async () => {
  await using folder = await repository({
    'bench/item.json': '{"item": 7}',
    [CONFIG]: `${SERVER}scenarios:
  mix:
    headers: { Accept: text/plain, x-id: "{id}" }
    expect: { status: 201, body: made }
    requests:
      - { path: '/items/{id}', ids: 1..1000, weight: 8, headers: { accept: 1.0 }, expect: { status: 200 } }
      - { method: POST, body-file: ./bench/item.json, expect: { body: "" } }
      - { method: PUT, body: '{"id": {id}}', ids: 0..9007199254740991 }
`,
  });
  const { experiment, notes } = await loadExperiment({ root: folder.root, settings: {} });
  assert.deepEqual(notes, []);
  assert.deepEqual(Experiment.parse(experiment), experiment);
  const plain = { method: 'GET', path: '/', body: null, bodyFile: null, weight: 1, ids: null };
  const defaults = { Accept: 'text/plain', 'x-id': '{id}' };
  assert.deepEqual(requestsOf(experiment), [
    {
      ...plain,
      path: '/items/{id}',
      headers: { 'x-id': '{id}', accept: '1.0' },
      weight: 8,
      ids: { from: 1, to: 1000 },
      expect: { status: 200, body: 'made' },
    },
    {
      ...plain,
      method: 'POST',
      headers: defaults,
      bodyFile: {
        path: 'bench/item.json',
        bytes: 11,
        sha256: createHash('sha256').update('{"item": 7}').digest('hex'),
      },
      expect: { status: 201, body: '' },
    },
    {
      ...plain,
      method: 'PUT',
      headers: defaults,
      body: '{"id": {id}}',
      ids: { from: 0, to: Number.MAX_SAFE_INTEGER },
      expect: { status: 201, body: 'made' },
    },
  ]);
});

test('One request may have ids and a body from a file without a list', async () => {
  await using folder = await repository({
    'b.bin': '',
    [CONFIG]: `${SERVER}scenarios: { s: { method: PUT, path: '/{id}', ids: 7..7, body-file: b.bin } }`,
  });
  const { experiment } = await loadExperiment({ root: folder.root, settings: {} });
  const [request] = requestsOf(experiment);
  assert.deepEqual([request?.ids, request?.bodyFile?.bytes], [{ from: 7, to: 7 }, 0]);
});

test('Protocol, TLS and streams by settings alone; WebSocket too', async () => {
  await using folder = await repository({});
  const scenarioOf = async (texts: Record<string, string>) => {
    const settings = flags({ start: 'x', ...texts });
    return (await loadExperiment({ root: folder.root, settings })).experiment.scenarios[0];
  };
  const h2 = await scenarioOf({ protocol: 'http2', tls: 'True', streams: '3' });
  assert.deepEqual(h2?.kind === 'http' && [h2.protocol, h2.tls, h2.streams], [
    'http2',
    TRUSTING,
    3,
  ]);
  const h3 = await scenarioOf({ protocol: 'http3', tls: 'accept-self-signed' });
  assert.deepEqual(h3?.tls, { ...TRUSTING, acceptSelfSigned: true });
  const ws = await scenarioOf({ protocol: 'websocket', path: '/ws', connections: '5' });
  assert.deepEqual(ws?.kind === 'websocket' && [ws.path, ws.connections], ['/ws', 5]);
});
