/** How work becomes due, and what is kept of each piece. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { AllAtOnce, AtRate, type Course, ForTime } from '../../src/load/arrivals.ts';
import { LatencyHistogram } from '../../src/load/histogram.ts';

/** Takes up what is due until the course has drained. Returns since when each piece counts, and when it was taken. */
async function follow(course: Course, startMs: number): Promise<{ since: number; at: number }[]> {
  const taken: { since: number; at: number }[] = [];
  await new Promise<void>((resolve) => {
    const take = () => {
      const nowMs = performance.now();
      while (course.untaken > 0 && taken.length < 1e6) {
        taken.push({ since: course.take(nowMs), at: nowMs });
        course.answered(taken.at(-1)?.since as number, performance.now());
      }
      if (course.isDrained) resolve();
    };
    course.start(startMs, take);
    take();
  });
  return taken;
}

function spin(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

describe('a course', () => {
  it('of all at once has everything due from the start', async () => {
    const course = new AllAtOnce(5);
    const taken = await follow(course, performance.now());
    assert.equal(taken.length, 5);
    assert.ok(taken.every(({ since, at }) => since === at));
    assert.deepEqual([course.untaken, course.isDrained], [0, true]);
  });

  it('at a rate has each piece due at its moment, and never before', async () => {
    const startMs = performance.now();
    const course = new AtRate(100, 1000, 7);
    const taken = await follow(course, startMs);
    assert.equal(taken.length, 100);
    for (const [i, { since, at }] of taken.entries()) {
      assert.ok(Math.abs(since - (startMs + 7 + i)) < 1e-6);
      assert.ok(at >= since, `${at} before ${since}`);
    }
    assert.equal(course.latencies.count, 100);
    assert.ok(course.durationMs >= 99);
  });

  it('at a rate counts what an event loop that was held up released late', async () => {
    const course = new AtRate(100, 1000);
    setTimeout(() => spin(50), 20);
    await follow(course, performance.now());
    // Of the fifty that became due meanwhile, all but the last are more than a millisecond late.
    assert.ok(course.late >= 40, `${course.late}`);
  });

  it('at a rate that nobody keeps up with has what is due wait, from its moment', async () => {
    const startMs = performance.now();
    const course = new AtRate(50, 1000);
    course.start(startMs, () => {});
    while (course.untaken < 50) await sleep(5);
    const nowMs = performance.now();
    for (let i = 0; i < 50; i++) course.answered(course.take(), nowMs);
    assert.ok(course.latencies.max >= 49_000, `${course.latencies.max}`);
    assert.ok(course.latencies.quantile(0.5) >= 24_000);
    assert.ok(course.latencies.quantile(0.5) < course.latencies.max);
  });

  it('at a rate that is abandoned keeps the time of every piece', async () => {
    const course = new AtRate(1000, 100);
    course.start(performance.now(), () => {});
    while (course.untaken === 0) await sleep(1);
    assert.equal(course.abandon(performance.now()), 1000);
    assert.deepEqual([course.untaken, course.isDrained, course.latencies.count], [0, true, 1000]);
  });

  it('for a time goes on until it is over, and counts by the millisecond', async () => {
    const course = new ForTime(40);
    const startMs = performance.now();
    let good = 0;
    await new Promise<void>((resolve) => {
      course.start(startMs, resolve);
      const timer = setInterval(() => {
        if (course.untaken === 0) return clearInterval(timer);
        course.answered(course.take(performance.now()), performance.now());
        good++;
      }, 2);
    });
    assert.deepEqual([course.untaken, course.isDrained], [0, true]);
    const { answersPerMs } = course;
    assert.equal(answersPerMs.length, 40);
    const counted = answersPerMs.reduce((sum, count) => sum + count, 0);
    assert.ok(counted <= good && counted > 0, `${counted} of ${good}`);
    // After the end nothing counts.
    course.answered(startMs, startMs + 41);
    assert.equal(
      course.answersPerMs.reduce((sum, count) => sum + count, 0),
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

  it('has quantiles to a thousandth', () => {
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

  it('adds up, and comes through its text unharmed', () => {
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

  it('is nothing when it is empty, and takes what is too small or too long', () => {
    const empty = new LatencyHistogram();
    assert.deepEqual([empty.count, empty.max, empty.quantile(0.5)], [0, 0, 0]);
    const odd = histogramOf([0, -3, 1e15]);
    assert.equal(odd.count, 3);
    assert.equal(odd.quantile(0.5), 1);
    assert.ok(Math.abs(odd.max - 3.6e9) <= 3.6e6);
  });
});
