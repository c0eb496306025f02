import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { extendPlan, upTo } from '../../src/plan/continue.ts';
import { looksFor } from '../../src/plan/looks.ts';
import type { SubjectPlan } from '../../src/plan/plan.ts';
import { repeat } from '../support/block.ts';
import { measurementOf } from '../support/measurement.ts';
import { fc } from '../support/properties.ts';

const ARMS = ['base', 'head'] as const;

function planOf(blocks: number, pairs: 'live' | 'exclusive' = 'live'): SubjectPlan {
  const { plan } = measurementOf({ pairs, subjects: [{ blocks: repeat({}, blocks) }] });
  return plan.subjects[0] as SubjectPlan;
}

const further = (budgetMs: number, blockMs = 6000, seed = 1) => ({
  ...{ budgetMs, blockMs, seed },
  arms: ARMS,
});

describe('a further attempt', () => {
  it('A further attempt adds the blocks that its budget holds, looks after as many of its own, and its end', () => {
    const { looks, ends, blocks } = extendPlan(planOf(20), further(120_000));
    assert.deepEqual(looks, [6, 10, 14, 20, ...looksFor(20).map((look) => 20 + look)]);
    assert.deepEqual(ends, [20, 40]);
    assert.deepEqual(
      blocks.map(({ index }) => index),
      [...Array(40).keys()],
    );
  });

  it('A further attempt leaves the plan of the attempt before as it was, with the same work in every block', () => {
    const before = planOf(20);
    const plan = extendPlan(before, further(60_000));
    assert.deepEqual(upTo(plan, 20), before);
    for (const key of ['warmupRequests', 'sliceRequests', 'phases', 'pairs'] as const) {
      assert.deepEqual(plan[key], before[key]);
    }
    const [old, fresh] = [plan.blocks[0], plan.blocks[25]];
    assert.equal(fresh?.sliceOrder.length, old?.sliceOrder.length);
    assert.equal(fresh?.latencyOrder.length, 2 * (plan.phases.latency?.segmentsPerArm ?? 0));
  });

  it('A further attempt has random orders of its own', () => {
    const orders = (seed: number) =>
      extendPlan(planOf(20), further(120_000, 6000, seed))
        .blocks.slice(20)
        .map(({ sliceOrder }) => sliceOrder);
    assert.deepEqual(orders(1), orders(1));
    assert.notDeepEqual(orders(1), orders(2));
  });

  it('A further attempt has as many blocks as can be judged, whatever the budget', () => {
    assert.deepEqual(extendPlan(planOf(20), further(1000)).ends, [20, 24]);
    assert.deepEqual(extendPlan(planOf(20), further(1e9)).ends, [20, 80]);
    assert.equal(extendPlan(planOf(20), further(120_000, 12_000.4)).blockMs, 12_000);
  });

  it('A further attempt follows any number of others, of live and of exclusive pairs', () => {
    const budgets = fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(budgets, fc.constantFrom('live', 'exclusive'), (all, pairs) => {
        const plans = [planOf(8, pairs)];
        for (const budgetMs of all) {
          plans.push(extendPlan(plans.at(-1) as SubjectPlan, further(budgetMs)));
        }
        const { looks, ends, blocks } = plans.at(-1) as SubjectPlan;
        assert.equal(looks.at(-1), blocks.length);
        assert.equal(ends.at(-1), blocks.length);
        assert.equal(ends.length, all.length + 1);
        // Every look but those in a last short part comes after four blocks of its attempt at least.
        for (const [k, begin] of ends.slice(0, -1).entries()) {
          const next = looks.find((look) => look > begin) as number;
          assert.ok(next >= begin + 4 && next <= (ends[k + 1] as number));
        }
        for (const [k, end] of ends.entries()) {
          assert.deepEqual(upTo(plans.at(-1) as SubjectPlan, end).looks, plans[k]?.looks);
        }
      }),
      { numRuns: 20, seed: 1 },
    );
  });
});
