import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Experiment } from '../../src/config/experiment.ts';
import { loadExperiment } from '../../src/config/load.ts';
import { CONFIG, complaint, flags, load, repository, requestsOf } from './repository.ts';

const SMALLEST = 'servers: { api: { start: node server.js } }\n';

/** Latency at a rate of base's, and nothing said about the rest. */
const UNPINNED = { latency: { perSecond: null }, steadyMs: null, serverCores: null };

const DEFAULT_TOLERANCE = {
  throughput: 0.05,
  cpu: 0.05,
  p50: 0.1,
  p90: 0.15,
  p99: 0.2,
  memory: 0.05,
  pss: 0.05,
  'peak-memory': 0.05,
  'memory-growth': 102_400,
  'memory-per-connection': 0.05,
  'throughput-cv': 0.5,
  'connect-p50': 0.2,
  'connect-p99': 0.5,
};

/** What one percentage is for. */
const forAll = (share: number) => ({
  ...DEFAULT_TOLERANCE,
  throughput: share,
  cpu: share,
  memory: share,
  pss: share,
  'peak-memory': share,
  'memory-per-connection': share,
});

const DEFAULT_LIMITS = { errors: 0.001, refused: 0, dropped: 0, 'longest-stall': 0.1 };

const DEFAULT_GATE = {
  budgetMs: 120_000,
  tolerance: DEFAULT_TOLERANCE,
  limits: DEFAULT_LIMITS,
  falseAlarmRate: 0.01,
  metrics: ['throughput', 'cpu', 'p99', 'memory', 'refused', 'dropped'],
  failOnInconclusive: false,
  failOnNoBaseline: false,
  jobBudgetMs: null,
  onRegression: 'fail',
};

test('the smallest file gets every default', async () => {
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
        ready: { path: '/', status: null, timeoutMs: 30_000 },
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
  });
});

test('a file that says everything is taken at its word', async () => {
  await using folder = await repository({
    [CONFIG]: `
servers:
  api:
    workdir: ./services/api/
    build: npm ci
    start: node server.js
    ready: { path: /health, status: 204, timeout: 1m30s }
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
        ready: { path: '/health', status: 204, timeoutMs: 90_000 },
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
      failOnInconclusive: true,
      failOnNoBaseline: true,
      jobBudgetMs: null,
      onRegression: 'fail',
    },
  });
});

test('`ready` may be a path, and then has the other defaults', async () => {
  const { servers } = await load('servers: { api: { start: s, ready: /health } }');
  assert.deepEqual(servers[0]?.ready, { path: '/health', status: null, timeoutMs: 30_000 });
});

test('one tolerance is for throughput, CPU and memory', async () => {
  const { gate } = await load(`${SMALLEST}gate: { tolerance: 3% }`);
  assert.deepEqual(gate.tolerance, forAll(0.03));
});

test('a tolerance for each metric, and every limit', async () => {
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

test('settings alone make one server under one load', async () => {
  await using folder = await repository({ 'api/server.js': '' });
  const settings = flags({
    workdir: 'api',
    build: 'npm ci',
    start: 'node server.js',
    readyPath: '/health',
    method: 'POST',
    path: '/echo',
    headers: 'accept: text/plain\n\nx-url: http://a:1/\n',
    body: ' hi ',
    connections: ' 8 ',
    expectStatus: '201',
    budget: '30s',
    tolerance: 'throughput=3%, cpu: 4%, memory-growth=1MiB',
    limits: 'errors=1%, longest-stall: 50ms',
    metrics: 'cpu, throughput',
    falseAlarmRate: '2%',
    failOnInconclusive: 'True',
    failOnNoBaseline: 'false',
  });
  const { experiment, configFile } = await loadExperiment({ root: folder.root, settings });
  assert.equal(configFile, null);
  assert.deepEqual(Experiment.parse(experiment), experiment);
  assert.deepEqual(experiment, {
    servers: [
      {
        name: 'server',
        workdir: 'api',
        build: 'npm ci',
        buildTimeoutMs: 1_800_000,
        start: 'node server.js',
        listen: { kind: 'port' },
        pairs: 'live',
        ready: { path: '/health', status: null, timeoutMs: 30_000 },
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
        connections: 8,
        streams: 1,
        timeoutMs: 5000,
        requests: [
          {
            method: 'POST',
            path: '/echo',
            headers: { accept: 'text/plain', 'x-url': 'http://a:1/' },
            body: ' hi ',
            bodyFile: null,
            weight: 1,
            ids: null,
            expect: { status: 201, body: null },
          },
        ],
        ...UNPINNED,
      },
    ],
    subjects: [{ server: 'server', scenario: 'default' }],
    gate: {
      budgetMs: 30_000,
      tolerance: {
        ...DEFAULT_TOLERANCE,
        throughput: 0.03,
        cpu: 0.04,
        'memory-growth': 1_048_576,
      },
      limits: { ...DEFAULT_LIMITS, errors: 0.01, 'longest-stall': 0.05 },
      falseAlarmRate: 0.02,
      metrics: ['cpu', 'throughput'],
      failOnInconclusive: true,
      failOnNoBaseline: false,
      jobBudgetMs: null,
      onRegression: 'fail',
    },
  });
});

test('blank settings count as not given, and leave every default', async () => {
  await using folder = await repository({});
  const settings = flags(
    { start: 'x', path: '', body: ' ', budget: '', headers: '\n', config: '' },
    [' '],
  );
  const { experiment } = await loadExperiment({ root: folder.root, settings });
  assert.deepEqual(experiment.gate, DEFAULT_GATE);
  const [request] = requestsOf(experiment);
  assert.deepEqual([request?.path, request?.body], ['/', null]);
});

test('a setting wins over the file, and what it does not say stays', async () => {
  const file = `${SMALLEST}gate: { budget: 10m, tolerance: { throughput: 1%, cpu: 2%, p99: 40% }, limits: { dropped: 1% }, metrics: [cpu], fail-on-inconclusive: true }`;
  const tolerance = { ...DEFAULT_TOLERANCE, throughput: 0.01, cpu: 0.02, p99: 0.4 };
  const limits = { ...DEFAULT_LIMITS, dropped: 0.01 };
  const written = {
    budgetMs: 600_000,
    tolerance,
    limits,
    falseAlarmRate: 0.01,
    metrics: ['cpu'],
    failOnInconclusive: true,
    failOnNoBaseline: false,
    jobBudgetMs: null,
    onRegression: 'fail',
  };
  const gateWith = async (texts: Record<string, string>) => (await load(file, flags(texts))).gate;
  assert.deepEqual(await gateWith({}), written);
  assert.deepEqual(await gateWith({ budget: '30s' }), { ...written, budgetMs: 30_000 });
  assert.deepEqual(await gateWith({ tolerance: 'cpu=9%' }), {
    ...written,
    tolerance: { ...tolerance, cpu: 0.09 },
  });
  assert.deepEqual(await gateWith({ tolerance: '9%' }), {
    ...written,
    tolerance: { ...forAll(0.09), p99: 0.4 },
  });
  assert.deepEqual(await gateWith({ limits: 'errors=2%' }), {
    ...written,
    limits: { ...limits, errors: 0.02 },
  });
  assert.deepEqual(
    await gateWith({
      metrics: 'throughput',
      falseAlarmRate: '3%',
      failOnInconclusive: 'false',
      failOnNoBaseline: 'true',
    }),
    {
      ...written,
      metrics: ['throughput'],
      falseAlarmRate: 0.03,
      failOnInconclusive: false,
      failOnNoBaseline: true,
      jobBudgetMs: null,
      onRegression: 'fail',
    },
  );
});

test('which file is read', async (t) => {
  const named = (name: string) => `servers: { ${name}: { start: x } }`;
  const serverOf = async (root: string, settings = {}, cwd?: string) => {
    const found = await loadExperiment({ root, settings, ...(cwd === undefined ? {} : { cwd }) });
    return [found.configFile, found.experiment.servers[0]?.name];
  };

  await t.test('the .yaml spelling too', async () => {
    await using folder = await repository({ '.github/throughput-gate.yaml': named('b') });
    assert.deepEqual(await serverOf(folder.root), ['.github/throughput-gate.yaml', 'b']);
  });
  await t.test('the one asked for, before the default, and relative to cwd', async () => {
    await using folder = await repository({ [CONFIG]: named('a'), 'sub/c.yml': named('c') });
    assert.deepEqual(await serverOf(folder.root, flags({ config: 'sub/c.yml' })), [
      'sub/c.yml',
      'c',
    ]);
    const cwd = join(folder.root, 'sub');
    assert.deepEqual(await serverOf(folder.root, flags({ config: 'c.yml' }), cwd), [
      'sub/c.yml',
      'c',
    ]);
  });
  await t.test('not two defaults', async () => {
    await using folder = await repository({
      [CONFIG]: SMALLEST,
      '.github/throughput-gate.yaml': SMALLEST,
    });
    assert.equal(
      await complaint(loadExperiment({ root: folder.root, settings: {} })),
      `.github/throughput-gate.yaml: there are two config files, this and ${CONFIG}\n  remove one of them`,
    );
  });
  await t.test('not one that is missing', async () => {
    await using folder = await repository({ [CONFIG]: SMALLEST });
    const settings = flags({ config: 'nope.yml' });
    assert.equal(
      await complaint(loadExperiment({ root: folder.root, settings })),
      `--config: there is no file ${join(folder.root, 'nope.yml')}\n  the default is ${CONFIG}, and needs no setting`,
    );
  });
  await t.test('not a folder', async () => {
    await using folder = await repository({ 'c.yml/x': '' });
    const settings = flags({ config: 'c.yml' });
    assert.equal(
      await complaint(loadExperiment({ root: folder.root, settings })),
      `--config: ${join(folder.root, 'c.yml')} is a folder, not a file`,
    );
  });
});

test('a workdir that is a file, or a link that leads out, is refused', async () => {
  await using folder = await repository({
    [CONFIG]:
      'servers: { a: { start: x, workdir: file }, b: { start: x, workdir: out }, c: { start: x, workdir: in } }',
    file: '',
    'real/x': '',
  });
  await symlink('/', join(folder.root, 'out'));
  await symlink('real', join(folder.root, 'in'));
  assert.equal(
    await complaint(loadExperiment({ root: folder.root, settings: {} })),
    `${CONFIG}:1:36: servers.a.workdir: found "file"; allowed: a folder (this is a file)
${CONFIG}:1:68: servers.b.workdir: found "out"; allowed: a folder inside the repository (this is a link that leads out of it)`,
  );
});

test('a root that is itself reached by a link is no way out', async () => {
  await using folder = await repository({ [`tree/${CONFIG}`]: SMALLEST });
  await mkdir(join(folder.root, 'links'));
  await symlink('../tree', join(folder.root, 'links/tree'));
  const root = join(folder.root, 'links/tree');
  const { experiment } = await loadExperiment({ root, settings: {} });
  assert.equal(experiment.servers[0]?.name, 'api');
});
