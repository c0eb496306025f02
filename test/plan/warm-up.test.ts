import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isStillRising,
  riseTogether,
  steadyFrom,
  steadyOfFew,
  WINDOWS_AT_LEAST,
  WINDOWS_AT_MOST,
} from '../../src/plan/warm-up.ts';
import { normals } from '../support/measurement.ts';
import { fc } from '../support/properties.ts';

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

  /** Watched as the pilot run does, window by window: where it is steady, and after how many windows that was known. */
  function watched(rates: readonly number[]): { from: number | null; windows: number } {
    for (let count = WINDOWS_AT_LEAST; ; count++) {
      const seen = rates.slice(0, count);
      const isLast = count >= WINDOWS_AT_MOST || isStillRising(seen);
      const from = steadyFrom(seen, isLast);
      if (from !== null || isLast) return { from, windows: count };
    }
  }
  it('The moment from which a server is steady is found through noise, mostly near the same place', () => {
    const found = Array.from(
      { length: 200 },
      (_, seed) =>
        watched(noisy(warming(WINDOWS_AT_MOST, { share: 0.35, windows: 3 }), 0.03, seed + 1)).from,
    );
    const known = found.filter((from) => from !== null);
    assert.ok(known.length >= 180, `${known.length} of 200`);
    assert.ok(known.filter((from) => from >= 2 && from <= 14).length >= 0.9 * known.length);
  });

  const share = (sd: number, rates: readonly number[], is: (from: number | null) => boolean) =>
    Array.from({ length: 200 }, (_, seed) => watched(noisy(rates, sd, seed + 1))).filter(
      ({ from }) => is(from),
    ).length / 200;
  /** Of one of two arms at least: either is told. */
  const stillFaster = (sd: number, from: number, seconds: number) => {
    const rates = ramp(WINDOWS_AT_MOST, { from, windows: 10 * seconds });
    return 1 - share(sd, rates, (found) => found !== null) ** 2;
  };

  it('The moment from which a server is steady is mostly not found while a start of 10 to 60 s goes on, however noisy the machine is', () => {
    for (const [seconds, from] of [
      [10, 0.25],
      [10, 0.5],
      [20, 0.25],
      [20, 0.5],
      [60, 0.25],
    ] as const) {
      const shown = [0.03, 0.05, 0.1].map((sd) => stillFaster(sd, from, seconds));
      const [quiet = 0, usual = 0, noisy = 0] = shown;
      assert.ok(quiet >= 0.9 && usual >= 0.85 && noisy >= 0.7, `${seconds} s ${from}: ${shown}`);
    }
  });

  it('The moment from which a server is steady is found of nearly every steady one, however noisy the machine is', () => {
    const steady = ramp(WINDOWS_AT_MOST, { from: 1, windows: 1 });
    for (const sd of [0.01, 0.03, 0.05, 0.1]) {
      const lost = share(sd, steady, (found) => found === null);
      assert.ok(lost <= 0.05, `${sd}: ${lost}`);
    }
  });

  /** The machine's moods: as slow or fast as they are, they last for about a second. */
  function moody(rates: readonly number[], sd: number, seed: number): number[] {
    const z = normals(seed);
    const stays = Math.exp(-1 / 10);
    let mood = sd * z();
    return rates.map((rate) => {
      mood = stays * mood + Math.sqrt(1 - stays ** 2) * sd * z();
      return rate * Math.exp(mood + 0.02 * z());
    });
  }

  it('The moment from which a server is steady is not put off by the moods of a machine, however long it is watched', () => {
    const late = (rates: readonly number[], warm: number) => {
      const found = Array.from({ length: 200 }, (_, seed) => watched(moody(rates, 0.03, seed + 1)));
      const known = found.flatMap(({ from }) => from ?? []);
      assert.ok(known.length >= 180, `${known.length} of 200`);
      return known.filter((from) => from > warm + 5).length / known.length;
    };
    const steady = ramp(WINDOWS_AT_MOST, { from: 1, windows: 1 });
    const slowStart = steady.map((rate, i) => (i < 8 ? rate / 2 : rate));
    assert.ok(late(steady, 0) <= 0.1, `${late(steady, 0)}`);
    assert.ok(late(slowStart, 8) <= 0.1, `${late(slowStart, 8)}`);
  });

  it('The moment from which a server is steady is behind a step after a plateau', () => {
    const steps = Array.from({ length: 40 }, (_, i) => (i < 6 ? 300 : i < 15 ? 800 : 1000));
    assert.equal(steadyFrom(steps), 15);
  });

  it('The moment from which a server is steady is not behind a dip of the machine that comes later', () => {
    const dip = Array.from({ length: 40 }, (_, i) => (i < 3 || (i >= 20 && i < 28) ? 500 : 1000));
    assert.equal(steadyFrom(dip), 3);
  });

  it('The moment from which a server is steady is before a dip of the machine, where the server had its speed before it', () => {
    // In thousands of requests per second, as a Go server was watched while its machine had other work; the dip was called its warm-up before.
    const dipped = [97, 99, 98, 92, 83, 96, 89, 93, 77, 84, 91, 86, 76, 62, 92];
    const after = [99, 101, 101, 97, 98, 99, 98, 95, 96, 94];
    assert.equal(steadyFrom([...dipped, ...after]), 1);
    // One fast window may be luck, and a start that only comes near is a start.
    const slow = dipped.map((rate, i) => (i === 0 ? rate : 0.8 * rate));
    assert.ok((steadyFrom([...slow, ...after]) as number) > 10);
  });

  it('Two servers that began as fast as they end do not get faster, whatever the machine did meanwhile', () => {
    const began = [66, 97, 56, 95, 52, 55, 63, 95, 94, 94, 78, 95, 83, 65, 53, 56, 80];
    const ends = [98, 98, 91, 86, 89, 101, 100, 97, 93, 86, 89, 89, 85, 87, 88, 90, 89];
    const other = [91, 94, 68, 68, 69, 67, 67, 69, 68, 70, 84, 100, 99, 93, 82, 89, 88, 93, 92, 93];
    assert.equal(riseTogether([[...began, ...ends], other]), false);
    const risen = [other.map((rate, i) => (i < 5 ? 60 : rate)), other.map((rate) => rate + 1)];
    const later = risen.map((rates) => rates.map((rate, i) => (i < 5 ? 60 : rate)));
    assert.equal(riseTogether(later), true);
  });

  it('The moment from which a server is steady is known after the fewest windows on a quiet machine', () => {
    const steady = ramp(WINDOWS_AT_MOST, { from: 1, windows: 1 });
    assert.equal(watched(noisy(steady, 0.01, 1)).windows, WINDOWS_AT_LEAST);
  });

  it('The moment from which a server is steady is found on a noisy machine too, after more windows', () => {
    const found = (count: number, isLast = false) =>
      Array.from({ length: 200 }, (_, seed) => {
        const all = warming(count, { share: 0, windows: 1 });
        return steadyFrom(noisy(all, 0.15, seed + 1), isLast);
      }).filter((from) => from !== null).length;
    assert.ok(found(WINDOWS_AT_LEAST) <= 20, `${found(WINDOWS_AT_LEAST)} of 200`);
    assert.ok(found(30, true) >= 140, `${found(30, true)} of 200`);
  });

  it('Few windows, each of which is long, are steady unless each is faster than the one before', () => {
    assert.equal(steadyOfFew([5, 5, 5]), 0);
    assert.equal(steadyOfFew([5]), 0);
    assert.equal(steadyOfFew([5, 5.2, 5.1, 6.5]), 0);
    assert.equal(steadyOfFew([5, 5.1, 5.2]), 0);
    assert.equal(steadyOfFew([5, 5.5, 6]), null);
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
