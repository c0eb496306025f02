import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SliceBooks } from '../../../src/measure/load/closed-loop.ts';
import { noErrors } from '../../../src/measure/load/session.ts';

describe('the books of a slice', () => {
  it('number the work from the first on, and are over when all of it has ended', () => {
    const books = new SliceBooks(3, 100, 50, 0);
    assert.deepEqual([books.take(), books.take(), books.take()], [100, 101, 102]);
    assert.deepEqual([books.untaken, books.active, books.isOver], [0, 3, false]);
    books.succeed(1);
    books.fail('status', 2);
    assert.equal(books.isOver, false);
    books.succeed(3);
    assert.equal(books.isOver, true);
    assert.equal(books.good, 2);
    assert.deepEqual(books.errors, { ...noErrors(), status: 1 });
    assert.equal(books.gaveUp, null);
  });

  it('count everything that is left when it is given up', () => {
    const books = new SliceBooks(10, 0, 50, 0);
    books.take();
    books.take();
    books.succeed(1);
    books.giveUp('closed');
    assert.deepEqual(books.errors, { ...noErrors(), closed: 9 });
    assert.deepEqual([books.gaveUp, books.isOver], ['closed', true]);
  });

  it('are hopeless after more timeouts than can be in flight', () => {
    for (const [width, needed] of [
      [1, 8],
      [20, 20],
    ] as const) {
      const books = new SliceBooks(100, 0, 50, 0);
      for (let i = 0; i < needed; i++) {
        assert.equal(books.hopeless(width, 60), null);
        books.take();
        books.fail('timeout', 60);
      }
      assert.equal(books.hopeless(width, 60), 'timeout');
    }
  });

  it('are hopeless after a silence of two timeouts, for the last reason', () => {
    const books = new SliceBooks(100, 0, 50, 1000);
    for (let i = 0; i < 4; i++) books.take();
    assert.equal(books.hopeless(4, 1100), null);
    assert.equal(books.hopeless(4, 1101), 'timeout');
    books.fail('closed', 1050);
    assert.equal(books.hopeless(4, 1101), 'closed', 'a closed connection is no answer');
    books.fail('body', 1060);
    assert.equal(books.hopeless(4, 1160), null, 'a wrong body is one');
    books.succeed(1100);
    assert.equal(books.hopeless(4, 1200), null);
    assert.equal(books.hopeless(4, 1201), 'body');
  });
});
