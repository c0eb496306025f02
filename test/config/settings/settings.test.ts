/** Settings of the command line and the action, alone and on top of a file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Experiment } from '../../../src/config/experiment/experiment.ts';
import { loadExperiment } from '../../../src/config/load.ts';
import {
  besideFile,
  isOn,
  ofServer,
  type Settings,
} from '../../../src/config/settings/settings.ts';
import { readInputs, settingsOf } from '../../../src/github/inputs.ts';
import { READY, STOP } from '../../support/manners.ts';
import {
  DEFAULT_GATE,
  DEFAULT_LIMITS,
  DEFAULT_TOLERANCE,
  forAll,
  SMALLEST,
  UNPINNED,
} from '../defaults.ts';
import { complaint, flags, load, repository, requestsOf } from '../repository.ts';

test('Settings alone make one server under one load', async () => {
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
        ready: { ...READY, path: '/health' },
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
      metricsNamed: true,
      measureAll: false,
      failOnInconclusive: true,
      failOnNoBaseline: false,
      jobBudgetMs: null,
      onRegression: 'fail',
    },
    claims: [],
  });
});

test('Blank settings count as not given, and leave every default', async () => {
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

test('A setting wins over the file, and what it does not say stays', async () => {
  const file = `${SMALLEST}gate: { budget: 10m, tolerance: { throughput: 1%, cpu: 2%, p99: 40% }, limits: { dropped: 1% }, metrics: [cpu], fail-on-inconclusive: true }`;
  const tolerance = { ...DEFAULT_TOLERANCE, throughput: 0.01, cpu: 0.02, p99: 0.4 };
  const limits = { ...DEFAULT_LIMITS, dropped: 0.01 };
  const written = {
    budgetMs: 600_000,
    tolerance,
    limits,
    falseAlarmRate: 0.01,
    metrics: ['cpu'],
    metricsNamed: true,
    measureAll: false,
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
      measureAll: false,
      failOnInconclusive: false,
      failOnNoBaseline: true,
      jobBudgetMs: null,
      onRegression: 'fail',
    },
  );
});

test('What a setting says twice is the same mistake as in a file, beside a file and without one', async () => {
  const twice = { tolerance: 'p99=30%, cpu=4%, p99=10%', limits: 'errors=1%\nerrors=2%' };
  const said = await complaint(load(SMALLEST, flags(twice)));
  assert.equal(
    said,
    `--tolerance: p99: the key stands here a second time
  keep one of them
--limits: errors: the key stands here a second time
  keep one of them`,
  );
  await using folder = await repository({});
  const settings = flags({
    start: 'x',
    headers: 'x-a: 1\nx-b: 2\nx-a: 3\nX-B: 4',
    readyHeaders: 'accept: a\naccept: b',
  });
  const alone = await complaint(loadExperiment({ root: folder.root, settings }));
  assert.match(alone, /^--readyHeaders: accept: the key stands here a second time$/m);
  assert.match(alone, /^--headers: x-a: the key stands here a second time$/m);
  assert.match(alone, /^--headers: X-B: the header stands here a second time: capitals make no/m);
});

test('A setting that is on is so in any letters, as GitHub’s own inputs are', () => {
  const given = (value: string) => isOn({ value, origin: 'input `measure-all`' });
  assert.deepEqual(['true', 'True', ' TRUE '].map(given), [true, true, true]);
  assert.deepEqual(
    [given('false'), given(''), given('yes'), isOn(undefined)],
    [false, false, false, false],
  );
});

test('Every setting either describes a server, or stands beside a config file', () => {
  const names = Object.keys(settingsOf(readInputs({}))) as (keyof Settings)[];
  const all = Object.fromEntries(names.map((name) => [name, { value: name, origin: name }]));
  const [server, beside] = [ofServer(all), besideFile(all)].map((one) => Object.keys(one));
  const left = names.filter((name) => !server?.includes(name) && !beside?.includes(name));
  assert.deepEqual(left.sort(), ['config', 'only']);
  assert.deepEqual(
    server?.filter((name) => beside?.includes(name)),
    [],
  );
  for (const name of ['timeout', 'warmUp', 'stopTimeout', 'readyLog'])
    assert.ok(server?.includes(name));
  for (const name of ['claims', 'history', 'beside', 'budget']) assert.ok(beside?.includes(name));
});
