import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blockPlans, seedFor } from '../../src/plan/order.ts';
import { NO_PHASES } from '../../src/plan/phases.ts';
import { BlockPlan, type Phases } from '../../src/plan/plan.ts';
import type { Arm } from '../../src/terms/arm.ts';
import { fc } from '../support/properties.ts';

const ARMS: Arm[] = ['base', 'head'];
const plans = (seed: number, count = 20, slices = 40) =>
  blockPlans({ seed, arms: ARMS, pairs: 'live', count, slices });
const phasesOf = (segmentsPerArm: number): Phases => ({
  latency: { perSecond: 100, segmentRequests: 50, segmentsPerArm },
  steadyMs: 1000,
});
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe('orders', () => {
  it('Orders are balanced over each two blocks, for starting, connecting and warming up', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 6, max: 60 }), (seed, count) => {
        const blocks = plans(seed, count);
        assert.equal(blocks.length, count);
        for (const key of ['startOrder', 'connectOrder', 'warmupOrder'] as const) {
          for (const { [key]: order } of blocks) assert.deepEqual(order.toSorted(), ARMS);
          for (let i = 0; i + 1 < count; i += 2) {
            assert.notEqual(blocks[i]?.[key][0], blocks[i + 1]?.[key][0]);
          }
        }
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('Orders of slices come in groups of four in which drift cancels, with as many of each arm', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 80 }), (seed, groups) => {
        for (const { sliceOrder } of plans(seed, 6, 4 * groups)) {
          assert.match(sliceOrder, /^(bhhb|hbbh)+$/);
          assert.equal(sliceOrder.length, 4 * groups);
          assert.equal([...sliceOrder].filter((letter) => letter === 'b').length, 2 * groups);
        }
      }),
      { numRuns: 50, seed: 2 },
    );
  });

  it('Orders of slices have as many groups of each kind, or one more of either where their number is odd', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 41 }), (seed, groups) => {
        for (const { sliceOrder } of plans(seed, 4, 4 * groups)) {
          const kinds = sliceOrder.match(/.{4}/g) as string[];
          const outer = kinds.filter((kind) => kind === 'bhhb').length;
          assert.ok(Math.abs(2 * outer - groups) <= groups % 2, `${outer} of ${groups}`);
        }
      }),
      { numRuns: 50, seed: 5 },
    );
    const odd = Array.from({ length: 400 }, (_, seed) => plans(seed, 1, 4)[0]?.sliceOrder);
    const share = odd.filter((order) => order === 'bhhb').length / odd.length;
    assert.ok(share > 0.43 && share < 0.57, `${share}`);
  });

  it('Orders of exclusive pairs are balanced too, and are one order for everything', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 40 }), (seed, groups) => {
        const slices = 8 * groups;
        const blocks = blockPlans({ seed, arms: ARMS, pairs: 'exclusive', count: 10, slices });
        for (const [index, block] of blocks.entries()) {
          const [first, second] = block.startOrder as [Arm, Arm];
          assert.deepEqual([first, second].toSorted(), ARMS);
          assert.deepEqual(block.connectOrder, block.startOrder);
          assert.deepEqual(block.warmupOrder, block.startOrder);
          const half = slices / 2;
          const [f, s] = [first, second].map((arm) => (arm[0] as string).repeat(half));
          assert.equal(block.sliceOrder, `${f}${s}`);
          if (index % 2 === 1) assert.notEqual(first, blocks[index - 1]?.startOrder[0]);
        }
      }),
      { numRuns: 50, seed: 3 },
    );
    const firsts = Array.from({ length: 400 }, (_, seed) => {
      const [block] = blockPlans({ seed, arms: ARMS, pairs: 'exclusive', count: 1, slices: 8 });
      return block?.sliceOrder[0];
    });
    const share = firsts.filter((letter) => letter === 'b').length / firsts.length;
    assert.ok(share > 0.4 && share < 0.6, `${share}`);
  });

  it('Orders use both kinds of everything about equally often, independently of each other', () => {
    const blocks = Array.from({ length: 400 }, (_, seed) => plans(seed, 2, 8)).flat();
    const share = (is: (block: BlockPlan) => boolean) => blocks.filter(is).length / blocks.length;
    const half = (x: number) => assert.ok(x > 0.43 && x < 0.57, `${x}`);
    half(share((b) => b.sliceOrder.startsWith('b')));
    half(share((b) => b.sliceOrder.slice(4).startsWith('b')));
    half(share((b) => b.startOrder[0] === b.connectOrder[0]));
    half(share((b) => b.startOrder[0] === b.warmupOrder[0]));
    half(share((b) => b.connectOrder[0] === b.warmupOrder[0]));
    half(share((b) => (b.warmupOrder[0] === 'base') === b.sliceOrder.startsWith('b')));
  });

  it('Orders are those that a seed has always given', () => {
    const firsts = ({ startOrder, connectOrder, warmupOrder, sliceOrder }: BlockPlan) =>
      [startOrder, connectOrder, warmupOrder].map(([arm]) => arm?.[0]).join('') + sliceOrder;
    for (const phases of [NO_PHASES, phasesOf(4), phasesOf(1)]) {
      const shared = { seed: 7, arms: ARMS, count: 3, phases };
      assert.deepEqual(blockPlans({ ...shared, pairs: 'live', slices: 12 }).map(firsts), [
        'bbbbhhbbhhbhbbh',
        'hhhbhhbhbbhbhhb',
        'hhbbhhbhbbhhbbh',
      ]);
      assert.deepEqual(blockPlans({ ...shared, pairs: 'exclusive', slices: 8 }).map(firsts), [
        'bbbbbbbhhhh',
        'hhhhhhhbbbb',
        'hhhhhhhbbbb',
      ]);
    }
  });

  it('Orders of open-loop segments come in groups of four too, as many of each arm; a single one is balanced', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(1, 2, 4), (seed, segments) => {
        const phases = phasesOf(segments);
        const blocks = blockPlans({ seed, arms: ARMS, pairs: 'live', count: 6, slices: 8, phases });
        for (const [index, block] of blocks.entries()) {
          assert.deepEqual(BlockPlan.parse(block), block);
          assert.equal(block.latencyOrder.length, 2 * segments);
          assert.match(block.latencyOrder, segments === 1 ? /^(bh|hb)$/ : /^(bhhb|hbbh)+$/);
          assert.deepEqual(block.steadyOrder.toSorted(), ARMS);
          const before = blocks[index - 1];
          if (before === undefined || index % 2 === 0) continue;
          assert.notEqual(block.steadyOrder[0], before.steadyOrder[0]);
          if (segments === 1) assert.notEqual(block.latencyOrder, before.latencyOrder);
        }
      }),
      { numRuns: 60, seed: 4 },
    );
    const inTurn = blockPlans({
      seed: 1,
      arms: ARMS,
      pairs: 'exclusive',
      count: 4,
      slices: 8,
      phases: phasesOf(4),
    });
    for (const { startOrder, latencyOrder, steadyOrder } of inTurn) {
      assert.equal(latencyOrder, startOrder[0] === 'base' ? 'bbbbhhhh' : 'hhhhbbbb');
      assert.deepEqual(steadyOrder, startOrder);
    }
  });

  it('Orders of the phases are independent of the others', () => {
    const blocks = Array.from({ length: 400 }, (_, seed) =>
      blockPlans({ seed, arms: ARMS, pairs: 'live', count: 2, slices: 8, phases: phasesOf(4) }),
    ).flat();
    const share = (is: (block: BlockPlan) => boolean) => blocks.filter(is).length / blocks.length;
    const half = (x: number) => assert.ok(x > 0.43 && x < 0.57, `${x}`);
    half(share((b) => b.latencyOrder.startsWith('b')));
    half(share((b) => b.latencyOrder[0] === b.sliceOrder[0]));
    half(share((b) => b.steadyOrder[0] === b.startOrder[0]));
    half(share((b) => b.steadyOrder[0] === b.warmupOrder[0]));
    half(share((b) => b.steadyOrder[0]?.[0] === b.latencyOrder[0]));
  });

  it('Orders are the same for the same seed, and others for another', () => {
    assert.deepEqual(plans(11), plans(11));
    assert.notDeepEqual(plans(11), plans(12));
  });

  it('Orders do not depend on how many blocks follow, as far as slices of one arm go', () => {
    const alone = blockPlans({ seed: 1, arms: ['head'], pairs: 'live', count: 6, slices: 12 });
    assert.deepEqual(
      alone[3],
      BlockPlan.parse({
        index: 3,
        startOrder: ['head'],
        connectOrder: ['head'],
        warmupOrder: ['head'],
        sliceOrder: 'hhhhhhhhhhhh',
        latencyOrder: '',
        steadyOrder: [],
      }),
    );
  });
});

describe('the seed of a subject', () => {
  it('The seed of a subject differs by name and by run', () => {
    const names = ['api/plain', 'api/json', 'web/plain', 'a/b', 'ab/', ''];
    const found = [0, 1, 2, 2 ** 31 - 1].flatMap((seed) =>
      names.map((name) => seedFor(seed, name)),
    );
    assert.equal(new Set(found).size, found.length);
    for (const seed of found) assert.ok(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32);
  });

  it('The seed of a subject leads to other orders for other subjects', () => {
    assert.notDeepEqual(plans(seedFor(5, 'api/plain')), plans(seedFor(5, 'api/json')));
  });
});
