import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawSeed, parseSeed } from '../../src/config/settings/seed.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { planSubject } from '../../src/plan/make.ts';
import { SubjectPlan } from '../../src/plan/plan.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import { httpScenario } from '../support/measurement.ts';
import { estimateOf, runsOf } from './pilot-estimate.ts';

const options = {
  subject: { server: 'api', scenario: 'plain' },
  scenario: httpScenario('plain'),
  cores: null,
  arms: ['base', 'head'] as const,
  budgetMs: 120_000,
  pairs: 'live' as const,
  estimate: estimateOf(),
  seed: 42,
  load: { kind: 'sized', warmUpMs: null } as const,
  looks: { kind: 'after-each' } as const,
};

describe('the plan of a subject', () => {
  it('The plan of a subject is whole, and valid by its schema', () => {
    const { plan, overrunMs } = planSubject(options);
    assert.deepEqual(SubjectPlan.parse(plan), plan);
    assert.deepEqual(plan.looks, looksFor(43));
    assert.deepEqual(
      plan.blocks.map(({ index }) => index),
      Array.from({ length: 43 }, (_, i) => i),
    );
    assert.equal(overrunMs, 0);
  });

  it('The plan of a subject is the same for the same seed', () => {
    assert.deepEqual(planSubject(options), planSubject(structuredClone(options)));
  });

  it('The plan of a subject has other orders, but the same sizes, for another seed or another subject', () => {
    const { blocks, ...sizes } = planSubject(options).plan;
    const reseeded = planSubject({ ...options, seed: 43 }).plan;
    assert.notDeepEqual(reseeded.blocks, blocks);
    assert.deepEqual({ ...reseeded, blocks: [] }, { ...sizes, blocks: [] });
    const other = planSubject({ ...options, subject: { server: 'api', scenario: 'json' } }).plan;
    assert.notDeepEqual(other.blocks, blocks);
  });

  it('The plan of a subject looks once, at the end, against earlier runs', () => {
    const { plan } = planSubject({
      ...options,
      arms: ['head'],
      looks: { kind: 'at-the-end' },
    });
    assert.deepEqual(plan.looks, [plan.blocks.length]);
    assert.match(plan.blocks[0]?.sliceOrder ?? '', /^h+$/);
  });

  it('The plan of a subject beside the calibrator gives it as many turns as head, also between the runs of a load tool', () => {
    const alone = { ...options, arms: ['head'] as const, looks: { kind: 'at-the-end' } as const };
    const load = { kind: 'calibrated', warmUpMs: null } as const;
    const counted = planSubject({ ...alone, load }).plan;
    const runs = planSubject({ ...alone, load, estimate: runsOf(2000) }).plan;
    for (const plan of [counted, runs]) {
      assert.deepEqual(SubjectPlan.parse(plan), plan);
      for (const { sliceOrder, calibratorOrder = '' } of plan.blocks) {
        assert.equal(sliceOrder.length % 4, 0);
        assert.equal(calibratorOrder.replaceAll('c', ''), sliceOrder);
        assert.equal(calibratorOrder.length, 2 * sliceOrder.length);
      }
    }
    // A run to warm up, four that count, and a third of a second beside each for the calibrator.
    assert.equal(runs.blocks[0]?.sliceOrder, 'hhhh');
    const without = planSubject({ ...alone, estimate: runsOf(2000) }).plan;
    assert.equal(runs.blockMs - without.blockMs, 5 * 320);
  });

  it('The plan of a subject of an exclusive pair has one arm after the other in every block', () => {
    const { plan } = planSubject({ ...options, pairs: 'exclusive' });
    assert.deepEqual(SubjectPlan.parse(plan), plan);
    assert.equal(plan.pairs, 'exclusive');
    for (const { startOrder, connectOrder, warmupOrder, sliceOrder } of plan.blocks) {
      assert.deepEqual([connectOrder, warmupOrder], [startOrder, startOrder]);
      assert.match(sliceOrder, startOrder[0] === 'base' ? /^b+h+$/ : /^h+b+$/);
      const own = [...sliceOrder].filter((letter) => letter === 'b').length;
      assert.equal(own, sliceOrder.length / 2);
      assert.equal(own % 4, 0);
    }
  });

  it('The plan of a subject tells by how much four blocks exceed a short budget', () => {
    const { plan, overrunMs } = planSubject({ ...options, budgetMs: 2000 });
    assert.deepEqual(plan.looks, [4]);
    assert.ok(Math.abs(overrunMs - (4 * plan.blockMs - 2000)) <= 4);
  });
});

describe('the seed of a run', () => {
  it('The seed of a run is drawn as a number that can be given again', () => {
    for (let i = 0; i < 20; i++) {
      const seed = drawSeed();
      assert.equal(parseSeed(String(seed), '--seed'), seed);
    }
  });

  it('The seed of a run is refused when it is not one', () => {
    for (const text of ['', '-1', '1.5', '1e3', 'abc', String(2 ** 31), '0x10', ' 7']) {
      assert.throws(
        () => parseSeed(text, '--seed'),
        (error) => {
          assert.ok(error instanceof UserError);
          assert.match(error.message, /^--seed: .* is not a whole number from 0 to 2147483647/);
          return true;
        },
      );
    }
    assert.equal(parseSeed('0', '--seed'), 0);
    assert.equal(parseSeed(String(2 ** 31 - 1), '--seed'), 2 ** 31 - 1);
  });
});
