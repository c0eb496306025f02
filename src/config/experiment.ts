/**
 * The validated record that drives everything: which servers, which load, which rule.
 * Defaults are filled in and units are fixed here (milliseconds, fractions, bytes), so that no
 * later stage parses, guesses or defaults anything again.
 */
import { z } from 'zod';

/** The two builds that are compared. A run that measures one build only has `head` alone. */
export const Arm = z.enum(['base', 'head']);
export type Arm = z.infer<typeof Arm>;

/**
 * What is measured. Each has a direction and a tolerance:
 * `throughput` (req/s, higher is better), `cpu` (server CPU time per request, lower is better),
 * `memory` (resident memory of the server's process tree, lower is better).
 */
export const MetricName = z.enum(['throughput', 'cpu', 'memory']);
export type MetricName = z.infer<typeof MetricName>;

/** A program under test. In every command and value, `{port}`, `{arm}` and `{dir}` are replaced. */
export const Server = z.strictObject({
  name: z.string(),
  /** Folder inside the tree, relative to its root, in which every command runs. */
  workdir: z.string(),
  build: z.string().nullable(),
  start: z.string(),
  ready: z.strictObject({
    path: z.string(),
    /** Status that counts as ready; null: any answer below 500. */
    status: z.int().nullable(),
    timeoutMs: z.number().positive(),
  }),
  env: z.record(z.string(), z.string()),
  /** Runs once per arm before that arm's first start. */
  before: z.string().nullable(),
  /** Runs once per arm after that arm's last stop, also after a failure. */
  after: z.string().nullable(),
});
export type Server = z.infer<typeof Server>;

/** A load shape, closed loop: every connection sends its next request when the last is answered. */
export const Scenario = z.strictObject({
  name: z.string(),
  protocol: z.enum(['http1']),
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
  connections: z.int().positive(),
  /** A request without a complete answer after this long is an error. */
  timeoutMs: z.number().positive(),
  expect: z.strictObject({
    status: z.int(),
    /** Exact body; null: any. */
    body: z.string().nullable(),
  }),
});
export type Scenario = z.infer<typeof Scenario>;

export const Gate = z.strictObject({
  /** Measuring time per subject, builds excluded. */
  budgetMs: z.number().positive(),
  /** Largest acceptable change per metric, a fraction in the metric's own direction (0.05 = 5 %). */
  tolerance: z.strictObject({
    throughput: z.number().gt(0).lt(1),
    cpu: z.number().gt(0),
    memory: z.number().gt(0),
  }),
  /** Probability that a job over unchanged code has any false regression. */
  falseAlarmRate: z.number().gt(0).lt(0.5),
  /** Metrics that can fail the job. The others are shown. */
  metrics: z.array(MetricName).min(1),
  failOnInconclusive: z.boolean(),
  failOnNoBaseline: z.boolean(),
});
export type Gate = z.infer<typeof Gate>;

/** One server under one scenario: what gets a verdict. Written `server/scenario`. */
export const SubjectId = z.strictObject({ server: z.string(), scenario: z.string() });
export type SubjectId = z.infer<typeof SubjectId>;

export const Experiment = z.strictObject({
  servers: z.array(Server).min(1),
  scenarios: z.array(Scenario).min(1),
  subjects: z.array(SubjectId).min(1),
  gate: Gate,
});
export type Experiment = z.infer<typeof Experiment>;

export function subjectName(subject: SubjectId): string {
  return `${subject.server}/${subject.scenario}`;
}
