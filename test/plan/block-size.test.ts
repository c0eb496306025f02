import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BLOCKS_AT_MOST, budgetFor, type Meeting, sizeBlocks } from '../../src/plan/block-size.ts';
import type { PilotEstimate } from '../../src/plan/pilot-estimate.ts';
import { estimateOf } from './pilot-estimate.ts';

const usual = estimateOf();
const PAIR: Meeting = { arms: 2, pairs: 'live' };
const ALONE: Meeting = { arms: 1, pairs: 'live' };
const IN_TURN: Meeting = { arms: 2, pairs: 'exclusive' };

/** Loaded time of one block by the plan's own numbers. */
function loadedMs(
  size: ReturnType<typeof sizeBlocks>,
  estimate: PilotEstimate,
  { arms }: Meeting,
): number {
  const requests = arms * size.warmupRequests + size.slices * size.sliceRequests;
  return ((1000 * requests) / estimate.rate) * estimate.slowness;
}

describe('the sizes of blocks', () => {
  it('The sizes of blocks of a usual server in two minutes: twenty blocks of six seconds, slices of 25 ms', () => {
    const size = sizeBlocks(120_000, usual, PAIR);
    assert.equal(size.blocks, 20);
    assert.equal(size.blockMs, 6000);
    assert.equal(size.sliceRequests, 1000);
    assert.equal(size.overrunMs, 0);
    assert.equal(size.slices % 4, 0);
    assert.ok(size.slices > 100 && size.slices < 220, `${size.slices}`);
  });

  it('The sizes of blocks of a very fast server: as many blocks, more requests in each slice', () => {
    const fast = { ...usual, rate: 200_000, medianLatencyUs: 100 };
    const size = sizeBlocks(120_000, fast, PAIR);
    assert.equal(size.blocks, 20);
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
    assert.ok(size.blocks >= 6 && size.overrunMs === 0);
    assert.ok(loadedMs(size, slow, PAIR) <= size.blockMs);
  });

  it('The sizes of blocks of ten requests per second on one connection: a few requests per slice', () => {
    const slow = estimateOf({ startMs: 300, rate: 10, medianLatencyUs: 100_000, inFlight: 1 });
    const size = sizeBlocks(120_000, slow, PAIR);
    assert.equal(size.sliceRequests, 5);
    assert.ok(size.slices >= 8 && size.blocks >= 6);
    assert.ok(loadedMs(size, slow, PAIR) <= size.blockMs);
  });

  it('The sizes of blocks of ten requests per second on fifty connections: six blocks, and the overrun is told', () => {
    const slow = estimateOf({
      startMs: 300,
      rate: 10,
      medianLatencyUs: 5_000_000,
      inFlight: 50,
    });
    const size = sizeBlocks(120_000, slow, PAIR);
    assert.equal(size.blocks, 6);
    assert.equal(size.slices, 8);
    assert.ok(Math.abs(size.overrunMs - (6 * size.blockMs - 120_000)) <= 6);
    assert.ok(size.overrunMs > 0);
  });

  it('The sizes of blocks in a tiny budget: six short blocks, longer than the budget', () => {
    const size = sizeBlocks(1000, usual, PAIR);
    assert.equal(size.blocks, 6);
    assert.ok(size.overrunMs > 0 && size.blockMs < 3000);
  });

  it('The sizes of blocks in an hour: sixty blocks', () => {
    const size = sizeBlocks(3_600_000, usual, PAIR);
    assert.equal(size.blocks, 60);
    assert.equal(size.overrunMs, 0);
  });

  it('The sizes of blocks of a slow starter: fewer blocks, not longer than the budget', () => {
    const size = sizeBlocks(120_000, { ...usual, startMs: 9000 }, PAIR);
    assert.ok(size.blocks >= 6 && size.blocks < 20);
    assert.equal(size.overrunMs, 0);
  });

  it('The sizes of blocks of head alone: as many blocks with more slices on it', () => {
    const [alone, pair] = [sizeBlocks(120_000, usual, ALONE), sizeBlocks(120_000, usual, PAIR)];
    assert.equal(alone.blocks, pair.blocks);
    assert.ok(alone.slices > pair.slices / 2);
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
    assert.equal(size.blockMs, even.blockMs);
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
          assert.ok(size.blocks >= 6 && size.blocks <= BLOCKS_AT_MOST);
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
          if (size.blocks > 6) assert.equal(size.overrunMs, 0);
        },
      ),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('The sizes of blocks never lose a block to rounding', () => {
    fc.assert(
      fc.property(fc.double({ min: 60_000, max: 120_000, noNaN: true }), (budgetMs) => {
        assert.equal(sizeBlocks(budgetMs, { ...usual, startMs: 100 }, PAIR).blocks, 20);
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
