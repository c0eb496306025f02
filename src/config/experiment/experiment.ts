/**
 * The validated record that drives everything: which servers, which load, which rule.
 * Defaults are filled in and units are fixed here (milliseconds, fractions, bytes), so that no
 * later stage parses, guesses or defaults anything again.
 */

import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { Beside } from '../values/beside.ts';
import { Claim } from './claim.ts';
import { GateableMetric, LimitMetric, ToleranceMetric } from './metrics.ts';
import { Scenario } from './scenario.ts';
import { Server } from './server.ts';

/** Files of older versions have no tolerance for what was measured first by a later one. */
function withLater(tolerance: unknown): unknown {
  const isMap = typeof tolerance === 'object' && tolerance !== null;
  return isMap ? { 'cpu-beside': 0.05, ...tolerance } : tolerance;
}

/** What head may be compared with. */
export const BASELINES = ['auto', 'rebuild', 'stored'] as const;

export const Gate = z.strictObject({
  /** Measuring time per subject, builds excluded. */
  budgetMs: z.number().positive(),
  /**
   * Largest acceptable change per metric: a fraction in the metric's own direction (0.05 = 5 %), below 1
   * for throughput; of `memory-growth`, which is compared by difference, in its unit.
   */
  tolerance: z.preprocess(withLater, z.record(ToleranceMetric, z.number().gt(0))),
  /** Largest acceptable value of head per metric, in its unit. */
  limits: z.record(LimitMetric, z.number().nonnegative()),
  /** Probability that a job over unchanged code has any false regression. */
  falseAlarmRate: z.number().gt(0).lt(0.5),
  /** Metrics that can fail the job. The others are shown. */
  metrics: z.array(GateableMetric).min(1),
  /**
   * The user named them. Of the default list, one that is too noisy to be decided within the budget is not judged; a named one
   * leaves the verdict inconclusive. Absent in files of older versions, which took every metric for named.
   */
  metricsNamed: z.boolean().optional(),
  /**
   * Go on for the other metrics of a subject that one has shown to be a regression. Absent in files of older versions, which
   * always did.
   */
  measureAll: z.boolean().optional(),
  /** What head is compared with. Absent: `auto`, as in files of older versions. */
  baseline: z.enum(BASELINES).optional(),
  failOnInconclusive: z.boolean(),
  failOnNoBaseline: z.boolean(),
  /** Measuring time over all subjects together, builds excluded; null: each subject's own budget is the only limit. */
  jobBudgetMs: z.number().positive().nullable(),
  /** `confirm-on-fresh-runner`: a regression blocks only after a measurement on another runner has confirmed it. */
  onRegression: z.enum(['fail', 'confirm-on-fresh-runner']),
});
export type Gate = DeepReadonly<z.infer<typeof Gate>>;

/** One server under one scenario: what gets a verdict. Written `server/scenario`. */
export const SubjectId = z.strictObject({ server: z.string(), scenario: z.string() });
export type SubjectId = DeepReadonly<z.infer<typeof SubjectId>>;

export const Experiment = z.strictObject({
  servers: z.array(Server).min(1),
  scenarios: z.array(Scenario).min(1),
  subjects: z.array(SubjectId).min(1),
  gate: Gate,
  /** What runs beside the servers, and belongs to what is measured; absent where nothing is named. */
  beside: z.array(Beside).optional(),
  /** What is said to be so of the servers. Files of older forms have none. */
  claims: z.array(Claim).default([]),
});
export type Experiment = DeepReadonly<z.infer<typeof Experiment>>;

export function subjectName(subject: SubjectId): string {
  return `${subject.server}/${subject.scenario}`;
}
