/** Open loop, steady load, cores and holds: the records that they become. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Experiment } from '../../src/config/experiment/experiment.ts';
import type { Scenario } from '../../src/config/experiment/scenario.ts';
import { metricsOf } from '../../src/config/experiment/scenario-metrics.ts';
import { loadExperiment } from '../../src/config/load.ts';
import { CONFIG, load, repository } from './repository.ts';

const SERVER = 'servers: { api: { start: x } }\n';

async function scenario(keys: string): Promise<Scenario> {
  const experiment = await load(`${SERVER}scenarios: { s: ${keys} }`);
  assert.deepEqual(Experiment.parse(experiment), experiment);
  return experiment.scenarios[0] as Scenario;
}

test('Latency, its rate and the steady load are read with their defaults', async () => {
  const measured = { perSecond: null };
  const shapes: [keys: string, latency: unknown, steadyMs: number | null][] = [
    ['{}', measured, null],
    ['{ latency: true, mode: load }', measured, null],
    ['{ rate: 500 }', { perSecond: 500 }, null],
    ['{ latency: false }', null, null],
    ['{ latency: false, steady: 1s }', null, 1000],
    ['{ rate: 1, steady: 1m30s }', { perSecond: 1 }, 90_000],
    ['{ protocol: http2 }', measured, null],
    ['{ protocol: http3, rate: 2000, steady: 5s }', { perSecond: 2000 }, 5000],
    ['{ protocol: websocket }', measured, null],
    ['{ protocol: websocket, mode: echo, rate: 70, steady: 5s }', { perSecond: 70 }, 5000],
    ['{ protocol: websocket, mode: fan-out }', null, null],
    ['{ protocol: websocket, mode: fan-out, latency: false }', null, null],
    ['{ engine: autocannon }', null, null],
    ['{ engine: autocannon, latency: false }', null, null],
  ];
  for (const [keys, latency, steadyMs] of shapes) {
    const found = await scenario(keys);
    assert.ok(found.kind === 'http' || found.kind === 'websocket', keys);
    assert.deepEqual([found.latency, found.steadyMs], [latency, steadyMs], keys);
  }
  const tool = await scenario(
    "{ engine: command, command: 'x {url}', output: wrk, latency: false }",
  );
  assert.ok(!metricsOf(tool).includes('p99'));
});

test('A scenario with cores becomes one for each number, the smallest first', async () => {
  const experiment = await load(`servers: { a: { start: x }, b: { start: x } }
scenarios:
  plain: { cores: [4, 1], path: /plain }
  held: { mode: hold, cores: 2, servers: [b] }
  tool: { engine: command, command: 'x {url}', output: wrk, cores: [1024] }
  rest: {}
`);
  assert.deepEqual(Experiment.parse(experiment), experiment);
  assert.deepEqual(
    experiment.scenarios.map(({ name, kind, serverCores }) => [name, kind, serverCores]),
    [
      ['plain@1', 'http', 1],
      ['plain@4', 'http', 4],
      ['held@2', 'hold', 2],
      ['tool@1024', 'command', 1024],
      ['rest', 'http', null],
    ],
  );
  const [one, four] = experiment.scenarios;
  assert.deepEqual({ ...four, name: 'plain@1', serverCores: 1 }, one);
  assert.deepEqual(
    experiment.subjects.map(({ server, scenario }) => `${server}/${scenario}`),
    ['a/plain@1', 'a/plain@4', 'a/tool@1024', 'a/rest'].concat([
      'b/plain@1',
      'b/plain@4',
      'b/held@2',
      'b/tool@1024',
      'b/rest',
    ]),
  );
});

test('What a recording leaves out is said once, however many cores there are', async () => {
  const entry = (url: string) => ({ request: { method: 'GET', url }, response: { status: 200 } });
  const log = { entries: [entry('http://a.test/'), entry('http://b.test/')] };
  await using folder = await repository({
    'x.har': JSON.stringify({ log }),
    [CONFIG]: `${SERVER}scenarios: { s: { har: x.har, cores: [1, 2] } }`,
  });
  const { notes } = await loadExperiment({ root: folder.root, settings: {} });
  assert.equal(notes.length, 1);
});

test('A hold: the defaults of HTTP/1.1 and of WebSocket', async () => {
  const shared = {
    kind: 'hold',
    name: 's',
    tls: null,
    connections: 10_000,
    openPerSecond: 4000,
    holdMs: 10_000,
    perSecond: 2000,
    timeoutMs: 5000,
    serverCores: null,
  };
  const request = {
    method: 'GET',
    path: '/',
    headers: {},
    body: null,
    bodyFile: null,
    weight: 1,
    ids: null,
    expect: { status: 200, body: null },
  };
  assert.deepEqual(await scenario('{ mode: hold }'), {
    ...shared,
    protocol: 'http1',
    request,
    socket: null,
  });
  assert.deepEqual(await scenario('{ protocol: websocket, mode: hold }'), {
    ...shared,
    protocol: 'websocket',
    request: null,
    socket: { path: '/', headers: {}, subprotocol: null, message: { bytes: 64, binary: false } },
  });
});

test('A hold that says everything', async () => {
  await using folder = await repository({
    'b.json': '{}',
    [CONFIG]: `${SERVER}scenarios:
  http:
    protocol: http1
    engine: builtin
    mode: hold
    tls: accept-self-signed
    method: POST
    path: /x?y={port}
    headers: { x-version: 1.10 }
    body-file: b.json
    expect: { status: 201, body: ok }
    connections: 100000
    open-rate: 5000
    rate: 500
    hold: 1m
    timeout: 20s
    servers: [api]
  ws:
    { protocol: websocket, mode: hold, tls: true, path: /ws, headers: { cookie: a=1 }, subprotocol: chat,
      message-size: 5, binary: true, connections: 7, open-rate: 1, rate: 1, hold: 1s, timeout: 1s, cores: 3 }
`,
  });
  const { experiment } = await loadExperiment({ root: folder.root, settings: {} });
  assert.deepEqual(Experiment.parse(experiment), experiment);
  const trusting = { acceptSelfSigned: false, ca: null, serverName: 'localhost' };
  assert.deepEqual(experiment.scenarios, [
    {
      kind: 'hold',
      name: 'http',
      protocol: 'http1',
      tls: { ...trusting, acceptSelfSigned: true },
      connections: 100_000,
      openPerSecond: 5000,
      holdMs: 60_000,
      perSecond: 500,
      timeoutMs: 20_000,
      request: {
        method: 'POST',
        path: '/x?y={port}',
        headers: { 'x-version': '1.10' },
        body: null,
        bodyFile: {
          path: 'b.json',
          bytes: 2,
          sha256: createHash('sha256').update('{}').digest('hex'),
        },
        weight: 1,
        ids: null,
        expect: { status: 201, body: 'ok' },
      },
      socket: null,
      serverCores: null,
    },
    {
      kind: 'hold',
      name: 'ws@3',
      protocol: 'websocket',
      tls: trusting,
      connections: 7,
      openPerSecond: 1,
      holdMs: 1000,
      perSecond: 1,
      timeoutMs: 1000,
      request: null,
      socket: {
        path: '/ws',
        headers: { cookie: 'a=1' },
        subprotocol: 'chat',
        message: { bytes: 5, binary: true },
      },
      serverCores: 3,
    },
  ]);
});
