import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FixedCount, FixedDuration, OpenLoopRate } from '../../src/load/arrivals.ts';
import { noErrors } from '../../src/load/session.ts';
import { arrivalsOf, SliceAccounting } from '../../src/load/slice-accounting.ts';

/** Of so much work at once. */
function booksOf(work: number, { first = 0, timeoutMs = 50, nowMs = 0 } = {}): SliceAccounting {
  return new SliceAccounting(new FixedCount(work), first, timeoutMs, nowMs);
}

describe('the books of a slice', () => {
  it('The books of a slice number the work from the first on, and are over when all of it has ended', () => {
    const books = booksOf(3, { first: 100 });
    assert.deepEqual([books.take(0), books.take(0), books.take(0)], [100, 101, 102]);
    assert.deepEqual([books.untaken, books.active, books.isOver], [0, 3, false]);
    books.succeed(0, 1);
    books.fail('status', 0, 2);
    assert.equal(books.isOver, false);
    books.succeed(0, 3);
    assert.equal(books.isOver, true);
    assert.equal(books.good, 2);
    assert.deepEqual(books.errors, { ...noErrors(), status: 1 });
    assert.equal(books.gaveUp, null);
    assert.equal(books.next, 103);
  });

  it('The books of a slice count everything that is left when it is given up, and go past it', () => {
    const books = booksOf(10);
    books.take(0);
    books.take(0);
    books.succeed(0, 1);
    books.giveUp('closed', 2, [0]);
    assert.deepEqual(books.errors, { ...noErrors(), closed: 9 });
    assert.deepEqual([books.gaveUp, books.isOver, books.next], ['closed', true, 10]);
  });

  it('The books of a slice are hopeless after more timeouts than can be in flight', () => {
    for (const [width, needed] of [
      [1, 8],
      [20, 20],
    ] as const) {
      const books = booksOf(100);
      for (let i = 0; i < needed; i++) {
        assert.equal(books.hopeless(width, 60), null);
        books.take(60);
        books.fail('timeout', 0, 60);
      }
      assert.equal(books.hopeless(width, 60), 'timeout');
    }
  });

  it('The books of a slice are hopeless after a silence of two timeouts, for the last reason', () => {
    const books = booksOf(100, { nowMs: 1000 });
    for (let i = 0; i < 4; i++) books.take(1000);
    assert.equal(books.hopeless(4, 1100), null);
    assert.equal(books.hopeless(4, 1101), 'timeout');
    books.fail('closed', 1000, 1050);
    assert.equal(books.hopeless(4, 1101), 'closed', 'a closed connection is no answer');
    books.fail('body', 1000, 1060);
    assert.equal(books.hopeless(4, 1160), null, 'a wrong body is one');
    books.succeed(1000, 1100);
    assert.equal(books.hopeless(4, 1200), null);
    assert.equal(books.hopeless(4, 1201), 'body');
  });

  it('The books of a slice of open-loop work are never hopeless while nothing is due', async () => {
    const arrivals = new OpenLoopRate(2, 20);
    const startMs = performance.now();
    const books = new SliceAccounting(arrivals, 0, 1, startMs);
    arrivals.start(startMs, () => {});
    while (books.untaken === 0) await sleep(1);
    const nowMs = performance.now();
    books.take(nowMs);
    assert.equal(books.since, startMs, 'it counts from its moment');
    books.succeed(books.since, nowMs);
    assert.equal(books.hopeless(1, nowMs + 1000), null);
    books.giveUp('closed', nowMs);
    assert.deepEqual([books.errors.closed, books.isOver, books.next], [1, true, 2]);
    assert.equal(arrivals.latencies.count, 2, 'what was never taken up is in the latencies too');
  });

  it('The books of a slice of a time have one failure when they are given up before it is over, and none after', async () => {
    const early = new SliceAccounting(new FixedDuration(1e6), 0, 50, 0);
    early.giveUp('connect', 1);
    assert.deepEqual([early.errors.connect, early.isOver], [1, true]);
    const arrivals = new FixedDuration(1);
    const late = new SliceAccounting(arrivals, 0, 50, 0);
    await new Promise<void>((resolve) => arrivals.start(performance.now(), resolve));
    late.giveUp('closed', 1);
    assert.deepEqual([late.errors.closed, late.isOver], [0, true]);
  });
});

it('A slice is a whole number of pieces, at least one', () => {
  for (const work of [0, -1, 1.5, Number.NaN, 2 ** 60]) {
    assert.throws(() => arrivalsOf(work, 'message'), /at least 1 message/);
  }
  assert.equal(arrivalsOf(3, 'request').untaken, 3);
});
