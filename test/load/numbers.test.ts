import assert from 'node:assert/strict';
import { it } from 'node:test';
import { firstNumberOf, Numbers, useNumbers } from '../../src/load/numbers.ts';
import { fc } from '../support/properties.ts';

it('A process takes every so many-th number from the first on, and tells the end of them', () => {
  const numbers = new Numbers({ index: 1, of: 3 }, 100);
  assert.equal(numbers.end, 100);
  assert.deepEqual([numbers.next(), numbers.next()], [101, 104]);
  assert.equal(numbers.end, 105);
});

it('However often loads are opened, by however many processes and however much each sends: no number comes twice', () => {
  const requests = fc.nat({ max: 20 });
  const opening = fc.array(requests, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(opening), (openings) => {
      const begun = firstNumberOf('base');
      const seen: number[] = [];
      for (const shares of openings) {
        const first = firstNumberOf('base');
        const processes = shares.map(
          (_, index) => new Numbers({ index, of: shares.length }, first),
        );
        for (const [index, count] of shares.entries()) {
          for (let i = 0; i < count; i++) seen.push((processes[index] as Numbers).next());
        }
        useNumbers('base', Math.max(...processes.map(({ end }) => end)));
      }
      assert.equal(new Set(seen).size, seen.length);
      assert.ok(seen.every((number) => number >= begun && number < firstNumberOf('base')));
    }),
  );
});

it('Of one process they are 0, 1, 2 and so on, also when its load is opened again', () => {
  const series = [2, 1, 3].flatMap((count) => {
    const numbers = new Numbers({ index: 0, of: 1 }, firstNumberOf('head'));
    const own = Array.from({ length: count }, () => numbers.next());
    useNumbers('head', numbers.end);
    return own;
  });
  assert.deepEqual(series, [0, 1, 2, 3, 4, 5]);
});
