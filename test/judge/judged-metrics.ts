/** Measurements of one metric, and what the judge says of it. */

import assert from 'node:assert/strict';
import type { MetricName } from '../../src/config/experiment/metrics.ts';
import { judge } from '../../src/judge/judge.ts';
import type { LatencyObservation } from '../../src/measure/observed/arm-observation.ts';
import type { MetricVerdict, Scenario, SubjectVerdict } from '../support/draft.ts';
import {
  httpScenario,
  type MeasurementSpec,
  measurementOf,
  type SubjectSpec,
} from '../support/measurement.ts';

export const ARMS = ['base', 'head'] as const;
export const openLoop = (name: string): Scenario =>
  httpScenario(name, { latency: { perSecond: null } });
export type Segments = LatencyObservation['segments'];
export const steady = (name: string): Scenario => httpScenario(name, { steadyMs: 3000 });

export function one(subject: SubjectSpec, spec: Partial<MeasurementSpec> = {}): SubjectVerdict {
  return judge(measurementOf({ subjects: [subject], ...spec })).subjects[0] as SubjectVerdict;
}

export function metric(subject: SubjectVerdict, name: MetricName): MetricVerdict {
  const found = subject.metrics.find((other) => other.name === name);
  assert.ok(found, `no ${name}`);
  return found;
}

export function near(actual: number | null | undefined, expected: number, within = 1e-9): void {
  assert.ok(Math.abs((actual as number) - expected) <= within, `${actual} is not ${expected}`);
}

/** About so much, a little different in each block. */
export function around(name: MetricName, d: number, blocks = 6): SubjectSpec['blocks'] {
  return Array.from({ length: blocks }, (_, i) => ({ [name]: d + 0.004 * ((i % 3) - 1) }));
}
