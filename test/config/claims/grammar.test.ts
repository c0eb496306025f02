/** The grammar of claims: what each text means, and that a printed claim reads back as itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseClaim } from '../../../src/config/claims/parse.ts';
import { resolveClaim } from '../../../src/config/claims/resolve.ts';
import { ClaimMetric, ClaimOp, CORES_EFFICIENCY } from '../../../src/config/experiment/claim.ts';
import { fc } from '../../support/properties.ts';
import { claimsOf, KNOWN, knownOf } from './known.ts';
import { printClaim } from './print-claim.ts';

const PLAIN = { gate: false, factor: 1, offset: 0 };
const side = (server: string, scenario = 'plain') => ({ server, scenario });

/** A claim about the one scenario `plain`. */
const MEANINGS: Record<string, object> = {
  'gleam.throughput >= go.throughput': {
    metric: 'throughput',
    left: side('gleam'),
    op: '>=',
    right: side('go'),
  },
  'gleam.throughput>=go.throughput*1.12': {
    metric: 'throughput',
    left: side('gleam'),
    op: '>=',
    right: side('go'),
    factor: 1.12,
  },
  'gleam.memory < 0.8 * go.memory': {
    metric: 'memory',
    left: side('gleam'),
    op: '<',
    right: side('go'),
    factor: 0.8,
  },
  'gleam.memory <= go.memory * 80% + 1.5 MiB': {
    metric: 'memory',
    left: side('gleam'),
    op: '<=',
    right: side('go'),
    factor: 0.8,
    offset: 1.5 * 1024 ** 2,
  },
  'gleam.p99 <= 2ms + go.p99': {
    metric: 'p99',
    left: side('gleam'),
    op: '<=',
    right: side('go'),
    offset: 0.002,
  },
  'go.memory <= gleam.memory - 64MiB': {
    metric: 'memory',
    left: side('go'),
    op: '<=',
    right: side('gleam'),
    offset: -64 * 1024 ** 2,
  },
  'go.p99 <= 5ms': { metric: 'p99', left: side('go'), op: '<=', right: null, offset: 0.005 },
  'go.p99 < 250us': { metric: 'p99', left: side('go'), op: '<', right: null, offset: 250e-6 },
  'go.cpu <= 1.5 s': { metric: 'cpu', left: side('go'), op: '<=', right: null, offset: 1.5 },
  'go.throughput >= 50000': {
    metric: 'throughput',
    left: side('go'),
    op: '>=',
    right: null,
    offset: 50_000,
  },
  'go.throughput > 100k req/s': {
    metric: 'throughput',
    left: side('go'),
    op: '>',
    right: null,
    offset: 100_000,
  },
  'go.throughput > 1_000_000 msg/s': {
    metric: 'throughput',
    left: side('go'),
    op: '>',
    right: null,
    offset: 1e6,
  },
  'go.errors <= 0.1 %': {
    metric: 'errors',
    left: side('go'),
    op: '<=',
    right: null,
    offset: 0.001,
  },
  'go.errors <= 0': { metric: 'errors', left: side('go'), op: '<=', right: null, offset: 0 },
  'go.memory-growth <= 10KiB/1k': {
    metric: 'memory-growth',
    left: side('go'),
    op: '<=',
    right: null,
    offset: 10_240,
  },
  'go-http.plain.peak-memory <= go.plain.peak-memory': {
    metric: 'peak-memory',
    left: side('go-http'),
    op: '<=',
    right: side('go'),
  },
};

for (const [text, meaning] of Object.entries(MEANINGS)) {
  test(`The claim \`${text}\` is read as it is meant`, () => {
    assert.deepEqual(claimsOf(text), [{ ...PLAIN, text, ...meaning }]);
  });
}

test('A claim without a scenario is one for every scenario that has the metric on both sides', () => {
  const claims = claimsOf('gleam.throughput >= go.throughput', KNOWN);
  assert.deepEqual(
    claims.map(({ left, right }) => [left.scenario, right?.scenario]),
    ['plain', 'curve@1', 'curve@2'].map((name) => [name, name]),
  );
  assert.deepEqual(
    claimsOf('gleam.dropped <= go.dropped', KNOWN).map(({ left }) => left.scenario),
    ['idle-100k'],
  );
});

test('A scenario with several numbers of cores is meant as a whole, or at one of them', () => {
  const names = (text: string) =>
    claimsOf(text, KNOWN).map(({ left, right }) => [left.scenario, right?.scenario ?? null]);
  assert.deepEqual(names('go.curve.throughput >= gleam.curve.throughput'), [
    ['curve@1', 'curve@1'],
    ['curve@2', 'curve@2'],
  ]);
  assert.deepEqual(names('go.curve@2.throughput >= go.curve@1.throughput * 1.8'), [
    ['curve@2', 'curve@1'],
  ]);
  assert.deepEqual(names('go.curve@2.throughput >= 1'), [['curve@2', null]]);
});

test('An efficiency over cores belongs to the scenario as the file names it', () => {
  const [claim, ...others] = claimsOf('gleam.cores-efficiency >= go.cores-efficiency', KNOWN);
  assert.deepEqual(others, []);
  assert.deepEqual([claim?.left, claim?.right], [side('gleam', 'curve'), side('go', 'curve')]);
});

test('Names with dots are cut where a server and a scenario are known', () => {
  const known = knownOf({ 'a.b': ['c'], a: ['x.y'] });
  assert.deepEqual(claimsOf('a.b.p99 <= 5ms', known)[0]?.left, side('a.b', 'c'));
  assert.deepEqual(claimsOf('a.b.c.p99 <= 5ms', known)[0]?.left, side('a.b', 'c'));
  assert.deepEqual(claimsOf('a.x.y.p99 <= 5ms', known)[0]?.left, side('a', 'x.y'));
});

test('A name that can be cut in two ways is told with both, and quotes choose one', () => {
  const known = knownOf({ 'a.b': ['s'], a: ['b'] });
  const { wrong } = resolveClaim({ claim: 'a.b.p99 <= 5ms', gate: false }, known);
  assert.deepEqual(
    wrong.map(({ message, hint }) => [message, hint]),
    [['`a.b.p99` can be read in 2 ways', 'write `"a"."b".p99` or `"a.b".p99`']],
  );
  assert.deepEqual(claimsOf('"a"."b".p99 <= 5ms', known)[0]?.left, side('a', 'b'));
  assert.deepEqual(claimsOf('"a.b".p99 <= 5ms', known)[0]?.left, side('a.b', 's'));
});

test('What is printed of a claim is read as the same claim', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,9}$/);
  const factor = fc.double({ min: 0.001, max: 1000, noNaN: true }).map((x) => Number(x.toFixed(6)));
  const offset = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((x) => x / 1000);
  const arbitrary = fc.record({
    servers: fc.uniqueArray(name, { minLength: 2, maxLength: 2 }),
    scenario: name,
    metric: fc.constantFrom(...ClaimMetric.options.filter((one) => one !== CORES_EFFICIENCY)),
    op: fc.constantFrom(...ClaimOp.options),
    isRelative: fc.boolean(),
    // From 50 to 500 it would have to say whether it is per cent.
    factor: factor.filter((x) => x > 0 && (x < 50 || x > 500)),
    offset,
  });
  fc.assert(
    fc.property(arbitrary, ({ servers, scenario, metric, op, isRelative, factor, offset }) => {
      const [a, b] = servers as [string, string];
      // One name must not be the other with a scenario behind it.
      if ([a, b].includes(`${a}.${scenario}`) || [a, b].includes(`${b}.${scenario}`)) return;
      const isOfHold = /^(memory-per|connect|refused|dropped)/.test(metric);
      const known = knownOf({ [a]: [scenario], [b]: [scenario] }, isOfHold ? 'hold' : 'http');
      const share = Math.abs(offset) / 1001;
      const isShare = ['throughput-cv', 'refused', 'dropped', 'errors'].includes(metric);
      const value = isShare ? share : Math.abs(offset);
      const claim = {
        metric,
        op,
        left: { server: a, scenario },
        right: isRelative ? { server: b, scenario } : null,
        factor: isRelative ? factor : 1,
        offset: isRelative && offset < 0 ? -value : value,
      };
      if (!isRelative && value === 0) return;
      const text = printClaim(claim);
      const found = resolveClaim({ claim: text, gate: true }, known);
      assert.deepEqual(found.wrong, [], text);
      const [read, ...more] = found.claims;
      assert.deepEqual(more, []);
      assert.ok(read);
      const { text: _, gate, offset: readOffset, ...rest } = read;
      const { offset: wanted, ...others } = claim;
      assert.equal(gate, true);
      assert.deepEqual(rest, others, text);
      assert.ok(Math.abs(readOffset - wanted) <= 1e-12 * Math.abs(wanted), text);
    }),
  );
});

test('No text whatever makes the grammar throw, and what is wrong lies inside of the text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
      const parsed = parseClaim(text);
      if (!('wrong' in parsed)) return;
      const { at, end } = parsed.wrong;
      assert.ok(0 <= at && at <= end && end <= text.length);
    }),
  );
});
