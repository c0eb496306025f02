import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { orderEffect } from '../../../src/judge/health/order.ts';
import { judge } from '../../../src/judge/judge.ts';
import type { BlockMeasurement } from '../../../src/measure/observed/measurement.ts';
import { blockPlans } from '../../../src/plan/order.ts';
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
  const effect = orderEffect(subjects[0]?.blocks ?? [], plan.subjects[0]?.blocks ?? [], 1);
  return textOf(effect?.finding);
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

  it('An effect of the order must be surer where the job has many subjects, as one of them shows it by chance', () => {
    const isSeen = (effect: number, among: number) => {
      const { subjects, plan } = measured('startOrder', effect);
      const blocks = subjects[0]?.blocks ?? [];
      return orderEffect(blocks, plan.subjects[0]?.blocks ?? [], among) !== null;
    };
    // Of a job of three the chance of each is the usual one.
    assert.deepEqual([isSeen(0.04, 1), isSeen(0.04, 3), isSeen(0.04, 40)], [true, true, false]);
    assert.equal(isSeen(0.08, 40), true);
  });

  it('An effect of the order is hardly ever seen where there is none, in a job of forty subjects either', () => {
    const [jobs, draw] = [100, normals(7)];
    let seen = 0;
    for (let seed = 0; seed < 40 * jobs; seed++) {
      const arms = ['base', 'head'] as const;
      const plans = blockPlans({ seed, arms, pairs: 'live', count: 20, slices: 8 });
      const blocks = plans.map(({ index }) => {
        return { index, pairs: 'live', pairFigures: { throughput: 0.01 * draw() } };
      });
      if (orderEffect(blocks as unknown as BlockMeasurement[], plans, 40) !== null) seen++;
    }
    // 1 % are to be expected, and were 7 before.
    assert.ok(seen <= 4, `${seen} of ${jobs}`);
  });

  it('An effect of the order is hardly ever seen where there is none', () => {
    const seen = Array.from({ length: 300 }, (_, seed) =>
      said('startOrder', 0, { count: 8, seed }),
    );
    // 0.27 % are to be expected.
    assert.ok(seen.filter((sentence) => sentence !== null).length <= 4);
  });
});
