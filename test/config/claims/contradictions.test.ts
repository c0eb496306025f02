/** Claims of which no measurement can keep both. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradicted } from '../../../src/config/claims/contradictions.ts';
import { readClaims } from '../../../src/config/claims/read.ts';
import { complaint, load } from '../repository.ts';
import { claimsOf, KNOWN } from './known.ts';

/** Whether the two, of the scenario `plain` alone, exclude each other; asked in both orders. */
function exclude(first: string, second: string): boolean {
  const [a, b] = [first, second].map((text) => claimsOf(text)[0]);
  assert.ok(a !== undefined && b !== undefined);
  const there = contradicted(a, [b]) !== null;
  assert.equal(contradicted(b, [a]) !== null, there, 'in either order');
  return there;
}

const EXCLUSIVE: [string, string][] = [
  ['gleam.throughput >= go.throughput * 1.15', 'gleam.throughput <= go.throughput * 1.12'],
  ['gleam.memory < go.memory', 'go.memory < gleam.memory'],
  ['gleam.memory < go.memory', 'gleam.memory >= go.memory'],
  ['gleam.throughput >= go.throughput * 1.25', 'go.throughput > gleam.throughput * 0.8'],
  ['go.p99 <= 5ms', 'go.p99 >= 6ms'],
  ['go.p99 < 5ms', 'go.p99 >= 5ms'],
  ['gleam.errors < go.errors * 0.5', 'go.errors <= gleam.errors * 0.5'],
  ['go.errors <= 1%', 'go.errors >= 2%'],
];

for (const [first, second] of EXCLUSIVE) {
  test(`\`${first}\` and \`${second}\` cannot both hold`, () => {
    assert.equal(exclude(first, second), true);
  });
}

const COMPATIBLE: [string, string][] = [
  ['gleam.throughput >= go.throughput * 1.12', 'gleam.throughput <= go.throughput * 1.15'],
  ['gleam.memory <= go.memory', 'go.memory <= gleam.memory'],
  ['go.p99 <= 5ms', 'go.p99 >= 5ms'],
  // Where neither fails a request.
  ['gleam.errors <= go.errors * 0.5', 'go.errors <= gleam.errors * 0.5'],
  ['go.p99 <= 5ms', 'gleam.p99 >= 6ms'],
  ['go.p99 <= 5ms', 'go.p90 >= 6ms'],
  ['go.throughput >= gleam.throughput + 5k', 'go.throughput <= gleam.throughput * 0.5'],
  ['go.memory-growth >= gleam.memory-growth * 2', 'go.memory-growth <= gleam.memory-growth'],
];

for (const [first, second] of COMPATIBLE) {
  test(`\`${first}\` and \`${second}\` may both hold`, () => {
    assert.equal(exclude(first, second), false);
  });
}

test('A claim of a flag that excludes one of the file is a mistake like two of one place', async () => {
  const file = `servers: { api: { start: x } }
claims: [{ claim: api.p99 <= 5ms, gate: true }]
`;
  const claimed = (text: string) => ({ claims: [{ value: text, origin: '--claim' }] });
  const told = await complaint(load(file, claimed('gate: api.p99 >= 6ms')));
  assert.match(told, /^--claim: no measurement can keep both this and `api\.p99 <= 5ms`/m);
  assert.equal((await load(file, claimed('api.p99 >= 6ms'))).claims.length, 2);
});

test('Cores that add more than their number may be claimed, and eighty times as much is meant as per cent', async () => {
  const claimed = (text: string) =>
    load(`servers: { api: { start: x } }
scenarios: { plain: { cores: [1, 2] } }
claims: ["api.plain.cores-efficiency >= ${text}"]
`);
  assert.equal((await claimed('1.05')).claims[0]?.offset, 1.05);
  assert.match(await complaint(claimed('80')), /a bare 80 could mean 80 %: write 80%/);
});

test('Two claims that exclude each other are a mistake where both fail the job, and not where one is only reported', () => {
  const [first, second] = ['go.plain.p99 <= 5ms', 'go.plain.p99 >= 6ms'];
  const both = readClaims(
    [
      { claim: first, gate: true },
      { claim: second, gate: true },
    ],
    KNOWN,
  );
  assert.deepEqual(
    both.mistakes.map(({ path, message }) => [path, message]),
    [[['claims', 1, 'claim'], 'no measurement can keep both this and `go.plain.p99 <= 5ms`']],
  );
  assert.deepEqual(readClaims([{ claim: first, gate: true }, second], KNOWN).mistakes, []);
});
