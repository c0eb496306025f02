/** The JSON Schemas in schema/ and the tables and examples of the guide's pages: scripts/schemas.ts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import * as z from 'zod';
import { GUIDE, generatedFiles } from '../../../scripts/schemas.ts';
import { loadExperiment } from '../../../src/config/load.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { CONFIG, repository } from '../repository.ts';

/** Whole config files; what has no server is a part of one, or of a workflow. */
const PAGES = [...GUIDE, 'docs/recipes.md', 'docs/databases.md', 'docs/versus.md', 'README.md'];
const examples = PAGES.flatMap((page) => {
  const fenced = readFileSync(ownFile(page), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g);
  return [...fenced].flatMap(([, text = '']) => (/^servers:/m.test(text) ? [text] : []));
});
const generated = await generatedFiles();
const configSchema = z.fromJSONSchema(
  JSON.parse(generated.get('schema/config.schema.json') as string),
);

const CERTIFICATE = readFileSync(ownFile('fixtures/tls/localhost.crt'), 'utf8');
const RECORDING = JSON.stringify({
  log: {
    entries: [{ request: { method: 'GET', url: 'http://a.test/' }, response: { status: 200 } }],
  },
});

test('Schema/ and the tables of the guide are what scripts/schemas.ts would write', () => {
  assert.equal(generated.size, 5 + GUIDE.length);
  for (const [path, content] of generated) {
    assert.equal(
      readFileSync(ownFile(path), 'utf8'),
      content,
      `${path}: run node scripts/schemas.ts`,
    );
  }
});

test('Every example of the guide loads, and its schema agrees', async () => {
  assert.ok(examples.length >= 25, String(examples.length));
  for (const example of examples) {
    await using folder = await repository({
      [CONFIG]: example,
      'services/api/x': '',
      'services/edge/x': '',
      'gleam/x': '',
      'go/x': '',
      'bench/item.json': '{}',
      'bench/check.grpc': '\0\0\0\0\0',
      'bench/session.har': RECORDING,
      'certs/ca.pem': CERTIFICATE,
      'certs/client.pem': CERTIFICATE,
      'certs/client-key.pem': readFileSync(ownFile('fixtures/tls/localhost.key'), 'utf8'),
    });
    const { experiment, notes } = await loadExperiment({
      root: folder.root,
      settings: {},
      env: { LOAD_TOKEN: 'x', LOAD_PASSWORD: 'x' },
    });
    assert.ok(experiment.subjects.length > 0);
    // A tolerance or a limit that holds nothing.
    assert.doesNotMatch(notes.join(), /gate\.(tolerance|limits)/, example);
    assert.deepEqual(configSchema.safeParse(parse(example)).error?.issues, undefined);
  }
});

test('The schema for editors refuses what the program refuses', () => {
  const server = { start: 'x' };
  const scenarios = {
    open: { rate: 500, steady: '5s', cores: [1, 2, 4] },
    closed: { protocol: 'http2', latency: false, cores: 2 },
    other: { engine: 'autocannon', latency: false },
    load: { mode: 'load' },
    held: { mode: 'hold', connections: 100_000, 'open-rate': 4000, rate: 2000, hold: '10s' },
    echo: { protocol: 'websocket', mode: 'echo', rate: 500 },
    sockets: { protocol: 'websocket', mode: 'hold', 'message-size': 5, cores: 1 },
  };
  const gate = {
    tolerance: { p99: '30%', 'memory-growth': '64KiB' },
    limits: { errors: '1%', refused: 0, dropped: '0%', 'longest-stall': '50ms' },
    metrics: ['p99', 'longest-stall', 'dropped'],
  };
  const right = [{ servers: { a: server } }, { servers: { a: server }, scenarios, gate }];
  const wrong = [
    {},
    { servers: {} },
    { servers: { a: {} } },
    { servers: { a: { ...server, redy: '/' } } },
    { servers: { a: { ...server, ready: 'health' } } },
    { servers: { 'a b': server } },
    { servers: { a: server }, scenarios: { s: { protocol: 'http9' } } },
    { servers: { a: server }, scenarios: { s: { connections: 0 } } },
    { servers: { a: { ...server, socket: 'yes' } } },
    { servers: { a: { ...server, pairs: 'both' } } },
    { servers: { a: server }, scenarios: { s: { streams: 2 } } },
    { servers: { a: server }, scenarios: { s: { tls: 'yes' } } },
    { servers: { a: server }, scenarios: { s: { tls: { certs: 'x' } } } },
    { servers: { a: server }, scenarios: { s: { ids: '1-5' } } },
    { servers: { a: server }, scenarios: { s: { requests: [] } } },
    { servers: { a: server }, scenarios: { s: { requests: [{ weight: 0 }] } } },
    { servers: { a: server }, scenarios: { s: { protocol: 'http3', tls: false } } },
    { servers: { a: server }, scenarios: { s: { protocol: 'websocket', method: 'GET' } } },
    { servers: { a: server }, scenarios: { s: { engine: 'autocannon', protocol: 'http2' } } },
    { servers: { a: server }, scenarios: { s: { engine: 'command', output: 'wrk' } } },
    { servers: { a: server }, scenarios: { s: { engine: 'command', command: 'x' } } },
    { servers: { a: server }, scenarios: { s: { latency: 'yes' } } },
    { servers: { a: server }, scenarios: { s: { rate: 0 } } },
    { servers: { a: server }, scenarios: { s: { steady: 5 } } },
    { servers: { a: server }, scenarios: { s: { cores: [] } } },
    { servers: { a: server }, scenarios: { s: { cores: [0] } } },
    { servers: { a: server }, scenarios: { s: { cores: '2' } } },
    { servers: { a: server }, scenarios: { s: { engine: 'autocannon', latency: true } } },
    { servers: { a: server }, scenarios: { s: { engine: 'autocannon', mode: 'hold' } } },
    { servers: { a: server }, scenarios: { s: { protocol: 'http2', mode: 'hold' } } },
    { servers: { a: server }, scenarios: { s: { open_rate: 5 } } },
    { servers: { a: server }, scenarios: { s: { mode: 'hold', requests: [{}] } } },
    { servers: { a: server }, scenarios: { s: { mode: 'hold', connections: 1_000_001 } } },
    {
      servers: { a: server },
      scenarios: { s: { protocol: 'websocket', mode: 'fan-out', rate: 5 } },
    },
    { servers: { a: server }, gate: { tolerance: { p999: '5%' } } },
    { servers: { a: server }, gate: { tolerance: { 'memory-growth': '5%' } } },
    { servers: { a: server }, gate: { limits: { errors: 1 } } },
    { servers: { a: server }, gate: { limits: '1%' } },
    { servers: { a: server }, gate: { metrics: ['errors'] } },
    { servers: { a: server }, gate: { budget: 120 } },
    { servers: { a: server }, gate: { tolerance: 5 } },
    { servers: { a: server }, gate: { metrics: ['latency'] } },
  ];
  for (const value of right) {
    assert.deepEqual(configSchema.safeParse(value).error?.issues, undefined, JSON.stringify(value));
  }
  for (const value of wrong) {
    assert.equal(configSchema.safeParse(value).success, false, JSON.stringify(value));
  }
});
