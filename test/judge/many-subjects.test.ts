/** Several subjects and metrics share one false-alarm rate. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { repeat } from '../support/block.ts';
import type { MeasurementSpec, SubjectSpec } from '../support/measurement.ts';
import { both, CPU_ONLY, metric, one, spread, verdictOf, withP } from './judged.ts';

describe('many subjects share one false-alarm rate', () => {
  const words = (spec: MeasurementSpec) =>
    verdictOf({ gate: CPU_ONLY, ...spec }).subjects.map((s) => s.verdict);

  it('Many subjects share one false-alarm rate by Holm: the smallest p at alpha over the family, the next one step easier', () => {
    const a = { server: 'a', blocks: withP(6, 0.004) };
    const b = { server: 'b', blocks: withP(6, 0.008) };
    assert.deepEqual(words({ subjects: [a, b] }), ['regression', 'regression']);
    // Without a's rejection, b's .008 is above .01 / 2.
    assert.deepEqual(words({ subjects: [{ ...a, blocks: withP(6, 0.2) }, b] }), [
      'inconclusive',
      'inconclusive',
    ]);
    // On its own it is enough.
    assert.deepEqual(words({ subjects: [b] }), ['regression']);
  });

  it('Many subjects share one false-alarm rate where a rejection of an earlier look still counts', () => {
    // Enough for alpha .01 at the second look, too little for half of that, with two hypotheses.
    const late = { server: 'late', blocks: withP(10, 0.0012), planned: 20 };
    const quiet = { server: 'other', blocks: both(spread(6, 0, 0.001)), planned: 20 };
    const early = { ...quiet, blocks: withP(6, 1e-7) };
    assert.deepEqual(words({ subjects: [early, late] }), ['regression', 'regression']);
    assert.deepEqual(words({ subjects: [quiet, late] }), ['unchanged', 'inconclusive']);
  });

  it('Many subjects share one false-alarm rate counting every gating metric that was asked for, measured or not, and no other', () => {
    const b = { server: 'b', blocks: withP(6, 0.008) };
    // Never planned, and a hypothesis all the same: a later attempt may measure it, and must not judge b's looks anew.
    const failure = { arm: 'head' as const, stage: 'build' as const, message: 'no' };
    assert.deepEqual(
      words({ subjects: [{ server: 'a', blocks: [], unplanned: true, failure }, b] }),
      ['invalid', 'inconclusive'],
    );
    // Planned, and already unchanged: a hypothesis all the same.
    assert.deepEqual(words({ subjects: [{ server: 'a', blocks: repeat({}, 6) }, b] }), [
      'unchanged',
      'inconclusive',
    ]);
    // A second gating metric is a hypothesis too.
    assert.equal(one(b, { gate: CPU_ONLY }).verdict, 'regression');
    assert.equal(metric(one(b), 'cpu').verdict, 'inconclusive');
  });

  it('And the job takes the most serious word', () => {
    const quiet = both(spread(6, 0, 0.001));
    const job = (subjects: SubjectSpec[]) =>
      verdictOf({ subjects: subjects.map((s, i) => ({ planned: 20, server: `s${i}`, ...s })) })
        .verdict;
    const slow = { blocks: both(spread(6, 0.2, 0.001)) };
    const fast = { blocks: both(spread(6, -0.2, 0.001)) };
    const broken = {
      blocks: [],
      failure: { arm: 'head' as const, stage: 'start' as const, message: 'no' },
    };
    const baseless = { ...broken, failure: { ...broken.failure, arm: 'base' as const } };
    assert.equal(job([{ blocks: quiet }]), 'unchanged');
    assert.equal(job([{ blocks: quiet }, fast]), 'improvement');
    assert.equal(job([{ blocks: quiet }, fast, baseless]), 'no-baseline');
    assert.equal(job([baseless, { blocks: [] }]), 'inconclusive');
    assert.equal(job([{ blocks: [] }, broken]), 'invalid');
    assert.equal(job([broken, slow, fast]), 'regression');
  });
});
