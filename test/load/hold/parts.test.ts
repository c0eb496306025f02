/** Who uses which connection, which process keeps which, from which address: by plain values. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HeldConnection, HeldState } from '../../../src/load/hold/connection.ts';
import {
  hardOpenFiles,
  readHoldLimits,
  tcpPagesOf,
  trackingOf,
} from '../../../src/load/hold/limits.ts';
import { strideOf, Turns } from '../../../src/load/hold/round-robin.ts';
import {
  addressesFor,
  holdersFor,
  loopbackAddress,
  shareOf,
} from '../../../src/load/hold/shares.ts';
import { blameOf, sourcePorts } from '../../../src/load/hold/sources.ts';
import { fc } from '../../support/properties.ts';

function connections(count: number): { state: HeldState }[] {
  return Array.from({ length: count }, () => ({ state: 'idle' }));
}
const turnsOf = (all: { state: HeldState }[]) => new Turns(all as HeldConnection[]);

describe('turns', () => {
  it('Turns use every connection once before any twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (count) => {
        const turns = turnsOf(connections(count));
        for (let round = 0; round < 2; round++) {
          const used = new Set(Array.from({ length: count }, () => turns.next()));
          assert.equal(used.size, count);
        }
      }),
    );
  });

  it('Turns pass over those that are busy or gone', () => {
    const all = connections(100);
    const turns = turnsOf(all);
    for (const [index, one] of all.entries()) one.state = index % 3 === 0 ? 'closed' : 'busy';
    assert.equal(turns.next(), null);
    assert.equal(turns.areOver(), false);
    const free = all[50] as { state: HeldState };
    free.state = 'idle';
    assert.equal(turns.next(), free);
    for (const one of all) one.state = 'closed';
    assert.equal(turns.next(), null);
    assert.equal(turns.areOver(), true);
    assert.equal(turnsOf([]).next(), null);
    assert.equal(turnsOf([]).areOver(), true);
  });

  it('Turns lie far apart', () => {
    assert.equal(strideOf(1), 1);
    assert.equal(strideOf(17_000), 10_507);
  });
});

describe('shares', () => {
  it('Shares add up to the whole', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 64 }), (all, of) => {
        const shares = Array.from({ length: of }, (_, index) => shareOf(all, { index, of }));
        assert.equal(
          shares.reduce((a, b) => a + b, 0),
          all,
        );
        assert.ok(Math.max(...shares) - Math.min(...shares) <= 1);
      }),
    );
  });

  it('Shares need as many processes as their open files ask for', () => {
    assert.equal(holdersFor(100_000, { openFiles: 20_000 }), 6);
    assert.equal(holdersFor(19_900, { openFiles: 20_000 }), 1);
    assert.equal(holdersFor(19_901, { openFiles: 20_000 }), 2);
    assert.equal(holdersFor(100_000, { openFiles: null }), 4);
    assert.equal(holdersFor(1, { openFiles: 100 }), Number.POSITIVE_INFINITY);
  });

  it('Shares come from as many addresses as their ports ask for, none of them given twice', () => {
    assert.equal(addressesFor(28_232, { from: 32_768, to: 60_999 }), 1);
    assert.equal(addressesFor(28_233, { from: 32_768, to: 60_999 }), 2);
    const given = Array.from({ length: 2000 }, (_, number) => loopbackAddress(4711, number));
    assert.equal(new Set(given).size, 2000);
    for (const address of given) assert.match(address, /^127\.(6[4-9]|[7-9]\d|1[0-8]\d|19[01])\./);
  });

  it('Shares take the ports of an address one after the other, then those of the next', () => {
    const next = sourcePorts({ addresses: ['127.9.0.1', '127.9.0.2'], ports: { from: 5, to: 6 } });
    const taken = Array.from({ length: 5 }, () => Object.values(next()).join(':'));
    assert.deepEqual(taken, [
      '127.9.0.1:5',
      '127.9.0.1:6',
      '127.9.0.2:5',
      '127.9.0.2:6',
      '127.9.0.1:5',
    ]);
  });

  it('Shares tell a taken port and an exhausted machine from a server that refuses', () => {
    const error = (code: string) => Object.assign(new Error('x'), { code });
    assert.equal(blameOf(error('EADDRINUSE')), 'port');
    assert.equal(blameOf(error('EMFILE')), 'machine');
    assert.equal(blameOf(error('ECONNREFUSED')), 'server');
    assert.equal(blameOf(new Error('x')), 'server');
  });
});

describe('limits', () => {
  it('Limits are read from what the kernel writes', () => {
    const line = 'Max open files            1024                 524288               files     \n';
    assert.equal(hardOpenFiles(`Limit Soft Hard Units\n${line}`), 524_288);
    assert.equal(hardOpenFiles('Max open files  unlimited  unlimited  files'), null);
    assert.equal(hardOpenFiles(''), null);
    const sockstat = 'sockets: used 12\nTCP: inuse 1 orphan 0 tw 36670 alloc 1 mem 355\n';
    assert.deepEqual(tcpPagesOf(575_802, sockstat), { most: 575_802, used: 355 });
    assert.equal(tcpPagesOf(undefined, sockstat), null);
    assert.deepEqual(trackingOf(65_536, 7), { most: 65_536, used: 7 });
    assert.equal(trackingOf(65_536, 0), null, 'tracked nowhere');
  });

  it('Limits are there on this machine', () => {
    const { ports, memoryAvailableBytes } = readHoldLimits();
    assert.ok(ports.from < ports.to);
    assert.ok(memoryAvailableBytes > 0);
  });
});
