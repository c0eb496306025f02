import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { orderEffect } from '../../../src/judge/health/order.ts';
import { judge } from '../../../src/judge/judge.ts';
import type { BlockPlan } from '../../../src/plan/plan.ts';
import { reasonOf, textOf } from '../../support/english.ts';
import { measurementOf, normals } from '../../support/measurement.ts';

type Order = 'startOrder' | 'connectOrder' | 'warmupOrder';

/** Blocks of 2 % noise in which the arm that comes first is slower. */
function measured(of: Order, effect: number, { count = 20, sd = 0.02, seed = 3 } = {}) {
  const draw = normals(seed);
  const plain = measurementOf({
    subjects: [{ blocks: Array.from({ length: count }, () => ({})) }],
  });
  const plans = plain.plan.subjects[0]?.blocks as BlockPlan[];
  return measurementOf({
    subjects: [
      {
        blocks: plans.map((plan) => ({
          throughput: sd * draw() + (plan[of][0] === 'head' ? effect / 2 : -effect / 2),
        })),
      },
    ],
  });
}

const said = (...given: Parameters<typeof measured>) => {
  const { subjects, plan } = measured(...given);
  return textOf(orderEffect(subjects[0]?.blocks ?? [], plan.subjects[0]?.blocks ?? [])?.finding);
};

describe('an effect of the order', () => {
  it('An effect of the order is found for each of the orders, and said without a word on who is faster', () => {
    const words = {
      startOrder: /^it matters which of the two was started first:/,
      connectOrder: /^it matters which of the two was connected to first:/,
      warmupOrder: /^it matters which of the two was warmed up first:/,
    };
    for (const [of, pattern] of Object.entries(words)) {
      const sentence = said(of as Order, 0.06) as string;
      assert.match(sentence, pattern);
      assert.match(sentence, /the 10 blocks in which base was first and the 10 in which head was/);
      assert.match(sentence, /give each of them files, ports, caches and databases of its own$/);
      assert.doesNotMatch(sentence, /faster|slower|higher|lower/);
    }
  });

  it('An effect of the order makes a plain slowdown inconclusive, too', () => {
    const measurement = measured('startOrder', 0.06);
    const [subject] = judge(measurement).subjects;
    assert.equal(subject?.verdict, 'inconclusive');
    assert.match(reasonOf(subject) as string, /which of the two was started first/);
  });

  it('An effect of the order within the noise is not told', () => {
    assert.equal(said('startOrder', 0.015), null);
    assert.equal(said('startOrder', 0), null);
  });

  it('An effect of the order that is too small to matter is not told, however sure', () => {
    assert.equal(said('startOrder', 0.0045, { sd: 0.0001 }), null);
    assert.match(said('startOrder', 0.0065, { sd: 0.0001 }) as string, /differs by/);
  });

  it('An effect of the order needs three blocks of each order', () => {
    assert.equal(said('startOrder', 0.2, { count: 5, sd: 0.001 }), null);
    assert.match(said('startOrder', 0.2, { count: 6, sd: 0.001 }) as string, /the 3 blocks/);
  });

  it('An effect of the order is hardly ever seen where there is none', () => {
    const seen = Array.from({ length: 300 }, (_, seed) =>
      said('startOrder', 0, { count: 8, seed }),
    );
    // 0.27 % are to be expected.
    assert.ok(seen.filter((sentence) => sentence !== null).length <= 4);
  });
});
