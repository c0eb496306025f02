/** `measurement.json`: everything that was observed, and nothing that was concluded. */
import { z } from 'zod';
import { Arm, Experiment, Pairs, Scenario, SubjectId } from '../config/experiment.ts';
import { Cores, Plan } from '../plan/plan.ts';
import { BurstResult, ErrorCounts } from './load/protocol.ts';

/** What must agree before numbers of two runs may be compared, and what a reader wants to know. */
export const Environment = z.strictObject({
  os: z.string(),
  kernel: z.string(),
  cpuModel: z.string(),
  cpuCount: z.int().positive(),
  memoryBytes: z.number(),
  /** `ImageOS ImageVersion` of a GitHub runner; null elsewhere. */
  runnerImage: z.string().nullable(),
  node: z.string(),
});
export type Environment = z.infer<typeof Environment>;

/** Where an arm's code came from. */
export const ArmSource = z.strictObject({
  /** Full commit id; null for a plain folder. */
  commit: z.string().nullable(),
  /** In words: "merge base of main and HEAD". */
  description: z.string(),
});
export type ArmSource = z.infer<typeof ArmSource>;

/** What one arm did in one block, from its first measured slice to its last. */
export const ArmObservation = z.strictObject({
  startMs: z.number().nonnegative(),
  good: z.int().nonnegative(),
  attempted: z.int().nonnegative(),
  errors: ErrorCounts,
  /**
   * CPU time of the process tree during each quad of slices (this arm's and the other's), by the
   * nanosecond run times of live threads; null where the kernel has none.
   */
  cpuMs: z.array(z.number().nonnegative()).nullable(),
  /** Over all quads, by utime+stime, which include threads and children that ended; 10 ms steps. */
  cpuTicksMs: z.number().nullable(),
  /** Run time of the thread that ran most, over all quads; null where run times are not known. */
  busiestThreadMs: z.number().nonnegative().nullable(),
  /** Resident memory of the tree, sampled after fixed numbers of requests. */
  rssBytes: z.array(z.number()),
});
export type ArmObservation = z.infer<typeof ArmObservation>;

export const BlockMeasurement = z.strictObject({
  index: z.int().nonnegative(),
  pairs: Pairs,
  /** Letter per slice, as planned. */
  sliceOrder: z.string(),
  /** Per slice, microseconds from first write to last answer. */
  sliceUs: z.array(z.number()),
  /** Per slice, requests answered as expected. */
  sliceGood: z.array(z.int()),
  /** CPU time of the generator's busiest process over wall time of the slices, 1 = one whole core. */
  generatorBusy: z.number().nonnegative(),
  arms: z.partialRecord(Arm, ArmObservation),
});
export type BlockMeasurement = z.infer<typeof BlockMeasurement>;

/** The short first contact with a subject: does it start, does it answer, how fast about. */
export const Rehearsal = z.strictObject({
  arms: z.partialRecord(
    Arm,
    z.strictObject({
      startMs: z.number().nonnegative(),
      /** What makes the load, as it names itself. */
      engine: z.string(),
      /** Requests or messages per second by that engine. */
      rate: z.number().positive(),
      medianLatencyUs: z.number().nonnegative(),
      /** Null for what autocannon cannot speak. */
      burst: BurstResult.nullable(),
    }),
  ),
});
export type Rehearsal = z.infer<typeof Rehearsal>;

/** Why a subject could not be measured (to its end). */
export const Failure = z.strictObject({
  arm: Arm.nullable(),
  stage: z.enum(['build', 'before', 'start', 'rehearsal', 'block']),
  message: z.string(),
});
export type Failure = z.infer<typeof Failure>;

export const SubjectMeasurement = SubjectId.extend({
  rehearsal: Rehearsal.nullable(),
  blocks: z.array(BlockMeasurement),
  failure: Failure.nullable(),
  /** Blocks that were begun again because a server did not start; chosen before any load. */
  restarts: z.int().nonnegative(),
  /** The first few failed requests in words. */
  errorSamples: z.array(z.strictObject({ arm: Arm, kind: z.string(), message: z.string() })),
});
export type SubjectMeasurement = z.infer<typeof SubjectMeasurement>;

/** A kept measurement of one build, carried inside the new one so that the verdict needs no other file. */
export const StoredBaseline = z.strictObject({
  startedAt: z.string(),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  environment: Environment,
  source: ArmSource,
  cores: Cores,
  subjects: z.array(
    SubjectId.extend({
      /** The load that the blocks were measured under. */
      load: Scenario,
      /** What made that load, as it named itself in the rehearsal; null when it is not known. */
      engine: z.string().nullable(),
      /** True when the other arm ran and was loaded beside it, as half of a live pair. */
      paired: z.boolean(),
      /** How each block loaded head; a new run that is compared with this one does the same. */
      warmupRequests: z.int().positive(),
      sliceRequests: z.int().positive(),
      slices: z.int().positive(),
      blocks: z.array(BlockMeasurement),
    }),
  ),
});
export type StoredBaseline = z.infer<typeof StoredBaseline>;

export const Measurement = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  environment: Environment,
  sources: z.partialRecord(Arm, ArmSource),
  experiment: Experiment,
  /** The command line's flags that give this experiment again: `['--config', 'gate.yml']`. */
  flags: z.array(z.string()),
  plan: Plan,
  /** What head is compared with when no base was built. */
  stored: StoredBaseline.nullable(),
  subjects: z.array(SubjectMeasurement),
});
export type Measurement = z.infer<typeof Measurement>;
