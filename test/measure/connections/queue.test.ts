import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  fewerConnections,
  isTooLong,
  longerTimeoutMs,
  mayQueue,
  mostConnections,
  queueOf,
  togetherFor,
} from '../../../src/measure/connections/queue.ts';

/** One worker that needs 200 ms for each request. */
const ONE_WORKER = { aloneMs: 200, together: 8, togetherMs: 1600 };

describe('the queue of a load', () => {
  it('The queue of 32 connections before one worker of 200 ms lasts 6.4 s, longer than 5 s', () => {
    const queue = queueOf(ONE_WORKER, 32);
    assert.deepEqual(queue, { answerMs: 200, atOnce: 1, waitMs: 6400 });
    assert.ok(isTooLong(queue, 5000));
    assert.equal(longerTimeoutMs(queue), 13_000);
    assert.equal(mostConnections(queue, 32, 5000), 20);
  });

  it('The queue of a load is as many times shorter as the server works on at a time', () => {
    const queue = queueOf({ aloneMs: 200, together: 8, togetherMs: 400 }, 32);
    assert.deepEqual(queue, { answerMs: 200, atOnce: 4, waitMs: 1600 });
    assert.ok(!isTooLong(queue, 5000));
  });

  it('There is no queue before a server that waits for all of its requests at once', () => {
    const queue = queueOf({ aloneMs: 200, together: 8, togetherMs: 210 }, 32);
    assert.deepEqual(queue, { answerMs: 200, atOnce: 8, waitMs: 210 });
    assert.equal(fewerConnections(queue, 32), null);
  });

  it('Fewer connections are those that wait for a second at most, and still keep the server busy', () => {
    assert.equal(fewerConnections(queueOf(ONE_WORKER, 32), 32), 5);
    const slow = { aloneMs: 2000, together: 2, togetherMs: 4000 };
    assert.equal(fewerConnections(queueOf(slow, 32), 32), 2);
    assert.equal(fewerConnections(queueOf(slow, 2), 2), null);
    const four = { aloneMs: 200, together: 8, togetherMs: 400 };
    assert.equal(fewerConnections(queueOf(four, 32), 32), 20);
  });

  it('It is looked for where all requests one after the other would take too long, and nowhere else', () => {
    assert.ok(mayQueue(200, 32, 5000));
    assert.ok(mayQueue(10, 32, 300));
    assert.ok(!mayQueue(10, 32, 5000));
    assert.ok(!mayQueue(3000, 1, 5000));
  });

  it('So many requests are sent at once as cannot run into their timeout one after the other', () => {
    assert.equal(togetherFor(200, 32, 5000), 8);
    assert.equal(togetherFor(1000, 32, 5000), 4);
    assert.equal(togetherFor(3000, 32, 5000), 2);
    assert.equal(togetherFor(200, 3, 5000), 3);
  });
});

it('A slow server that works on all of its requests at once keeps all connections, as fewer would wait as long', () => {
  const queue = queueOf({ aloneMs: 2000, together: 2, togetherMs: 2010 }, 32);
  assert.equal(fewerConnections(queue, 32), null);
  const oneByOne = queueOf({ aloneMs: 2000, together: 2, togetherMs: 4000 }, 32);
  assert.equal(fewerConnections(oneByOne, 32), 2);
});
