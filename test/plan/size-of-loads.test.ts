/** How many blocks each kind of load gets: src/plan/block-size.ts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Meeting, sizeBlocks, sizeRuns } from '../../src/plan/block-size.ts';
import { fc } from '../support/properties.ts';
import { estimateOf, runsOf } from './pilot-estimate.ts';

const PAIR: Meeting = { arms: 2, pairs: 'live' };
const IN_TURN: Meeting = { arms: 2, pairs: 'exclusive' };
const ALONE_IN_TURN: Meeting = { arms: 1, pairs: 'exclusive' };

describe('blocks of arms that take turns', () => {
  it('Blocks of arms that take turns pay for two starts, and measure each arm for a second and more', () => {
    const estimate = estimateOf();
    const [live, inTurn] = [PAIR, IN_TURN].map((how) => sizeBlocks(120_000, estimate, how));
    assert.ok(live && inTurn);
    assert.equal(inTurn.blockMs, live.blockMs + 300 + 250 + 1600);
    assert.equal(inTurn.slices, 2 * live.slices);
    assert.equal(inTurn.slices % 8, 0);
    const loadMs =
      (1000 * (2 * inTurn.warmupRequests + inTurn.slices * inTurn.sliceRequests)) / estimate.rate;
    assert.ok(loadMs <= inTurn.blockMs - 2 * estimate.startMs, `${loadMs}`);
    const armMs = (500 * inTurn.slices * inTurn.sliceRequests) / estimate.rate;
    assert.ok(armMs >= 1000, `${armMs}`);
  });

  it('Blocks of arms that take turns are fewer for a slow starter than those of a live pair, within the budget', () => {
    const estimate = estimateOf({ startMs: 4000 });
    const live = sizeBlocks(120_000, estimate, PAIR);
    const inTurn = sizeBlocks(120_000, estimate, IN_TURN);
    assert.ok(inTurn.blocks < live.blocks && inTurn.blocks >= 4);
    assert.equal(inTurn.overrunMs, 0);
    const armMs = (500 * inTurn.slices * inTurn.sliceRequests) / estimate.rate;
    assert.ok(armMs >= 1000, `${armMs}`);
  });

  it('Blocks of arms that take turns are those of any lone arm when there is nobody to take turns with', () => {
    const alone: Meeting = { arms: 1, pairs: 'live' };
    assert.deepEqual(
      sizeBlocks(120_000, estimateOf(), ALONE_IN_TURN),
      sizeBlocks(120_000, estimateOf(), alone),
    );
  });
});

describe('slices', () => {
  it('Slices have at least a request for every stream of every connection', () => {
    const estimate = estimateOf({ rate: 10_000, inFlight: 1000, medianLatencyUs: 100_000 });
    const size = sizeBlocks(120_000, estimate, PAIR);
    assert.ok(size.sliceRequests >= 1000 && size.warmupRequests >= 1000);
    // Streams that most requests do not wait for are still work.
    const quick = sizeBlocks(120_000, { ...estimate, medianLatencyUs: 1000 }, PAIR);
    assert.ok(quick.sliceRequests >= 1000);
    const loadMs =
      (1000 * (2 * quick.warmupRequests + quick.slices * quick.sliceRequests)) / estimate.rate;
    assert.ok(loadMs <= quick.blockMs, `${loadMs} of ${quick.blockMs}`);
  });

  it('Slices of a fan-out are whole messages: so many deliveries as there are receivers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 100, max: 1e6, noNaN: true }),
        fc.double({ min: 10_000, max: 600_000, noNaN: true }),
        (receivers, rate, budgetMs) => {
          const estimate = estimateOf({
            rate,
            inFlight: receivers,
            unit: receivers,
            medianLatencyUs: 500,
          });
          const size = sizeBlocks(budgetMs, estimate, PAIR);
          for (const work of [size.sliceRequests, size.warmupRequests]) {
            assert.ok(work >= receivers && work % receivers === 0, `${work} of ${receivers}`);
          }
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it('Slices are as long as the engine needs them', () => {
    const estimate = estimateOf({ rate: 20_000, leastSliceMs: 250 });
    const size = sizeBlocks(120_000, estimate, PAIR);
    assert.equal(size.sliceRequests, 5000);
    assert.equal(size.slices, 16);
  });
});

describe('runs of a load command', () => {
  it('Runs of a load command are a slice each, as many as find room in a block, after one that warms up', () => {
    const size = sizeRuns(120_000, runsOf(500), PAIR);
    assert.equal(size.sliceRequests, 1);
    assert.equal(size.warmupRequests, 1);
    assert.equal(size.slices, 8);
    assert.equal(size.blockMs, 300 + 250 + 10 * 500);
  });

  it('Runs of a load command are four at least, or four of each arm, and what that takes is told', () => {
    const estimate = runsOf(10_000, { slowness: 1.2 });
    const live = sizeRuns(120_000, estimate, PAIR);
    assert.equal(live.blocks, 4);
    assert.equal(live.slices, 4);
    assert.equal(live.blockMs, 550 + 6 * 12_000);
    assert.equal(live.overrunMs, 4 * live.blockMs - 120_000);
    const inTurn = sizeRuns(120_000, estimate, IN_TURN);
    assert.equal(inTurn.slices, 8);
    assert.equal(inTurn.blockMs, 2 * 550 + 10 * 12_000);
  });

  it('Runs of a load command fit into their budget whenever four blocks do', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 5, max: 60_000, noNaN: true }),
        fc.double({ min: 0.51, max: 5, noNaN: true }),
        fc.double({ min: 1000, max: 7_200_000, noNaN: true }),
        fc.constantFrom(PAIR, IN_TURN, ALONE_IN_TURN),
        (runMs, slowness, budgetMs, meeting) => {
          const estimate = runsOf(runMs, { slowness });
          const size = sizeRuns(budgetMs, estimate, meeting);
          const starts = meeting === IN_TURN ? 2 : 1;
          const runs = meeting.arms * size.warmupRequests + size.slices * size.sliceRequests;
          const takesMs = starts * estimate.startMs + runs * runMs * slowness;
          assert.equal((size.slices / starts) % 4, 0);
          assert.ok(takesMs <= size.blockMs, `${takesMs} of ${size.blockMs}`);
          assert.ok(size.blocks >= 4);
          assert.ok(size.blocks * size.blockMs <= budgetMs + size.overrunMs + size.blocks);
          if (size.blocks > 4) assert.equal(size.overrunMs, 0);
        },
      ),
      { numRuns: 500, seed: 2 },
    );
  });
});
