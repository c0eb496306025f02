import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { steadyFrom, WINDOWS_AT_LEAST, WINDOWS_AT_MOST } from '../../src/plan/warm-up.ts';
import { normals } from '../support/measurement.ts';

/** Throughput after `i` windows of a server that lacks `share` at first and gains on it with this time constant. */
function warming(count: number, { share, windows }: { share: number; windows: number }): number[] {
  return Array.from({ length: count }, (_, i) => 40_000 * (1 - share * Math.exp(-i / windows)));
}

/** From this share of the speed to the whole of it in so many windows, of which the first `count` are seen. */
function ramp(count: number, { from, windows }: { from: number; windows: number }): number[] {
  return Array.from({ length: count }, (_, i) => 40_000 * (from + ((1 - from) * i) / windows));
}

function noisy(rates: readonly number[], sd: number, seed: number): number[] {
  const z = normals(seed);
  return rates.map((rate) => rate * Math.exp(sd * z()));
}

describe('the moment from which a server is steady', () => {
  it('The moment from which a server is steady is the first window when nothing warms up', () => {
    assert.equal(steadyFrom(warming(WINDOWS_AT_LEAST, { share: 0, windows: 1 })), 0);
  });

  it('The moment from which a server is steady is where the rest of the way is within three hundredths', () => {
    // 0.35·exp(-i/3) falls below 0.03 between the seventh and the eighth step; medians of five are ahead by two.
    const from = steadyFrom(warming(30, { share: 0.35, windows: 3 })) as number;
    assert.ok(from >= 5 && from <= 8, `${from}`);
  });

  it('The moment from which a server is steady leaves a slow first window out even when the next four are fast', () => {
    assert.equal(steadyFrom([10, ...Array.from({ length: 20 }, () => 100)]), 1);
  });

  it('The moment from which a server is steady is not known from few windows', () => {
    assert.equal(steadyFrom(warming(WINDOWS_AT_LEAST - 1, { share: 0, windows: 1 })), null);
  });

  it('The moment from which a server is steady is not there while the throughput still rises, or falls', () => {
    const rising = Array.from({ length: WINDOWS_AT_MOST }, (_, i) => 1000 * 1.02 ** i);
    assert.equal(steadyFrom(rising), null);
    assert.equal(steadyFrom(rising.toReversed()), null);
  });

  it('The moment from which a server is steady is not there when nothing is answered', () => {
    assert.equal(steadyFrom(Array.from({ length: 20 }, () => 0)), null);
  });

  it('The moment from which a server is steady is found through noise, mostly near the same place', () => {
    const found = Array.from({ length: 200 }, (_, seed) =>
      steadyFrom(noisy(warming(30, { share: 0.35, windows: 3 }), 0.03, seed + 1)),
    );
    const known = found.filter((from) => from !== null);
    assert.ok(known.length >= 180, `${known.length} of 200`);
    assert.ok(known.filter((from) => from >= 2 && from <= 14).length >= 0.9 * known.length);
  });

  it('The moment from which a server is steady is mostly not found while a start of 20 s still goes on, however noisy the machine is', () => {
    const early = (sd: number) =>
      Array.from({ length: 200 }, (_, seed) =>
        // From a quarter of its speed to the whole in 200 windows, of which 30 are watched.
        steadyFrom(noisy(ramp(30, { from: 0.25, windows: 200 }), sd, seed + 1)),
      ).filter((from) => from !== null).length;
    assert.ok(early(0.03) <= 20, `${early(0.03)} of 200`);
    assert.ok(early(0.1) <= 50, `${early(0.1)} of 200`);
  });

  it('The moment from which a server is steady is found on a noisy machine too, after more windows', () => {
    const found = (count: number) =>
      Array.from({ length: 200 }, (_, seed) => {
        const all = warming(count, { share: 0, windows: 1 });
        return steadyFrom(noisy(all, 0.15, seed + 1));
      }).filter((from) => from !== null).length;
    assert.ok(found(WINDOWS_AT_LEAST) <= 20, `${found(WINDOWS_AT_LEAST)} of 200`);
    assert.ok(found(30) >= 140, `${found(30)} of 200`);
  });

  it('The moment from which a server is steady moves behind the end of a warm-up, and not behind one rise after another', () => {
    // Four windows of the warm-up's end are within the noise's tolerance, and rise.
    const noise = noisy(warming(36, { share: 0, windows: 1 }), 0.02, 3);
    const start = noise.map((rate, i) => rate * (1 - 0.3 * Math.exp(-i / 3)));
    assert.notEqual(steadyFrom(start), null);
    const rising = noise.map((rate, i) => rate * (1 + 0.005 * i));
    assert.equal(steadyFrom(rising), null);
  });

  it('The moment from which a server is steady does not depend on how fast the server is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.5, max: 1.5, noNaN: true }), { minLength: 12, maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }).map((power) => 2 ** power),
        (rates, factor) => {
          assert.equal(steadyFrom(rates.map((rate) => rate * factor)), steadyFrom(rates));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});
