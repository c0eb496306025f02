import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toBaseline } from '../../src/attempts/baseline.ts';
import { incomparable } from '../../src/judge/comparable.ts';
import { differenceText } from '../../src/report/text/difference.ts';
import { repeat } from '../support/block.ts';
import type { Measurement, Phases, StoredBaseline } from '../support/draft.ts';
import { draftOf } from '../support/draft.ts';
import { measurementOf } from '../support/measurement.ts';

function alone(edit: (measurement: Measurement) => void = () => {}): Measurement {
  const measurement = measurementOf({
    arms: ['head'],
    subjects: [{ server: 'api', scenario: 'plain', blocks: repeat({}, 6) }],
  });
  edit(measurement);
  return measurement;
}

/** With these phases in its plan, and in the blocks that it kept. */
const phased = (phases: Phases) => (measurement: Measurement) => {
  for (const subject of measurement.plan.subjects) subject.phases = phases;
};
const openLoop = (perSecond: number): Phases => ({
  latency: { perSecond, segmentRequests: 100, segmentsPerArm: 4 },
  steadyMs: null,
});
const told = (...given: Parameters<typeof incomparable>) =>
  incomparable(...given).map(differenceText);
const stored = (measurement: Measurement): StoredBaseline =>
  draftOf(toBaseline(measurement, 'base.json'));

describe('a stored baseline', () => {
  it('A stored baseline is comparable with a run that is as it was', () => {
    assert.deepEqual(told(alone(), stored(alone())), []);
    const same = alone(phased(openLoop(6000)));
    assert.deepEqual(told(same, stored(same)), []);
  });

  it('A stored baseline keeps the phases that it was measured with', () => {
    assert.deepEqual(stored(alone(phased(openLoop(6000)))).subjects[0]?.phases, openLoop(6000));
  });

  it('A stored baseline is not, where the arms now meet otherwise', () => {
    const exclusive = alone((measurement) => {
      for (const server of measurement.experiment.servers) server.pairs = 'exclusive';
      for (const subject of measurement.plan.subjects) subject.pairs = 'exclusive';
      for (const { blocks } of measurement.subjects) {
        for (const block of blocks) block.pairs = 'exclusive';
      }
    });
    assert.deepEqual(told(exclusive, stored(exclusive)), []);
    assert.deepEqual(told(exclusive, stored(alone())), [
      'the `pairs` of api/plain were live, are exclusive',
    ]);
    assert.deepEqual(told(alone(), stored(exclusive)), [
      'the `pairs` of api/plain were exclusive, are live',
    ]);
  });

  it('A stored baseline is not, where latency is measured at another rate', () => {
    const kept = stored(alone(phased(openLoop(6000))));
    const about = 'the rate at which the latency of api/plain is measured was';
    const now = alone(phased(openLoop(5000)));
    assert.deepEqual(told(now, kept), [`${about} 6000/s, is 5000/s`]);
    const without = alone(phased({ latency: null, steadyMs: null }));
    assert.deepEqual(told(without, kept), [`${about} 6000/s, is none`]);
    assert.deepEqual(told(now, stored(without)), [`${about} none, is 5000/s`]);
    // Not planned yet: the kept rate will be used.
    const unplanned = alone((measurement) => measurement.plan.subjects.splice(0));
    assert.deepEqual(told(unplanned, kept), []);
  });
});
