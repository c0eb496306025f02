/** From a configuration file to an experiment: every default, and every word of the file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Experiment } from '../../src/config/experiment/experiment.ts';
import { loadExperiment } from '../../src/config/load.ts';
import { READY, STOP } from '../support/manners.ts';
import {
  DEFAULT_GATE,
  DEFAULT_LIMITS,
  DEFAULT_TOLERANCE,
  forAll,
  SMALLEST,
  UNPINNED,
} from './defaults.ts';
import { CONFIG, complaint, load, repository } from './repository.ts';

test('The smallest file gets every default', async () => {
  const experiment = await load(SMALLEST);
  assert.deepEqual(Experiment.parse(experiment), experiment);
  assert.deepEqual(experiment, {
    servers: [
      {
        name: 'api',
        workdir: '.',
        build: null,
        buildTimeoutMs: 1_800_000,
        start: 'node server.js',
        listen: { kind: 'port' },
        pairs: 'live',
        ready: READY,
        stop: STOP,
        env: {},
        before: null,
        after: null,
      },
    ],
    scenarios: [
      {
        kind: 'http',
        name: 'default',
        protocol: 'http1',
        engine: 'builtin',
        tls: null,
        connections: 32,
        connectionsNamed: false,
        streams: 1,
        timeoutMs: 5000,
        requests: [
          {
            method: 'GET',
            path: '/',
            headers: {},
            body: null,
            bodyFile: null,
            weight: 1,
            ids: null,
            expect: { status: 200, body: null },
          },
        ],
        ...UNPINNED,
      },
    ],
    subjects: [{ server: 'api', scenario: 'default' }],
    gate: DEFAULT_GATE,
    claims: [],
  });
});

test('A file that says everything is taken at its word', async () => {
  await using folder = await repository({
    [CONFIG]: `
servers:
  api:
    workdir: ./services/api/
    build: npm ci
    start: node server.js
    ready:
      path: http://localhost:{port}/health
      method: HEAD
      headers: { host: example.test }
      status: [204, 3xx]
      times: 3
      log: /listening on \\d+/i
      command: pg_isready
      timeout: 1m30s
    stop: { signal: int, timeout: 20s, command: pg_ctl stop }
    env: { VERSION: 1.10, DEBUG: true, NOTHING: "", HEX: 0x1F }
    before: up
    after: down
scenarios:
  order:
    protocol: http1
    method: POST
    path: /orders?x={port}
    headers: { Content-Type: application/json, x-version: 1.0 }
    body: '{"item": 7}'
    connections: 8
    timeout: 500ms
    expect: { status: 201, body: "ok" }
    servers: [api]
gate:
  budget: 2m
  tolerance: { throughput: 3%, memory: 0.1 }
  false-alarm-rate: 0.5%
  metrics: [cpu]
  fail-on-inconclusive: true
  fail-on-no-baseline: true
`,
    'services/api/server.js': '',
  });
  const { experiment, configFile } = await loadExperiment({ root: folder.root, settings: {} });
  assert.equal(configFile, CONFIG);
  assert.deepEqual(Experiment.parse(experiment), experiment);
  assert.deepEqual(experiment, {
    servers: [
      {
        name: 'api',
        workdir: 'services/api',
        build: 'npm ci',
        buildTimeoutMs: 1_800_000,
        start: 'node server.js',
        listen: { kind: 'port' },
        pairs: 'live',
        ready: {
          path: 'http://localhost:{port}/health',
          method: 'HEAD',
          headers: { host: 'example.test' },
          status: '204, 3xx',
          times: 3,
          log: '/listening on \\d+/i',
          command: 'pg_isready',
          timeoutMs: 90_000,
        },
        stop: { signal: 'SIGINT', timeoutMs: 20_000, command: 'pg_ctl stop' },
        env: { VERSION: '1.10', DEBUG: 'true', NOTHING: '', HEX: '0x1F' },
        before: 'up',
        after: 'down',
      },
    ],
    scenarios: [
      {
        kind: 'http',
        name: 'order',
        protocol: 'http1',
        engine: 'builtin',
        tls: null,
        connections: 8,
        streams: 1,
        timeoutMs: 500,
        requests: [
          {
            method: 'POST',
            path: '/orders?x={port}',
            headers: { 'Content-Type': 'application/json', 'x-version': '1.0' },
            body: '{"item": 7}',
            bodyFile: null,
            weight: 1,
            ids: null,
            expect: { status: 201, body: 'ok' },
          },
        ],
        ...UNPINNED,
      },
    ],
    subjects: [{ server: 'api', scenario: 'order' }],
    gate: {
      budgetMs: 120_000,
      tolerance: { ...DEFAULT_TOLERANCE, throughput: 0.03, cpu: 0.05, memory: 0.1 },
      limits: DEFAULT_LIMITS,
      falseAlarmRate: 0.005,
      metrics: ['cpu'],
      metricsNamed: true,
      measureAll: false,
      failOnInconclusive: true,
      failOnNoBaseline: true,
      jobBudgetMs: null,
      onRegression: 'fail',
    },
    claims: [],
  });
});

test('`ready` may be a path, and then has the other defaults', async () => {
  const { servers } = await load('servers: { api: { start: s, ready: /health } }');
  assert.deepEqual(servers[0]?.ready, { ...READY, path: '/health' });
});

test('One tolerance is for throughput, CPU and memory', async () => {
  const { gate } = await load(`${SMALLEST}gate: { tolerance: 3% }`);
  assert.deepEqual(gate.tolerance, forAll(0.03));
});

test('A tolerance for each metric, and every limit', async () => {
  const { gate } = await load(`${SMALLEST}gate:
  tolerance:
    throughput: 1%
    cpu: 2%
    p50: 3%
    p90: 4%
    p99: 5.5%
    memory: 6%
    pss: 7%
    peak-memory: 8%
    memory-growth: 1.5KiB
    memory-per-connection: 9%
    throughput-cv: 120%
    connect-p50: 0.1
    connect-p99: 11%
  limits: { errors: 0, refused: 1%, dropped: 0.02, longest-stall: 1m1ms }
`);
  assert.deepEqual(gate.tolerance, {
    throughput: 0.01,
    cpu: 0.02,
    'cpu-beside': 0.05,
    p50: 0.03,
    p90: 0.04,
    p99: 0.055,
    memory: 0.06,
    pss: 0.07,
    'peak-memory': 0.08,
    'memory-growth': 1536,
    'memory-per-connection': 0.09,
    'throughput-cv': 1.2,
    'connect-p50': 0.1,
    'connect-p99': 0.11,
  });
  assert.deepEqual(gate.limits, {
    errors: 0,
    refused: 0.01,
    dropped: 0.02,
    'longest-stall': 60.001,
  });
});

test('What is sent as text keeps its spelling in every map of headers and variables, also where YAML sees a number', async () => {
  const { servers, scenarios } = await load(`
servers:
  api:
    start: node server.js
    env: { ID: 00123 }
    ready: { path: /health, headers: { x-tenant: 00123 } }
scenarios:
  plain:
    headers: { x-key: 12345678901234567890 }
    before-load: [{ path: /login, headers: { x-version: 1.10, x-on: TRUE } }]
    requests: [{ path: /a, headers: { x-hex: 0x1F } }]
`);
  const [server] = servers;
  const [scenario] = scenarios;
  assert.ok(server !== undefined && scenario?.kind === 'http');
  assert.deepEqual(server.env, { ID: '00123' });
  assert.deepEqual(server.ready.headers, { 'x-tenant': '00123' });
  assert.deepEqual(scenario.requests[0]?.headers, {
    'x-key': '12345678901234567890',
    'x-hex': '0x1F',
  });
  assert.deepEqual(scenario.beforeLoad?.[0]?.headers, { 'x-version': '1.10', 'x-on': 'TRUE' });
});

test('Whoever is told to put quotes around a number is told to put them around what he has written', async () => {
  const said = await complaint(
    load(`
servers: { api: { start: node server.js, ready: { log: 007 } } }
scenarios:
  order: { method: POST, body: 007, expect: { body: 1.10 } }
  chat: { protocol: websocket, message: 1e3 }
`),
  );
  for (const text of ['007', '1.10', '1e3']) {
    assert.match(said, new RegExp(`write "${text}" with quotes`), said);
  }
  assert.match(said, /write "007"$/m);
});
