/** From which worsening on such runs are red, where a clock has ended the measurement. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mean } from 'simple-statistics';
import { judge } from '../../../src/judge/judge.ts';
import type { MetricVerdict, SubjectVerdict } from '../../../src/judge/verdict/verdict.ts';
import type { StoppedBy } from '../../../src/measure/observed/measurement.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { buildMeasurement, httpScenario, normals } from '../../support/measurement.ts';
import { metric } from '../judged.ts';

const PLANNED = 26;
const SD = 0.015;

/** Throughput of a job in which p99 is still open when its measurement ends. `worse`: ln(cost ratio). */
function throughputOf(
  z: () => number,
  { blocks, worse = 0, stoppedBy }: { blocks: number; worse?: number; stoppedBy?: StoppedBy },
): MetricVerdict {
  const measurement = buildMeasurement({
    slices: 4,
    noiseOf: 'both',
    gate: { metrics: ['throughput', 'p99'], metricsNamed: true },
    load: (name) => httpScenario(name, { latency: { perSecond: null } }),
    subjects: [
      {
        planned: PLANNED,
        looks: looksFor(PLANNED),
        blocks: Array.from({ length: blocks }, () => ({
          throughput: worse + SD * z(),
          p99: 0.3 * z(),
        })),
      },
    ],
  });
  const [measured] = measurement.subjects;
  if (stoppedBy !== undefined && measured !== undefined) measured.stoppedBy = stoppedBy;
  const [subject] = judge(measurement).subjects;
  assert.ok(subject);
  return metric(subject, 'throughput');
}

describe('the smallest visible change of a job that a clock has ended', () => {
  it('It counts the looks that there were time for, also of what was decided before', () => {
    const of = (blocks: number, stoppedBy?: StoppedBy) => {
      const found = throughputOf(normals(4), {
        blocks,
        ...(stoppedBy === undefined ? {} : { stoppedBy }),
      });
      assert.deepEqual([found.verdict, found.blocks], ['unchanged', 5]);
      return found.mde as number;
    };
    const whole = of(PLANNED);
    assert.ok(of(5, 'job-budget') > 1.5 * whole, `${of(5, 'job-budget')}, ${whole}`);
    assert.ok(of(5, 'job-budget') > of(7, 'job-budget'));
    assert.ok(of(7, 'job-budget') > of(20, 'job-budget'));
  });

  it('A worsening of that size is red in 80 of 100 such jobs', () => {
    const stop = { blocks: 6, stoppedBy: 'job-budget' } as const;
    const z = normals(9);
    const printed = Array.from({ length: 60 }, () => throughputOf(z, stop))
      .filter(({ verdict }) => verdict === 'unchanged')
      .map(({ mde }) => mde as number);
    assert.ok(printed.length > 40);
    const shares = printed.map((drop) => {
      const worse = -Math.log1p(-drop);
      const jobs = Array.from({ length: 20 }, () => throughputOf(z, { ...stop, worse }));
      return jobs.filter(({ verdict }) => verdict === 'regression').length / jobs.length;
    });
    const red = mean(shares);
    assert.ok(red > 0.72 && red < 0.92, `${red}`);
  });

  it('Of two blocks that have nothing in common it is a number that a file can hold', () => {
    const measurement = buildMeasurement({
      subjects: [{ planned: 2, looks: [2], blocks: [{ cpu: -4 }, { cpu: 4 }] }],
    });
    const [subject] = judge(measurement).subjects;
    const { mde } = metric(subject as SubjectVerdict, 'cpu');
    assert.ok(mde !== null && mde > 1 && Number.isFinite(mde), `${mde}`);
  });
});
