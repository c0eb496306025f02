/** What the fuzz tests have in common. */
import assert from 'node:assert/strict';
import { fc } from '../../support/properties.ts';

const BATCH = 20;

/** Checks at least this many cases, several in a run of the property, which is cheaper; and counts them. */
export function checkCases<Case>(
  least: number,
  cases: fc.Arbitrary<Case>,
  check: (one: Case) => void,
): void {
  let checked = 0;
  const batches = fc.array(cases, { minLength: BATCH, maxLength: BATCH });
  fc.assert(
    fc.property(batches, (batch) => {
      for (const one of batch) {
        check(one);
        checked++;
      }
    }),
    { numRuns: Math.ceil(least / BATCH) },
  );
  assert.ok(checked >= least, `${checked} cases`);
}

/** The bytes in pieces of these lengths, over and over. */
export function* cut(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] as number;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

export const cuts = (most: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 8 });

export const bytesOf = (most: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength: most }).map((array) => Buffer.from(array));

/** In place of `gone` bytes at a place stand others. */
export interface Damage {
  at: number;
  gone: number;
  others: Buffer;
}

export const damages: fc.Arbitrary<Damage> = fc.record({
  // Half of them near the start.
  at: fc.oneof(fc.nat(12), fc.nat(600)),
  gone: fc.nat(3),
  others: bytesOf(3),
});

export function damaged(bytes: Buffer, { at, gone, others }: Damage): Buffer {
  const place = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, place), others, bytes.subarray(place + gone)]);
}
