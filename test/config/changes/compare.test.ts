import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConfigChange } from '../../../src/config/changes/bar.ts';
import { compareConfigs } from '../../../src/config/changes/compare.ts';
import { DEFAULT_GATE_METRICS } from '../../../src/config/schema/gate-schema.ts';
import { loadWhole as load } from '../repository.ts';

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

  it('One percentage for all lowers the bar of the metrics that can fail the job, and of no others', async () => {
    const gate = (text: string) => `servers: { api: { start: x } }\ngate: { ${text} }`;
    const changes = compareConfigs(
      await load(gate('tolerance: 5%')),
      await load(gate('tolerance: 10%')),
    );
    assert.deepEqual(
      changes.flatMap(({ key, effect }) => (effect === 'looser' ? [key] : [])),
      ['throughput', 'cpu', 'memory'].map((name) => `gate.tolerance.${name}`),
    );
    const named = compareConfigs(
      await load(gate('tolerance: { p50: 5% }, metrics: [p50]')),
      await load(gate('tolerance: { p50: 9% }, metrics: [p50]')),
    );
    assert.deepEqual(named.map(inShort), ['- gate.tolerance.p50 changed: 5% → 9%']);
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
        '- gate.limits.errors changed: 0.1% → 2%',
        '- gate.budget changed: 2m → 1m30s',
        '- gate.false-alarm-rate changed: 1% → 0.5%',
        '- gate.fail-on-inconclusive changed: true → false',
        '- gate.on-regression changed: fail → confirm-on-fresh-runner',
        // They fail no job, so nothing passes for it.
        'gate.tolerance.memory-growth changed: 1048576B → 2097152B',
        'gate.limits.longest-stall changed: 50ms → 75ms',
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
    assert.deepEqual(await changesOf(['budget: 2m', 'budget: 2m\n  measure-all: true']), [
      'gate.measure-all changed: false → true',
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

describe('what a change alters of the claims', () => {
  const withClaims = async (claims: string) => await load(`${BASE}claims: ${claims}\n`);
  async function claimChangesOf(base: string, head: string): Promise<string[]> {
    return compareConfigs(await withClaims(base), await withClaims(head)).map(inShort);
  }
  const gated = (claim: string) => `{ claim: ${claim}, gate: true }`;

  it('What a change alters of the claims is told by what the job is held to: a bound, and whether it holds', async () => {
    const base = `[${gated('api.plain.p99 <= 5ms')}]`;
    assert.deepEqual(await claimChangesOf(base, `[${gated('api.plain.p99 <= 50ms')}]`), [
      '- claims changed: gate: api.plain.p99 <= 5ms → gate: api.plain.p99 <= 50ms',
    ]);
    assert.deepEqual(await claimChangesOf(base, `[${gated('api.plain.p99 <= 3ms')}]`), [
      '+ claims changed: gate: api.plain.p99 <= 5ms → gate: api.plain.p99 <= 3ms',
    ]);
    assert.deepEqual(await claimChangesOf(base, '[]'), [
      '- claims removed: gate: api.plain.p99 <= 5ms → null',
    ]);
    assert.deepEqual(await claimChangesOf('[]', base), [
      '+ claims added: null → gate: api.plain.p99 <= 5ms',
    ]);
    assert.deepEqual(await claimChangesOf(base, '[api.plain.p99 <= 5ms]'), [
      '- claims changed: gate: api.plain.p99 <= 5ms → api.plain.p99 <= 5ms',
    ]);
    assert.deepEqual(await claimChangesOf('[api.plain.p99 <= 9ms]', base), [
      '+ claims changed: api.plain.p99 <= 9ms → gate: api.plain.p99 <= 5ms',
    ]);
  });

  it('What a change alters of the claims that cannot fail the job lets nothing more through', async () => {
    assert.deepEqual(
      await claimChangesOf(
        '[api.p99 <= 5ms, jobs.cpu <= 1ms]',
        '[api.p99 <= 9ms, api.memory <= 9MiB]',
      ),
      [
        'claims changed: api.p99 <= 5ms → api.p99 <= 9ms',
        'claims removed: jobs.cpu <= 1ms → null',
        'claims added: null → api.memory <= 9MiB',
      ],
    );
  });

  it('What a change alters of the claims of two servers goes by factor and difference, and is left open where they disagree', async () => {
    const order = async (base: string, head: string) =>
      (await claimChangesOf(`[${gated(base)}]`, `[${gated(head)}]`)).map((text) => text[0]);
    const [left, right] = ['api.order.throughput', 'jobs.order.throughput'];
    assert.deepEqual(await order(`${left} >= ${right} * 1.2`, `${left} >= ${right} * 1.1`), ['-']);
    assert.deepEqual(await order(`${left} <= ${right} * 1.2`, `${left} <= ${right} * 1.1`), ['+']);
    assert.deepEqual(await order(`${left} >= ${right}`, `${left} > ${right}`), ['+']);
    assert.deepEqual(await order(`${left} <= ${right}`, `${left} <= ${right} + 5 req/s`), ['-']);
    assert.deepEqual(
      await order(`${left} >= ${right} * 1.2`, `${left} >= ${right} * 1.1 + 5 req/s`),
      ['c'],
    );
    // The other way round is no other bound of the same claim.
    assert.deepEqual(await order(`${left} >= ${right}`, `${left} <= ${right}`), ['-', '+']);
  });

  it('What a change alters of the claims is nothing where they are written otherwise, or are about more loads', async () => {
    const base = `[api.p99 <= 100ms, ${gated('jobs.p99 <= 5ms')}]`;
    const same = `[{ claim: "jobs.p99<=5ms", gate: true }, api.p99 <= 0.1s]`;
    assert.deepEqual(await claimChangesOf(base, same), []);
    const more = await load(
      `${BASE.replace('gate:', '  more: { path: /more }\ngate:')}claims: ${base}\n`,
    );
    assert.deepEqual(compareConfigs(await withClaims(base), more).map(inShort), [
      'scenarios.more added',
    ]);
  });

  it('What a change alters of the claims is nothing to those of an input, which count whatever a file says', async () => {
    const [base, head] = [await withClaims(`[${gated('api.p99 <= 5ms')}]`), await withClaims('[]')];
    const given = [{ claim: 'api.p99 <= 5ms', gate: true }];
    assert.deepEqual(compareConfigs(base, head, given), []);
    assert.equal(compareConfigs(base, head, [{ claim: 'api.p99 <= 5ms', gate: false }]).length, 1);
  });
});

describe('what a change alters of the place of the history', () => {
  const changed = async (base: string, head: string) =>
    compareConfigs(await load(`${BASE}${base}`), await load(`${BASE}${head}`)).map(inShort);
  const [branch, folder] = ['  history: branch\n', '  history: directory:/perf\n'];

  it('What a change alters of the place of the history may take away what head is compared with', async () => {
    assert.deepEqual(await changed(branch, folder), [
      '- gate.history changed: branch → directory:/perf',
    ]);
    assert.deepEqual(await changed(branch, ''), ['- gate.history removed: branch → null']);
    assert.deepEqual(await changed('', branch), ['+ gate.history added: null → branch']);
    assert.deepEqual(await changed(branch, '  history: "branch:throughput-gate-history"\n'), []);
  });

  it('What a change alters of the place of the history makes no difference where base is always rebuilt', async () => {
    const rebuilt = '  baseline: rebuild\n';
    assert.deepEqual(await changed(branch + rebuilt, rebuilt), [
      'gate.history removed: branch → null',
    ]);
  });
});
