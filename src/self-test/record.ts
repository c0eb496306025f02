/**
 * What a self-test keeps in its folder, so that it can be interrupted, resumed, and judged again later:
 *
 *   self-test.json          the record below: what is asked for, and how the doses were found
 *   blocks/turns-NNN.json   a `measurement.json` of one run, measured to its end whatever it showed: all doses in turn
 *   blocks/DOSE-NNN.json    the same of one dose alone, as self-tests of the first form have it
 *   jobs/DOSE-NNN.json      a whole run of the gate, which stopped when it was decided
 *
 * A file that is there is done. DOSE is the name of a dose; NNN counts from 001.
 */
import * as z from 'zod';
import { SubjectId } from '../config/experiment/experiment.ts';
import { Environment, Injection, Measurement } from '../measure/observed/measurement.ts';
import { SCHEMA } from '../system/shapes/schema-versions.ts';
import type { DeepReadonly } from '../terms/deep-readonly.ts';

/** What the large dose is called among the others. */
export const RULER = 'ruler';
/** What a run of all doses is called among the files. */
export const TURNS = 'turns';

/** One size of slowdown, 0 for none: what is put into head, and what it must do to head by the calibration. */
export const Dose = z.strictObject({
  /** For file names and tables: `none`, `3pc`. */
  name: z.string().regex(/^[a-z0-9.-]+$/),
  /** Drop in throughput that was asked for: a fraction, 0 for an A/A job. */
  asked: z.number().nonnegative().lt(1),
  injection: Injection,
  /**
   * What the injection does by itself, as changes in the metric's own direction (throughput -0.05, cpu 0.053);
   * null where it is not known. By calibration with a larger dose; what stops do to throughput is not known.
   */
  expected: z.strictObject({ throughput: z.number().nullable(), cpu: z.number().nullable() }),
});
export type Dose = DeepReadonly<z.infer<typeof Dose>>;

export const SelfTestRecord = z.strictObject({
  schemaVersion: z.literal(SCHEMA['self-test']),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  startedAt: z.string(),
  environment: Environment,
  /** SHA-256 of the server's files: what was measured on others says nothing of these. */
  tree: z.string(),
  subject: SubjectId,
  seed: z.int(),
  /** `knob`: a variable that makes the server do more work per request. `pauses`: head's processes are stopped for a share of the time. */
  method: z.enum(['knob', 'pauses']),
  /** Name of the knob; null for pauses. */
  knob: z.string().nullable(),
  /** Units of the knob whose effect the doses were scaled from, and what that effect was: ln(cost ratio). Null for pauses. */
  calibration: z
    .strictObject({
      units: z.int().positive(),
      blocks: z.int().positive(),
      throughput: z.number(),
      cpu: z.number().nullable(),
    })
    .nullable(),
  /**
   * Whether doses take turns within each run, so that all of them, and the ruler, meet the same moment of the machine. In
   * self-tests of the first form each run had one dose.
   */
  takesTurns: z.boolean(),
  /** A large dose that every run has too: what it costs there says what the others cost. Null for pauses, and without doses. */
  ruler: z.strictObject({ units: z.int().positive(), injection: Injection }).nullable(),
  /** Measuring time of each job. */
  budgetMs: z.number().positive(),
  doses: z.array(Dose).min(1),
  /** Of each dose: blocks to measure, and whole jobs to run. */
  blocks: z.int().nonnegative(),
  jobs: z.int().nonnegative(),
});
export type SelfTestRecord = DeepReadonly<z.infer<typeof SelfTestRecord>>;

/** `jobs/*.json`. */
export const SelfTestJob = z.strictObject({
  schemaVersion: z.literal(1),
  /** From the start of the gate to its verdict, builds excluded. */
  seconds: z.number().positive(),
  measurement: Measurement,
});
export type SelfTestJob = DeepReadonly<z.infer<typeof SelfTestJob>>;

/** Everything of one folder. */
export interface SelfTest {
  record: SelfTestRecord;
  /** By the dose's name, or `RULER`: what each run has of it, in the order of the runs. */
  chunks: ReadonlyMap<string, readonly Measurement[]>;
  jobs: ReadonlyMap<string, readonly SelfTestJob[]>;
}
