/** How work becomes due, and what is kept of each piece. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Arrivals, FixedCount, FixedDuration, OpenLoopRate } from '../../src/load/arrivals.ts';
import { LatencyHistogram } from '../../src/load/histogram.ts';
import { fc } from '../support/properties.ts';
import { it } from '../support/unless-late.ts';

/** Takes up what is due until the arrivals have drained. Returns since when each piece counts, and when it was taken. */
async function follow(
  arrivals: Arrivals,
  startMs: number,
): Promise<{ since: number; at: number }[]> {
  const taken: { since: number; at: number }[] = [];
  await new Promise<void>((resolve) => {
    const take = () => {
      const nowMs = performance.now();
      while (arrivals.untaken > 0 && taken.length < 1e6) {
        taken.push({ since: arrivals.take(nowMs), at: nowMs });
        arrivals.onAnswer(taken.at(-1)?.since as number, performance.now());
      }
      if (arrivals.isDrained) resolve();
    };
    arrivals.start(startMs, take);
    take();
  });
  return taken;
}

function spin(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

describe('arrivals', () => {
  it('Arrivals of all at once has everything due from the start', async () => {
    const arrivals = new FixedCount(5);
    const taken = await follow(arrivals, performance.now());
    assert.equal(taken.length, 5);
    assert.ok(taken.every(({ since, at }) => since === at));
    assert.deepEqual([arrivals.untaken, arrivals.isDrained], [0, true]);
  });

  it('Arrivals at a rate has each piece due at its moment, and never before', async () => {
    const startMs = performance.now();
    const arrivals = new OpenLoopRate(100, 1000, 7);
    const taken = await follow(arrivals, startMs);
    assert.equal(taken.length, 100);
    for (const [i, { since, at }] of taken.entries()) {
      assert.ok(Math.abs(since - (startMs + 7 + i)) < 1e-6);
      assert.ok(at >= since, `${at} before ${since}`);
    }
    assert.equal(arrivals.latencies.count, 100);
    assert.ok(arrivals.durationMs >= 99);
  });

  it('Arrivals at a rate counts what an event loop that was held up released late', async () => {
    const arrivals = new OpenLoopRate(100, 1000);
    setTimeout(() => spin(50), 20);
    await follow(arrivals, performance.now());
    // Of the fifty that became due meanwhile, all but the last are more than a millisecond late.
    assert.ok(arrivals.late >= 40, `${arrivals.late}`);
  });

  it('Arrivals at a rate that nobody keeps up with has what is due wait, from its moment', async () => {
    const startMs = performance.now();
    const arrivals = new OpenLoopRate(50, 1000);
    arrivals.start(startMs, () => {});
    while (arrivals.untaken < 50) await sleep(5);
    const nowMs = performance.now();
    for (let i = 0; i < 50; i++) arrivals.onAnswer(arrivals.take(), nowMs);
    assert.ok(arrivals.latencies.max >= 49_000, `${arrivals.latencies.max}`);
    assert.ok(arrivals.latencies.quantile(0.5) >= 24_000);
    assert.ok(arrivals.latencies.quantile(0.5) < arrivals.latencies.max);
  });

  it('Arrivals at a rate that is abandoned keeps the time of every piece', async () => {
    const arrivals = new OpenLoopRate(1000, 100);
    arrivals.start(performance.now(), () => {});
    while (arrivals.untaken === 0) await sleep(1);
    assert.equal(arrivals.abandon(performance.now()), 1000);
    assert.deepEqual(
      [arrivals.untaken, arrivals.isDrained, arrivals.latencies.count],
      [0, true, 1000],
    );
  });

  it('Arrivals for a time goes on until it is over, and counts by the millisecond', async () => {
    const arrivals = new FixedDuration(40);
    const startMs = performance.now();
    let good = 0;
    await new Promise<void>((resolve) => {
      arrivals.start(startMs, resolve);
      const timer = setInterval(() => {
        if (arrivals.untaken === 0) return clearInterval(timer);
        arrivals.onAnswer(arrivals.take(performance.now()), performance.now());
        good++;
      }, 2);
    });
    assert.deepEqual([arrivals.untaken, arrivals.isDrained], [0, true]);
    const { answersPerMs } = arrivals;
    assert.equal(answersPerMs.length, 40);
    const counted = answersPerMs.reduce((sum, count) => sum + count, 0);
    assert.ok(counted <= good && counted > 0, `${counted} of ${good}`);
    // After the end nothing counts.
    arrivals.onAnswer(startMs, startMs + 41);
    assert.equal(
      arrivals.answersPerMs.reduce((sum, count) => sum + count, 0),
      counted,
    );
  });
});

describe('a histogram of latencies', () => {
  const values = fc.array(fc.integer({ min: 1, max: 3_000_000_000 }), {
    minLength: 1,
    maxLength: 400,
  });
  const histogramOf = (all: readonly number[]) => {
    const histogram = new LatencyHistogram();
    for (const us of all) histogram.record(us);
    return histogram;
  };

  it('A histogram of latencies has quantiles to a thousandth', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.001, max: 1, noNaN: true }), (all, q) => {
        const sorted = all.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)] as number;
        const found = histogramOf(all).quantile(q);
        assert.ok(Math.abs(found - exact) <= 0.001 * exact + 1, `${found} for ${exact}`);
      }),
      { numRuns: 1000 },
    );
  });

  it('A histogram of latencies adds up, and comes through its text unharmed', () => {
    fc.assert(
      fc.property(values, values, (some, others) => {
        const sum = histogramOf(some);
        sum.add(LatencyHistogram.decode(histogramOf(others).encode()));
        const whole = histogramOf([...some, ...others]);
        assert.equal(sum.count, some.length + others.length);
        for (const q of [0.1, 0.5, 0.99, 1]) assert.equal(sum.quantile(q), whole.quantile(q));
        assert.equal(sum.encode(), whole.encode());
      }),
      { numRuns: 100 },
    );
  });

  it('A histogram of latencies is nothing when it is empty, and takes what is too small or too long', () => {
    const empty = new LatencyHistogram();
    assert.deepEqual([empty.count, empty.max, empty.quantile(0.5)], [0, 0, 0]);
    const odd = histogramOf([0, -3, 1e15]);
    assert.equal(odd.count, 3);
    assert.equal(odd.quantile(0.5), 1);
    assert.ok(Math.abs(odd.max - 3.6e9) <= 3.6e6);
  });
});
