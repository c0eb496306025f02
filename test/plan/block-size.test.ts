import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BLOCKS_AT_MOST, budgetFor, type Meeting, sizeBlocks } from '../../src/plan/block-size.ts';
import type { CountedEstimate } from '../../src/plan/pilot-estimate.ts';
import { fc } from '../support/properties.ts';
import { estimateOf } from './pilot-estimate.ts';

const usual = estimateOf();
const PAIR: Meeting = { arms: 2, pairs: 'live' };
const ALONE: Meeting = { arms: 1, pairs: 'live' };
const IN_TURN: Meeting = { arms: 2, pairs: 'exclusive' };

/** Loaded time of one block by the plan's own numbers. */
function loadedMs(
  size: ReturnType<typeof sizeBlocks>,
  estimate: CountedEstimate,
  { arms }: Meeting,
): number {
  const requests = arms * size.warmupRequests + size.slices * size.sliceRequests;
  return ((1000 * requests) / estimate.rate) * estimate.slowness;
}

describe('the sizes of blocks', () => {
  it('The sizes of blocks of a usual server: 1.6 s of slices of 25 ms, a short warm-up, as many blocks as two minutes hold', () => {
    const size = sizeBlocks(120_000, usual, PAIR);
    assert.equal(size.blockMs, 300 + 250 + 2 * 300 + 1600);
    assert.equal(size.blocks, 43);
    assert.equal(size.sliceRequests, 1000);
    assert.equal(size.warmupRequests, 12_000);
    assert.equal(size.slices, 64);
    assert.equal(size.overrunMs, 0);
  });

  it('The sizes of blocks do not depend on the budget, so that a longer one makes no verdict later', () => {
    const budgets = fc.double({ min: 500, max: 7_200_000, noNaN: true });
    const { blocks: _, overrunMs: __, ...block } = sizeBlocks(120_000, usual, PAIR);
    fc.assert(
      fc.property(budgets, (budgetMs) => {
        const { blocks: ___, overrunMs: ____, ...other } = sizeBlocks(budgetMs, usual, PAIR);
        assert.deepEqual(other, block);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it('The sizes of blocks have the warm-up that the pilot run saw, up to 5 s, or the one that is asked for', () => {
    const warming = (seconds: number) => ({ ...usual, warmUpWork: 40_000 * seconds });
    const size = (seconds: number, asked: number | null = null) =>
      sizeBlocks(120_000, warming(seconds), PAIR, undefined, asked);
    assert.equal(size(2).warmupRequests, 80_000);
    assert.equal(size(2).blockMs, 300 + 250 + 2 * 2000 + 1600);
    assert.equal(size(20).warmupRequests, 200_000);
    assert.equal(size(0.1).warmupRequests, 12_000);
    assert.equal(size(2, 20_000).warmupRequests, 800_000);
    assert.equal(size(2, 100).warmupRequests, 4000);
    assert.equal(size(2, 20_000).slices, size(2).slices);
  });

  it('The sizes of blocks of a very fast server: more requests in each slice', () => {
    const fast = { ...usual, rate: 200_000, medianLatencyUs: 100 };
    const size = sizeBlocks(120_000, fast, PAIR);
    assert.equal(size.blocks, 43);
    assert.equal(size.sliceRequests, 5000);
  });

  it('The sizes of blocks of a server that takes 100 ms: slices of some latencies, blocks that fit their plan', () => {
    const slow = estimateOf({
      startMs: 300,
      rate: 320,
      medianLatencyUs: 100_000,
      inFlight: 32,
    });
    const size = sizeBlocks(120_000, slow, PAIR);
    const sliceMs = (1000 * size.sliceRequests) / slow.rate;
    assert.ok(sliceMs >= 500, `${sliceMs}`);
    assert.ok(size.blocks >= 4 && size.overrunMs === 0);
    assert.ok(loadedMs(size, slow, PAIR) <= size.blockMs);
  });

  it('The sizes of blocks of ten requests per second on one connection: a few requests per slice', () => {
    const slow = estimateOf({ startMs: 300, rate: 10, medianLatencyUs: 100_000, inFlight: 1 });
    const size = sizeBlocks(120_000, slow, PAIR);
    assert.equal(size.sliceRequests, 5);
    assert.ok(size.slices >= 8 && size.blocks >= 4);
    assert.ok(loadedMs(size, slow, PAIR) <= size.blockMs);
  });

  it('The sizes of blocks of ten requests per second on fifty connections: four blocks, and the overrun is told', () => {
    const slow = estimateOf({
      startMs: 300,
      rate: 10,
      medianLatencyUs: 5_000_000,
      inFlight: 50,
    });
    const size = sizeBlocks(120_000, slow, PAIR);
    assert.equal(size.blocks, 4);
    assert.equal(size.slices, 8);
    assert.ok(Math.abs(size.overrunMs - (4 * size.blockMs - 120_000)) <= 4);
    assert.ok(size.overrunMs > 0);
  });

  it('The sizes of blocks of a server whose answers take a second or more: one answer on each connection in a slice, and eight slices', () => {
    for (const seconds of [1, 2, 10]) {
      const slow = estimateOf({
        startMs: 300,
        rate: 8 / seconds,
        medianLatencyUs: seconds * 1e6,
        inFlight: 8,
      });
      const size = sizeBlocks(120_000, slow, PAIR);
      assert.equal(size.sliceRequests, 8);
      assert.equal(size.slices, 8);
      assert.equal(size.blockMs, 300 + 250 + 2 * seconds * 1000 + 8 * seconds * 1000);
    }
  });

  it('The sizes of blocks in a tiny budget: four blocks, longer than the budget', () => {
    const size = sizeBlocks(1000, usual, PAIR);
    assert.equal(size.blocks, 4);
    assert.ok(size.overrunMs > 0 && size.blockMs < 3000);
  });

  it('The sizes of blocks in an hour: sixty blocks', () => {
    const size = sizeBlocks(3_600_000, usual, PAIR);
    assert.equal(size.blocks, 60);
    assert.equal(size.overrunMs, 0);
  });

  it('The sizes of blocks of a slow starter: fewer blocks, not longer than the budget', () => {
    const size = sizeBlocks(120_000, { ...usual, startMs: 9000 }, PAIR);
    assert.ok(size.blocks >= 4 && size.blocks < 20);
    assert.equal(size.overrunMs, 0);
  });

  it('The sizes of blocks of head alone: as many slices, all of them on it', () => {
    const [alone, pair] = [sizeBlocks(120_000, usual, ALONE), sizeBlocks(120_000, usual, PAIR)];
    assert.equal(alone.slices, pair.slices);
    assert.equal(alone.blockMs, pair.blockMs - 300);
  });

  const estimates = fc.record({
    startMs: fc.double({ min: 1, max: 30_000, noNaN: true }),
    latency: fc.double({ min: 20, max: 2_000_000, noNaN: true }),
    connections: fc.integer({ min: 1, max: 500 }),
    slowness: fc.double({ min: 0.51, max: 20, noNaN: true }),
  });
  const budgets = fc.double({ min: 500, max: 7_200_000, noNaN: true });

  it('A much slower head gets fewer slices, not a longer block', () => {
    const size = sizeBlocks(120_000, { ...usual, slowness: 3 }, PAIR);
    const even = sizeBlocks(120_000, usual, PAIR);
    // Its warm-up is as much work, and takes longer, and so do eight slices, the fewest.
    assert.ok(size.blockMs > even.blockMs && size.blockMs < 2 * even.blockMs);
    assert.equal(size.sliceRequests, even.sliceRequests);
    assert.ok(size.slices < even.slices / 2, `${size.slices} of ${even.slices}`);
    assert.ok(loadedMs(size, { ...usual, slowness: 3 }, PAIR) <= size.blockMs);
  });

  it('The sizes of blocks always hold for a closed loop of any speed and any budget', () => {
    fc.assert(
      fc.property(
        estimates,
        budgets,
        fc.constantFrom(PAIR, ALONE, IN_TURN),
        (seen, budgetMs, meeting) => {
          // Little's law: connections = rate × latency.
          const rate = (1e6 * seen.connections) / seen.latency;
          const estimate = estimateOf({
            ...seen,
            inFlight: seen.connections,
            rate,
            medianLatencyUs: seen.latency,
          });
          const size = sizeBlocks(budgetMs, estimate, meeting);
          assert.ok(size.blocks >= 4 && size.blocks <= BLOCKS_AT_MOST);
          assert.ok(size.slices >= 8 && size.slices % 4 === 0);
          for (const count of [size.slices, size.sliceRequests, size.warmupRequests]) {
            assert.ok(Number.isInteger(count) && count > 0);
          }
          assert.ok(size.sliceRequests >= estimate.inFlight);
          const starts = meeting === IN_TURN ? 2 : 1;
          assert.equal((size.slices / starts) % 4, 0);
          // What is planned fits into the block, but for rounding to whole requests.
          const roundingMs = ((1000 * (size.slices + 2)) / rate) * seen.slowness;
          assert.ok(
            loadedMs(size, estimate, meeting) <= size.blockMs - starts * seen.startMs + roundingMs,
          );
          assert.ok(size.blocks * size.blockMs <= budgetMs + size.overrunMs + size.blocks);
          if (size.blocks > 4) assert.equal(size.overrunMs, 0);
        },
      ),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('The sizes of blocks never lose a block to rounding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 60 }), (blocks) => {
        const { blockMs } = sizeBlocks(120_000, usual, PAIR);
        assert.equal(sizeBlocks(blocks * blockMs, usual, PAIR).blocks, blocks);
      }),
      { numRuns: 1000, seed: 2 },
    );
  });
});

describe('the budget for more blocks', () => {
  it('The budget for more blocks gives that many when it is planned with', () => {
    for (const budgetMs of [60_000, 90_000, 120_000, 150_000]) {
      const { blocks, blockMs } = sizeBlocks(budgetMs, usual, PAIR);
      for (const wanted of [blocks + 1, 30, 45, 60]) {
        const needed = budgetFor(wanted, blockMs);
        assert.ok(sizeBlocks(needed, usual, PAIR).blocks >= wanted, `${budgetMs}: ${wanted}`);
      }
    }
  });

  it('The budget for more blocks of a slow starter is that many of its blocks', () => {
    const slow = { ...usual, startMs: 9000 };
    const { blockMs } = sizeBlocks(120_000, slow, PAIR);
    assert.ok(sizeBlocks(budgetFor(18, blockMs), slow, PAIR).blocks >= 18);
  });
});
