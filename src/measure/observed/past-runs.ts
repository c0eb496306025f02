/**
 * What earlier runs of a branch found, carried inside the measurement that is compared with it, so that the verdict needs no
 * other file. The runs have their ratio to the calibrator in common, not their machine's speed.
 */
import * as z from 'zod';
import { SubjectId } from '../../config/experiment/experiment.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { VerdictWord } from '../../terms/verdict-word.ts';

/** Metrics that are measured of the calibrator as well. */
export const CalibratedMetric = z.enum(['throughput', 'cpu']);
export type CalibratedMetric = z.infer<typeof CalibratedMetric>;

/** Of one run, over its blocks, of the value itself, whichever way is good. */
export const CalibratedValue = z.strictObject({
  /** Mean of ln(head / the calibrator's work). */
  log: z.number(),
  /** Mean of ln(the calibrator's light path / its work): whether the machine was slow at falling asleep and waking up. */
  light: z.number(),
  /** Standard deviation of the blocks' values of `log`. */
  sd: z.number().nonnegative().lte(100),
  blocks: z.int().positive(),
  /**
   * Mean of ln(cost ratio) of head to the calibrator's work of all slices, less that of the trimmed ones: what head's rare stalls and rare work
   * cost. Absent in lines of before, and where no block tells.
   */
  rare: z.number().optional(),
});
export type CalibratedValue = DeepReadonly<z.infer<typeof CalibratedValue>>;

export const CalibratorRates = z.strictObject({
  work: z.number().positive().nullable(),
  light: z.number().positive().nullable(),
});
export type CalibratorRates = DeepReadonly<z.infer<typeof CalibratorRates>>;

export const PastRun = z.strictObject({
  /** ISO 8601, UTC. */
  at: z.string(),
  commit: z.string().nullable(),
  /** Hash of its fingerprint. */
  fingerprint: z.string(),
  verdict: VerdictWord,
  /** A slowdown that somebody took on purpose. */
  accepted: z.boolean(),
  /** Whether it may be compared with: it is no regression that nobody accepted, nor as slow as one, nor broken. */
  isBaseline: z.boolean(),
  /** The calibrator's own requests per second by path; null: not known. */
  calibratorRates: CalibratorRates,
  metrics: z.partialRecord(CalibratedMetric, CalibratedValue),
});
export type PastRun = DeepReadonly<z.infer<typeof PastRun>>;

export const PastRuns = z.strictObject({
  /** Where they were read from, in words. */
  from: z.string(),
  /** What this run finds is kept there, and nobody has asked how it compares: it gathers. Absent: somebody has. */
  isKept: z.boolean().optional(),
  /** Hash of the calibrator of this run. */
  calibrator: z.string(),
  /** Parts of every fingerprint that a run below names, by its hash. */
  fingerprints: z.record(z.string(), z.record(z.string(), z.string())),
  subjects: z.array(
    SubjectId.extend({
      /** Oldest first; of every machine, red ones too: the judge says which of them count. */
      runs: z.array(PastRun),
    }),
  ),
});
export type PastRuns = DeepReadonly<z.infer<typeof PastRuns>>;
