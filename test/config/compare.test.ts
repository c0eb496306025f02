import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConfigChange } from '../../src/config/bar.ts';
import { compareConfigs } from '../../src/config/compare.ts';
import { DEFAULT_GATE_METRICS } from '../../src/config/gate-schema.ts';
import { load } from './repository.ts';

const BASE = `
servers:
  api: { start: node server.js, env: { TOKEN: s3cr3t, MODE: fast } }
  jobs: { start: node jobs.js }
scenarios:
  plain: { path: "/items?key=s3cr3t", headers: { authorization: Bearer s3cr3t } }
  order: { method: POST, path: /orders, body: '{"card":"4111"}', servers: [api, jobs] }
gate:
  tolerance: { throughput: 5%, p99: 20%, memory-growth: 1MiB }
  limits: { longest-stall: 50ms, errors: 0.1% }
  metrics: [throughput, cpu, p99]
  budget: 2m
  false-alarm-rate: 1%
  fail-on-inconclusive: true
`;

const NAMED_DEFAULTS = `metrics: [${DEFAULT_GATE_METRICS.join(', ')}]`;

/** "key: base → head (effect)" of every change from BASE to the same with the replacements. */
async function changesOf(...replaced: [from: string, to: string][]): Promise<string[]> {
  let text = BASE;
  for (const [from, to] of replaced) {
    assert.ok(text.includes(from), from);
    text = text.replaceAll(from, to);
  }
  return compareConfigs(await load(BASE), await load(text)).map(inShort);
}

function inShort({ key, kind, base, head, effect }: ConfigChange): string {
  const mark = { looser: '- ', stricter: '+ ', other: '' }[effect];
  return `${mark}${key} ${kind}${base === null && head === null ? '' : `: ${base} → ${head}`}`;
}

describe('what a change alters of the config', () => {
  it('What a change alters of the config is nothing when the file means the same', async () => {
    assert.deepEqual(await changesOf(), []);
    assert.deepEqual(await changesOf(['budget: 2m', 'budget: 120s'], ['5%', '0.05']), []);
  });

  it('What a change alters of the config of the gate is told with both values, and whether it lets more through', async () => {
    assert.deepEqual(await changesOf(['throughput: 5%', 'throughput: 50%']), [
      '- gate.tolerance.throughput changed: 5% → 50%',
    ]);
    assert.deepEqual(
      await changesOf(['throughput: 5%', 'throughput: 7%'], ['p99: 20%', 'p99: 10%']),
      ['- gate.tolerance.throughput changed: 5% → 7%', '+ gate.tolerance.p99 changed: 20% → 10%'],
    );
    assert.deepEqual(
      await changesOf(
        ['1MiB', '2MiB'],
        ['50ms', '75ms'],
        ['errors: 0.1%', 'errors: 2%'],
        ['budget: 2m', 'budget: 90s'],
        ['rate: 1%', 'rate: 0.5%'],
        ['fail-on-inconclusive: true', 'on-regression: confirm-on-fresh-runner'],
      ),
      [
        '- gate.tolerance.memory-growth changed: 1048576B → 2097152B',
        '- gate.limits.longest-stall changed: 50ms → 75ms',
        '- gate.limits.errors changed: 0.1% → 2%',
        '- gate.budget changed: 2m → 1m30s',
        '- gate.false-alarm-rate changed: 1% → 0.5%',
        '- gate.fail-on-inconclusive changed: true → false',
        '- gate.on-regression changed: fail → confirm-on-fresh-runner',
      ],
    );
    // The default list by itself: none of it is insisted on any more.
    const named = ['metrics: [throughput, cpu, p99]', NAMED_DEFAULTS] as const;
    const unnamed = compareConfigs(
      await load(BASE.replace(...named)),
      await load(BASE.replace(named[0], '')),
    );
    assert.deepEqual(unnamed.map(inShort), [
      '- gate.metrics removed: throughput, cpu, p99, memory, refused, dropped → null',
    ]);
    assert.deepEqual(await changesOf(['cpu, p99]', 'cpu, memory]']), [
      '- gate.metrics removed: p99 → null',
      '+ gate.metrics added: null → memory',
    ]);
    assert.deepEqual(await changesOf(['budget: 2m', 'budget: 2m\n  job-budget: 3m']), [
      '- gate.job-budget added: null → 3m',
    ]);
  });

  it('What a change alters of the config of servers and loads is told, and what is no longer measured comes first', async () => {
    assert.deepEqual(
      await changesOf(['start: node server.js', 'start: node server.js --fast, pairs: exclusive']),
      [
        'servers.api.start changed: node server.js → node server.js --fast',
        'servers.api.pairs changed: live → exclusive',
      ],
    );
    assert.deepEqual(await changesOf(['servers: [api, jobs]', 'servers: [jobs], connections: 3']), [
      '- api/order removed',
      'scenarios.order.connections changed: 32 → 3',
    ]);
    const order = /\n {2}order:.*\n/.exec(BASE)?.[0] as string;
    assert.deepEqual(await changesOf([order, '\n']), ['- scenarios.order removed']);
    assert.deepEqual(await changesOf([order, `${order}  more: { path: /more }\n`]), [
      'scenarios.more added',
    ]);
    assert.deepEqual(
      await changesOf(['method: POST, ', 'method: POST, latency: false, timeout: 1s, ']),
      ['scenarios.order.timeout changed: 5s → 1s', 'scenarios.order.latency removed: true → null'],
    );
  });

  it('What a change alters of the config names what may be a secret, and shows no value of it, on neither side', async () => {
    assert.deepEqual(
      await changesOf(
        ['TOKEN: s3cr3t', 'TOKEN: 0ther'],
        ['MODE: fast', 'OTHER: 0ther'],
        ['key=s3cr3t', 'key=0ther'],
        ['Bearer s3cr3t', 'Bearer 0ther'],
        ['"4111"', '"4222"'],
      ),
      [
        'servers.api.env.TOKEN changed',
        'servers.api.env.MODE removed',
        'servers.api.env.OTHER added',
        'scenarios.plain.path changed',
        'scenarios.plain.headers.authorization changed',
        'scenarios.order.body changed',
      ],
    );
  });
});
