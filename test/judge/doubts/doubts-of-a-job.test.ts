/** How often a job is left undecided by what merely looks worse in one metric of one of its subjects: src/judge/doubts/too-noisy.ts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge } from '../../../src/judge/judge.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import {
  buildMeasurement,
  httpScenario,
  normals,
  observed,
  type SubjectSpec,
} from '../../support/measurement.ts';
import { spread } from '../judged.ts';

const BLOCKS = 20;
const GATE = { metrics: ['throughput', 'cpu', 'p99', 'memory'] as const, metricsNamed: false };

function job(subjects: readonly SubjectSpec[], named = false) {
  return judge(
    buildMeasurement({
      slices: 4,
      noiseOf: 'both',
      gate: { ...GATE, metrics: [...GATE.metrics], metricsNamed: named },
      load: (name) => httpScenario(name, { latency: { perSecond: null } }),
      subjects: subjects.map((one, i) => ({
        ...one,
        scenario: `s${i}`,
        looks: looksFor(BLOCKS),
      })),
    }),
  );
}

describe('what looks worse in a job of many subjects', () => {
  /** The budget could decide it, and it is worse by half the tolerance with p = 0.8 % as if there were one look and one test. */
  const looksWorse = (): SubjectSpec => ({
    blocks: spread(BLOCKS, 0.12, 0.0455).map((p99) => ({ p99 })),
  });
  const plain = (): SubjectSpec => ({ blocks: spread(BLOCKS, 0, 0.01).map((p99) => ({ p99 })) });
  const wordAmong = (others: number, named = false) => {
    const [first] = job([looksWorse(), ...Array.from({ length: others }, plain)], named).subjects;
    return [first?.verdict, first?.metrics.find(({ name }) => name === 'p99')?.gating];
  };

  it('One subject is left undecided by a p99 that looks worse', () => {
    assert.deepEqual(wordAmong(0), ['inconclusive', true]);
  });

  it('Among many, as much is expected of one of them where nothing changed, and it is not judged', () => {
    assert.deepEqual(wordAmong(19), ['unchanged', false]);
  });

  it('A metric that the user named is always judged', () => {
    assert.deepEqual(wordAmong(19, true), ['inconclusive', true]);
  });
});

it('Jobs over unchanged code are left undecided by such metrics in about one of twenty at most, however many subjects they have', () => {
  for (const [subjects, jobs] of [
    [1, 400],
    [20, 40],
  ] as const) {
    const z = normals(7);
    let undecided = 0;
    for (let i = 0; i < jobs; i++) {
      const { verdict } = job(
        Array.from({ length: subjects }, () => ({
          blocks: Array.from({ length: BLOCKS }, () => ({
            ...{ throughput: 0.01 * z(), cpu: 0.01 * z() },
            ...{ p99: 0.25 * z(), memory: 0.002 * z() },
          })),
          edit: (block) => {
            const [base, head] = [observed(block, 'base').latency, observed(block, 'head').latency];
            if (base && head) head.p99Us = base.p99Us * Math.exp(0.3 * z());
          },
        })),
      );
      if (verdict === 'inconclusive') undecided++;
    }
    // The order of the arms and other checks of the machine take words back, too, each in few of a thousand subjects.
    const most = 0.05 + 0.004 * subjects + 2 * Math.sqrt(0.05 / jobs);
    assert.ok(undecided <= most * jobs, `${undecided} of ${jobs} with ${subjects} subjects`);
  }
});
