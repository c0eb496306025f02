import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseOverflows, shortestQueue } from '../../src/system/listen-queue.ts';

describe('the queue of new connections', () => {
  it('The queue of new connections is as long as the shortest of those who listen at the port', () => {
    const one = 'LISTEN 0      5      0.0.0.0:8123 0.0.0.0:*\n';
    assert.equal(shortestQueue(one), 5);
    assert.equal(shortestQueue(`LISTEN 3 511 [::]:8123 [::]:*\n${one}`), 5);
    assert.equal(shortestQueue(''), null);
  });

  it('The queue of new connections was full as often as the kernel counts', () => {
    const text =
      'TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 9045 9046\nIpExt: InNoRoutes\nIpExt: 7\n';
    assert.equal(parseOverflows(text), 9045);
    assert.equal(parseOverflows('IpExt: InNoRoutes\nIpExt: 7\n'), null);
    assert.equal(parseOverflows(''), null);
  });
});
