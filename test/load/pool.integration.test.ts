import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inProportion, merge, split } from '../../src/load/merge.ts';
import { startGenerator } from '../../src/load/pool.ts';
import type { SliceResult } from '../../src/load/results.ts';
import { noErrors } from '../../src/load/session.ts';
import type { Arm } from '../../src/terms/arm.ts';
import { until } from '../measure/servers/sandbox.ts';
import { fc } from '../support/properties.ts';
import { it } from '../support/unless-late.ts';
import { assertComplete, coresFor, HELLO, serve, target } from './servers.ts';

const linux = { skip: process.platform !== 'linux' && 'needs /proc and taskset' };

describe('a generator of several processes', linux, () => {
  it('A generator of several processes shares connections and work, and adds up to exactly what was asked', async () => {
    await using base = await serve((socket) => socket.write(HELLO));
    await using head = await serve((socket, index) =>
      socket.write(index % 10 === 0 ? 'HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n' : HELLO),
    );
    await using generator = await startGenerator({ cores: coresFor(2) });
    assert.equal(await generator.open('base', target(base.port, { connections: 5 })), 'http1');
    await generator.open('head', target(head.port, { connections: 4 }));
    const order: Arm[] = ['base', 'head', 'head', 'base'];
    const { slices, samples } = await generator.slices(order, 101);
    // A connection is open for its client before the server has heard of it.
    assert.deepEqual([base.accepted, head.accepted], [5, 4]);
    assert.deepEqual(
      slices.map(({ arm }) => arm),
      order,
    );
    for (const slice of slices) assertComplete(slice, 101);
    assert.deepEqual([base.requests, head.requests], [202, 202]);
    const failed = slices.reduce((sum, { errors }) => sum + errors.status, 0);
    assert.equal(failed, 21);
    assert.ok(samples.length > 0 && samples.every(({ arm }) => arm === 'head'));
    for (const [i, slice] of slices.entries()) {
      const next = slices[i + 1];
      if (next === undefined) continue;
      const end = slice.startedAtMs + slice.durationUs / 1000;
      assert.ok(end <= next.startedAtMs, 'nothing is in flight at the border of two slices');
    }
    assert.equal((await generator.slices(['base'], 1)).slices[0]?.good, 1);
    await generator.close('head');
    await assert.rejects(generator.slices(['head'], 1), /arm head is not open/);
  });

  it('A generator of several processes bursts with as many connections as the scenario has, from one process', async () => {
    await using server = await serve((socket) => socket.write(HELLO));
    await using generator = await startGenerator({ cores: coresFor(2) });
    await generator.open('base', target(server.port, { connections: 5 }));
    assert.equal((await generator.slices(['base'], 10)).slices[0]?.good, 10);
    assert.equal(server.accepted, 5);
    const { completed, errors } = await generator.burst('base', 0.2);
    assert.deepEqual([completed > 0, errors], [true, 0]);
    await until('the server has seen all', () => server.accepted >= 10);
    assert.equal(server.accepted, 10);
    // And each process still has its own share afterwards.
    assert.equal((await generator.slices(['base'], 10)).slices[0]?.good, 10);
    assert.equal(server.accepted, 15);
  });

  it('A generator of several processes uses no more processes than there are connections', async () => {
    await using server = await serve((socket) => socket.write(HELLO));
    await using generator = await startGenerator({ cores: coresFor(2) });
    await generator.open('base', target(server.port, { connections: 1 }));
    const { slices } = await generator.slices(['base'], 7);
    assertComplete(slices[0] as SliceResult, 7);
    assert.equal(server.accepted, 1);
  });

  it('A generator of several processes does not try a dead arm again for every slice of a call', async () => {
    await using hung = await serve(() => {});
    await using generator = await startGenerator({ cores: coresFor(2) });
    await generator.open('head', target(hung.port, { timeoutMs: 50, connections: 4 }));
    const { slices } = await generator.slices(Array(20).fill('head'), 20);
    assert.equal(slices.length, 20);
    for (const slice of slices) {
      assertComplete(slice, 20);
      assert.equal(slice.good, 0);
    }
    assert.ok(hung.requests <= 40, `${hung.requests} requests to a server that hangs`);
  });

  it('A generator of several processes opens an arm in all processes or in none', async () => {
    await using server = await serve((socket) => socket.write(HELLO));
    await using generator = await startGenerator({ cores: coresFor(2) });
    await assert.rejects(generator.open('base', target(1, { connections: 4 })), /ECONNREFUSED/);
    await generator.open('base', target(server.port, { connections: 4 }));
    assert.equal((await generator.slices(['base'], 10)).slices[0]?.good, 10);
  });
});

describe('shares', () => {
  it('Shares split evenly and completely', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 64 }), (total, parts) => {
        const shares = split(total, parts);
        assert.equal(shares.length, parts);
        assert.equal(
          shares.reduce((a, b) => a + b, 0),
          total,
        );
        assert.ok(Math.max(...shares) - Math.min(...shares) <= 1);
      }),
    );
  });

  it('Shares give work in proportion to connections, to the last request', () => {
    const shares = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 16 });
    fc.assert(
      fc.property(fc.nat(1_000_000), shares, (total, connections) => {
        const work = inProportion(total, connections);
        const sum = connections.reduce((a, b) => a + b, 0);
        assert.equal(
          work.reduce((a, b) => a + b, 0),
          total,
        );
        for (const [i, own] of work.entries()) {
          assert.ok(Math.abs(own - (total * (connections[i] as number)) / sum) <= 1);
        }
      }),
    );
  });
});

describe('the parts of a slice', () => {
  it('The parts of a slice become one: from the first start to the last end, all work, the busiest process', () => {
    const part: SliceResult = {
      arm: 'base',
      startedAtMs: 100,
      durationUs: 20_000,
      good: 30,
      errors: { ...noErrors(), status: 2 },
      resent: 3,
      generatorCpuUs: 15_000,
      medianLatencyUs: 200,
      meanLatencyUs: 220,
    };
    const other = {
      ...part,
      startedAtMs: 101,
      durationUs: 25_000,
      good: 10,
      generatorCpuUs: 9_000,
      medianLatencyUs: 600,
      meanLatencyUs: 660,
    };
    assert.deepEqual(merge([part, other]), {
      arm: 'base',
      startedAtMs: 100,
      durationUs: 26_000,
      good: 40,
      errors: { ...noErrors(), status: 4 },
      resent: 6,
      generatorCpuUs: 15_000,
      medianLatencyUs: 300,
      meanLatencyUs: 330,
    });
  });
});
