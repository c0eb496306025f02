import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseListenQueues } from '../../../src/system/kernel/listen-queue.ts';

const memory = (dropped: number) => `\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d${dropped})\n`;

describe('the queue of new connections', () => {
  it('The queue of new connections is as long as the shortest of those who listen, and has dropped what all have', () => {
    const one = `LISTEN 0      5      0.0.0.0:8123 0.0.0.0:*\n${memory(154)}`;
    assert.deepEqual(parseListenQueues(one), { length: 5, dropped: 154 });
    const two = `LISTEN 3      511       [::]:8123    [::]:*\n${memory(2)}`;
    assert.deepEqual(parseListenQueues(`${two}${one}`), { length: 5, dropped: 156 });
  });

  it('The queue of new connections is not known where nobody listens, or where `ss` is too old to tell', () => {
    assert.equal(parseListenQueues(''), null);
    assert.equal(parseListenQueues('LISTEN 0 5 0.0.0.0:8123 0.0.0.0:*\n'), null);
  });
});
