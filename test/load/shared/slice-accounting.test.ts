import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FixedCount, FixedDuration, OpenLoopRate } from '../../../src/load/arrivals.ts';
import { noErrors } from '../../../src/load/session.ts';
import { arrivalsOf, SliceAccounting } from '../../../src/load/shared/slice-accounting.ts';
import { it } from '../../support/unless-late.ts';

/** Of so much work at once. */
function booksOf(work: number, { first = 0, timeoutMs = 50, nowMs = 0 } = {}): SliceAccounting {
  return new SliceAccounting(new FixedCount(work), first, timeoutMs, nowMs);
}

describe('the accounting of a slice', () => {
  it('The accounting of a slice number the work from the first on, and are over when all of it has ended', () => {
    const accounting = booksOf(3, { first: 100 });
    assert.deepEqual([accounting.take(0), accounting.take(0), accounting.take(0)], [100, 101, 102]);
    assert.deepEqual([accounting.untaken, accounting.active, accounting.isOver], [0, 3, false]);
    accounting.succeed(0, 1);
    accounting.fail('status', 0, 2);
    assert.equal(accounting.isOver, false);
    accounting.succeed(0, 3);
    assert.equal(accounting.isOver, true);
    assert.equal(accounting.good, 2);
    assert.deepEqual(accounting.errors, { ...noErrors(), status: 1 });
    assert.equal(accounting.gaveUp, null);
    assert.equal(accounting.next, 103);
  });

  it('The accounting of a slice count everything that is left when it is given up, and go past it', () => {
    const accounting = booksOf(10);
    accounting.take(0);
    accounting.take(0);
    accounting.succeed(0, 1);
    accounting.giveUp('closed', 2, [0]);
    assert.deepEqual(accounting.errors, { ...noErrors(), closed: 9 });
    assert.deepEqual([accounting.gaveUp, accounting.isOver, accounting.next], ['closed', true, 10]);
  });

  it('The accounting of a slice are hopeless after more timeouts than can be in flight', () => {
    for (const [width, needed] of [
      [1, 8],
      [20, 20],
    ] as const) {
      const accounting = booksOf(100);
      for (let i = 0; i < needed; i++) {
        assert.equal(accounting.hopeless(width, 60), null);
        accounting.take(60);
        accounting.fail('timeout', 0, 60);
      }
      assert.equal(accounting.hopeless(width, 60), 'timeout');
    }
  });

  it('The accounting of a slice are hopeless after a silence of two timeouts, for the last reason', () => {
    const accounting = booksOf(100, { nowMs: 1000 });
    for (let i = 0; i < 4; i++) accounting.take(1000);
    assert.equal(accounting.hopeless(4, 1100), null);
    assert.equal(accounting.hopeless(4, 1101), 'timeout');
    accounting.fail('closed', 1000, 1050);
    assert.equal(accounting.hopeless(4, 1101), 'closed', 'a closed connection is no answer');
    accounting.fail('body', 1000, 1060);
    assert.equal(accounting.hopeless(4, 1160), null, 'a wrong body is one');
    accounting.succeed(1000, 1100);
    assert.equal(accounting.hopeless(4, 1200), null);
    assert.equal(accounting.hopeless(4, 1201), 'body');
  });

  it('The accounting of a slice of open-loop work are never hopeless while nothing is due', async () => {
    // However busy this process is, it does not come to the moment of the second one.
    const arrivals = new OpenLoopRate(2, 0.001);
    const startMs = performance.now();
    const accounting = new SliceAccounting(arrivals, 0, 1, startMs);
    arrivals.start(startMs, () => {});
    while (accounting.untaken === 0) await sleep(1);
    const nowMs = performance.now();
    accounting.take(nowMs);
    assert.equal(accounting.since, startMs, 'it counts from its moment');
    accounting.succeed(accounting.since, nowMs);
    assert.equal(accounting.hopeless(1, nowMs + 1000), null);
    accounting.giveUp('closed', nowMs);
    assert.deepEqual([accounting.errors.closed, accounting.isOver, accounting.next], [1, true, 2]);
    assert.equal(arrivals.latencies.count, 2, 'what was never taken up is in the latencies too');
  });

  it('The accounting of a slice of a time have one failure when they are given up before it is over, and none after', async () => {
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
