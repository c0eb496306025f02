/** Whose noise keeps a metric open: that of head alone lets nothing pass, and that of both arms does not matter. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chanceOfFarther, chanceOfMore } from '../../../src/judge/doubts/whose-noise.ts';
import { judge, judgement } from '../../../src/judge/judge.ts';
import type { SubjectVerdict } from '../../../src/judge/verdict/verdict.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { findingText } from '../../../src/report/findings/finding.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import type { BlockMeasurement } from '../../support/draft.ts';
import {
  httpScenario,
  measurementOf,
  normals,
  observed,
  SIGNS,
} from '../../support/measurement.ts';
import { type OwnLogs, p99Word } from '../../support/own-noise.ts';
import { metric } from '../judged.ts';

const QUIET = 0.004;
const ARMS = ['base', 'head'] as const;
/** What a p99 three times as long is, as ln(ratio). */
const THREE_TIMES = Math.log(3);
/** In these of each five blocks the arm comes up in its slow state. */
const SLOW = [1, 3];

/** Blocks of which the first six have no open loop, as in any run. `p99`, `throughput`: ln(cost) of each arm in a block. */
function measured({
  blocks,
  planned = 26,
  p99 = () => 0,
  throughput = () => 0,
}: {
  blocks: number;
  planned?: number;
  p99?: (arm: Arm, index: number) => number;
  throughput?: (arm: Arm, index: number) => number;
}) {
  const quiet = (i: number) => QUIET * (SIGNS[i % SIGNS.length] as number);
  const edit = (block: BlockMeasurement) => {
    const { index, sliceOrder } = block;
    block.sliceUs = block.sliceUs.map(
      (us, i) => us * Math.exp(throughput(sliceOrder[i] === 'h' ? 'head' : 'base', index)),
    );
    for (const arm of ARMS) {
      const own = observed(block, arm);
      if (own.latency === null) continue;
      const times = Math.exp(p99(arm, index));
      own.latency.p99Us *= times;
      own.latency.segments.p99Us = own.latency.segments.p99Us.map((us) => us * times);
      if (index < 6) own.latency = null;
    }
    if (index < 6) block.latencyOrder = '';
  };
  return measurementOf({
    gate: { metrics: ['throughput', 'cpu', 'p99'], metricsNamed: false },
    load: (name) => httpScenario(name, { latency: { perSecond: null } }),
    subjects: [
      {
        planned,
        looks: looksFor(planned),
        blocks: Array.from({ length: blocks }, (_, i) => ({
          ...{ throughput: quiet(i), cpu: quiet(i), p99: 3 * quiet(i) },
        })),
        edit,
      },
    ],
  });
}

const judged = (given: Parameters<typeof measured>[0]): SubjectVerdict =>
  judge(measured(given)).subjects[0] as SubjectVerdict;

/** Every start differs by about 5 % in both arms; this arm comes up in a slow state now and then. */
const inTwoStates = (slow: Arm, times = THREE_TIMES) => {
  const z = normals(11);
  const noise = Array.from({ length: 52 }, () => 0.05 * z());
  return (arm: Arm, index: number) =>
    (noise[2 * index + (arm === 'head' ? 1 : 0)] as number) +
    (arm === slow && SLOW.includes(index % 5) ? times : 0);
};

describe('a head that comes up in one of two states, beside a steady base', () => {
  it('A p99 that is three times as long in two of five starts of head is measured on, and never unchanged', () => {
    for (const blocks of [10, 11, 12, 14]) {
      const { verdict, open } = judgement(measured({ blocks, p99: inTwoStates('head') }));
      assert.equal(verdict.subjects[0]?.verdict, 'inconclusive', `${blocks}`);
      assert.equal(open.size, 1, `${blocks}`);
    }
    const atEnd = judged({ blocks: 26, p99: inTwoStates('head') });
    assert.notEqual(atEnd.verdict, 'unchanged');
    assert.equal(metric(atEnd, 'p99').gating, true);
  });

  it('A p99 that is three times as long in two of five starts of base is given up early, as before', () => {
    const { verdict, open } = judgement(measured({ blocks: 10, p99: inTwoStates('base') }));
    const [subject] = verdict.subjects;
    assert.deepEqual([subject?.verdict, open.size], ['unchanged', 0]);
    assert.equal(metric(subject as SubjectVerdict, 'p99').reasons[0]?.code, 'too-noisy');
  });

  it('A p99 that is open at the end for noise of head says whose it is, and what to look for', () => {
    const subject = judged({ blocks: 16, planned: 16, p99: inTwoStates('head') });
    const [reason] = metric(subject, 'p99').reasons;
    assert.ok(reason?.code === 'noise-of-head');
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(
      findingText(reason),
      /^head differs by about [56]\d% from one start to the next, base by [3-7](\.\d)?%\. This noise is head's own, so it is no excuse: look for what a start decides, such as /,
    );
  });

  it('A throughput that a lock makes noisy in head alone leaves the subject open, although CPU time passes', () => {
    // Within half of it to either side, and in no two groups.
    const costs = SIGNS.map((_, i) => 0.5 * (((7 * i) % 20) / 10 - 0.95));
    const locked =
      (slow: Arm, dearer = 0) =>
      (arm: Arm, index: number) =>
        arm === slow ? dearer + (costs[index] as number) : 0;
    const ofHead = judged({ blocks: 20, planned: 20, throughput: locked('head', 0.1) });
    assert.deepEqual(
      [ofHead.verdict, metric(ofHead, 'cpu').verdict, metric(ofHead, 'throughput').gating],
      ['inconclusive', 'unchanged', true],
    );
    const ofBase = judged({ blocks: 20, planned: 20, throughput: locked('base') });
    assert.deepEqual([ofBase.verdict, metric(ofBase, 'throughput').gating], ['unchanged', false]);
  });
});

describe('the test of whose noise it is', () => {
  it('Equal variances are as likely either way, and the two directions are one another’s rest', () => {
    assert.equal(chanceOfMore({ base: 2, head: 2, both: 0.5 }, 12), 0.5);
    for (const count of [4, 7, 20]) {
      for (const both of [-1, 0, 0.9]) {
        const [one, other] = [
          { base: 1, head: 3, both },
          { base: 3, head: 1, both },
        ];
        const sum = chanceOfMore(one, count) + chanceOfMore(other, count);
        assert.ok(Math.abs(sum - 1) < 1e-12, `${sum}`);
        assert.ok(chanceOfMore(one, count) < 0.5);
      }
    }
  });

  it('Four times the variance in ten blocks is what a correlation of 0.6 is: one-sided p of 3.3 %', () => {
    assert.equal(chanceOfMore({ base: 1, head: 4, both: 0 }, 10).toFixed(4), '0.0333');
  });

  it('An arm without any noise is no accident, and two without any are not told apart', () => {
    assert.equal(chanceOfMore({ base: 0, head: 1, both: 0 }, 4), 0);
    assert.equal(chanceOfMore({ base: 0, head: 0, both: 0 }, 4), 1);
    assert.equal(chanceOfMore({ base: 1, head: 1, both: 1 }, 4), 1);
  });
});

describe('the test of in how many blocks it is', () => {
  /** Distances of both arms from a middle of 0, of either sign. */
  const pairs = (...heads: number[]) =>
    heads.map((head, i) => ({ base: 0.01 * (SIGNS[i] as number), head }));

  it('Where head is farther from its middle in all of n blocks, p is one half to the n-th', () => {
    const all = [-3, -2, -1, 1, 2, 3];
    assert.equal(chanceOfFarther(pairs(...all)), 2 ** -6);
    assert.equal(chanceOfFarther(pairs(...all.map((head) => 10 * head))), 2 ** -6);
  });

  it('One block that is far out shows nothing, however far it is', () => {
    const still = [0, 0, 0, 0, 0, 0];
    for (const far of [1, 1000]) assert.ok(chanceOfFarther(pairs(...still, far)) > 0.5, `${far}`);
  });

  it('Arms that are equally far out in every block are not told apart', () => {
    const alike = [1, 2, 3, 4, 5].map((value) => ({ base: value, head: -value }));
    assert.equal(chanceOfFarther(alike), 1);
  });

  it('Every other sum of ranks is as likely as its mirror image', () => {
    // Ranks 1, 2 and 3, of which head has the largest: sums of 3 or more have 5 of 8 chances.
    const three = [
      { base: 0, head: 5 },
      { base: 1, head: 0 },
      { base: -2, head: 0 },
    ];
    assert.equal(chanceOfFarther(three), 5 / 8);
  });
});

describe('over simulated jobs', () => {
  const jobs = 400;
  /** Student's t with 3 degrees of freedom, whose standard deviation is √3. */
  const heavy = (z: () => number) => {
    const squares = z() ** 2 + z() ** 2 + z() ** 2;
    return z() / Math.sqrt(squares / 3);
  };
  /** Words of jobs with so many values of p99; `draw`: ln(p99) of both arms in one block. */
  const words = (values: number, draw: (z: () => number) => OwnLogs, isBlind = false) => {
    const z = normals(1);
    const counts = { red: 0, unchanged: 0, 'not judged': 0, inconclusive: 0 };
    for (let job = 0; job < jobs; job++) {
      const logs = Array.from({ length: values }, () => draw(z));
      const whole = logs.map(({ base, head }) => 1.5 * (head - base));
      counts[p99Word(logs, whole, { isBlind })]++;
    }
    return counts;
  };

  it('Noise that both arms have makes hardly any more job inconclusive than without the question whose it is', () => {
    for (const values of [7, 14, 20]) {
      for (const sd of [0.05, 0.1, 0.2, 0.3]) {
        const alike = (z: () => number) => ({
          base: (sd / Math.SQRT2) * z(),
          head: (sd / Math.SQRT2) * z(),
        });
        const [before, now] = [words(values, alike, true), words(values, alike)];
        const more = (now.inconclusive - before.inconclusive) / jobs;
        assert.ok(more <= 0.015, `${values} values, sd ${sd}: ${more}`);
      }
    }
  });

  it('What comes to few blocks of either arm is hardly ever taken for head’s own', () => {
    const kinds = {
      'heavy tails': (z: () => number, sd: number) => (sd / Math.sqrt(6)) * heavy(z),
      // In a tenth of the starts, and of either build.
      'two states of both': (z: () => number, sd: number) =>
        (sd / 2) * z() + (z() < -1.2816 ? THREE_TIMES : 0),
    };
    for (const [kind, draw] of Object.entries(kinds)) {
      for (const values of [4, 7, 10, 20]) {
        for (const sd of [0.1, 0.3]) {
          const alike = (z: () => number) => ({ base: draw(z, sd), head: draw(z, sd) });
          const [before, now] = [words(values, alike, true), words(values, alike)];
          const more = (now.inconclusive - before.inconclusive) / jobs;
          assert.ok(more <= 0.04, `${kind}, ${values} values, sd ${sd}: ${more}`);
        }
      }
    }
  });

  it('A head that is three times as slow at the tail in two of five starts is hardly ever let off, and was mostly', () => {
    const bad = (z: () => number) => ({
      base: 0.05 * z(),
      head: 0.05 * z() + (z() < -0.2533 ? THREE_TIMES : 0),
    });
    const letOff = (isBlind: boolean) => words(20, bad, isBlind)['not judged'] / jobs;
    assert.ok(letOff(true) > 0.5, `${letOff(true)}`);
    assert.ok(letOff(false) <= 0.1, `${letOff(false)}`);
  });
});
