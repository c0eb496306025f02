/** Measurements by a few figures, and what the judge says of them. */
import assert from 'node:assert/strict';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { judge } from '../../src/judge/judge.ts';
import {
  type MetricVerdict,
  type SubjectVerdict,
  Verdict,
} from '../../src/judge/verdict/verdict.ts';
import type { BlockRatios } from '../support/block.ts';
import {
  type MeasurementSpec,
  measurementOf,
  SIGNS,
  type SubjectSpec,
} from '../support/measurement.ts';

/** Judges and checks the answer against its schema. */
export function verdictOf(spec: MeasurementSpec): Verdict {
  return Verdict.parse(judge(measurementOf(spec)));
}

export function one(
  subject: SubjectSpec,
  rest: Omit<MeasurementSpec, 'subjects'> = {},
): SubjectVerdict {
  return verdictOf({ ...rest, subjects: [subject] }).subjects[0] as SubjectVerdict;
}

export function metric(subject: SubjectVerdict, name: MetricVerdict['name']): MetricVerdict {
  return subject.metrics.find((m) => m.name === name) as MetricVerdict;
}

/** This many values with exactly this mean and standard error: d + a, d + a, d − a, … */
export function spread(count: number, d: number, se: number): number[] {
  assert.equal(count % 2, 0);
  const signs = Array.from({ length: count }, (_, i) => SIGNS[i % SIGNS.length] as number);
  // As many above as below, where the count is not that of a look.
  if (signs.reduce((sum, sign) => sum + sign) !== 0)
    signs[count - 1] = -(signs[count - 1] as number);
  const a = se * Math.sqrt(count - 1);
  return signs.map((sign) => d + a * sign);
}

export const both = (values: readonly number[]): BlockRatios[] =>
  values.map((d) => ({ throughput: d, cpu: d }));

/** Blocks whose only gating metric, CPU, has this one-sided p-value as if looked at once. */
export function withP(count: number, p: number, d = 0.2): BlockRatios[] {
  return spread(count, d, d / tQuantile(1 - p, count - 1)).map((cpu) => ({ cpu }));
}

export const CPU_ONLY = { metrics: ['cpu' as const] };
