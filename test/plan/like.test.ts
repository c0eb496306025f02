/** Plans that follow a kept measurement: src/plan/make.ts, with block-size.ts and phases.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksLike } from '../../src/plan/block-size.ts';
import { planSubject } from '../../src/plan/make.ts';
import { NO_PHASES } from '../../src/plan/phases.ts';
import { httpScenario } from '../support/measurement.ts';
import { estimateOf, runsOf } from './pilot-estimate.ts';

const estimate = estimateOf({ startMs: 250, rate: 10_000 });
const kept = { warmupRequests: 9000, sliceRequests: 250, slices: 44, phases: NO_PHASES };

test('A run against a kept one sends the same requests in each block, whatever its own budget', () => {
  for (const budgetMs of [20_000, 120_000, 600_000]) {
    const { plan } = planSubject({
      subject: { server: 'api', scenario: 'default' },
      scenario: httpScenario('default'),
      cores: null,
      arms: ['head'],
      pairs: 'live',
      budgetMs,
      estimate,
      seed: 1,
      load: { kind: 'alike', to: kept },
      looks: { kind: 'at-the-end' },
    });
    assert.equal(plan.warmupRequests, kept.warmupRequests);
    assert.equal(plan.sliceRequests, kept.sliceRequests);
    assert.ok(plan.blocks.every(({ sliceOrder }) => sliceOrder === 'h'.repeat(kept.slices)));
    assert.deepEqual(plan.looks, [plan.blocks.length]);
  }
});

test('As many blocks as the budget holds, never fewer than four, and the overrun is said', () => {
  // 250 ms to start and stop, 250 ms besides, 20,000 requests at 10,000 a second.
  const short = blocksLike(5000, estimate, kept);
  assert.equal(short.blockMs, 2500);
  assert.equal(short.blocks, 4);
  assert.equal(short.overrunMs, 5000);
  const long = blocksLike(60_000, estimate, kept);
  assert.equal(long.blocks, 24);
  assert.equal(long.overrunMs, 0);
});

test('As many runs of a load command in each block, whatever they count', () => {
  const runs = { warmupRequests: 1, sliceRequests: 1, slices: 6, phases: NO_PHASES };
  const size = blocksLike(60_000, runsOf(500, { startMs: 250 }), runs);
  assert.equal(size.blockMs, 250 + 250 + 7 * 500);
  assert.equal(size.blocks, 15);
});
