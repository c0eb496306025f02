/** `measurement.json`: everything that was observed, and nothing that was concluded. */

import * as z from 'zod';
import { Bar } from '../../config/changes/bar.ts';
import { Experiment, SubjectId } from '../../config/experiment/experiment.ts';
import { MetricName } from '../../config/experiment/metrics.ts';
import { Pairs } from '../../config/experiment/server.ts';
import { Form } from '../../config/settings/spelling.ts';
import { BurstResult } from '../../load/results.ts';
import { Answered } from '../../load/unexpected.ts';
import { Plan } from '../../plan/plan.ts';
import { SCHEMA } from '../../system/shapes/schema-versions.ts';
import { Arm } from '../../terms/arm.ts';
import { ArmSource } from '../../terms/arm-source.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { AnswersObserved } from './answers.ts';
import { ArmObservation } from './arm-observation.ts';
import { CalibratorObservation } from './calibrator.ts';
import { Cure } from './cure.ts';
import { Disturbance } from './disturbance.ts';
import { PastRuns } from './past-runs.ts';

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
  /** Of the processor what a model's name does not say; null: not known. Absent in files of older versions. */
  machine: z
    .strictObject({
      /** Digest of the features that it has. */
      flags: z.string().nullable(),
      microcode: z.string().nullable(),
      /** The virtual machine's maker and kind. */
      hypervisor: z.string().nullable(),
      /** "1 socket, 2 cores, 4 threads, 1 NUMA node". */
      topology: z.string().nullable(),
    })
    .optional(),
  /** Compilers and runtimes that the servers' commands name, and what each says of its version. Absent where it was not asked. */
  programs: z.record(z.string(), z.string()).optional(),
});
export type Environment = DeepReadonly<z.infer<typeof Environment>>;

/** What the machine itself did during a block: the same for both arms, and blind to which is faster. */
export const RunnerObservation = z.strictObject({
  /**
   * Share of the used cores' time that the hypervisor gave to others; null where the kernel has never counted
   * any since it started, which says nothing.
   */
  steal: z.number().nonnegative().nullable(),
  /** Periods in which this process's control group was held back; null where that is not counted. */
  throttled: z.int().nonnegative().nullable(),
  /** Share of the time in which nothing of the control group could run for want of a CPU (PSI, `full`); null likewise. */
  pressure: z.number().nonnegative().nullable(),
  /**
   * CPU time of all processes that are not this program's, its servers' or beside these, as a share of the used cores' time;
   * null where they are not to be seen.
   */
  foreign: z.number().nonnegative().nullable(),
  /** The same of what runs beside the servers and belongs to them, such as a database; absent where there is nothing. */
  beside: z.number().nonnegative().optional(),
  /** Short spins of fixed work on the generator's cores, between slices: microseconds of wall and of CPU time, in pairs. */
  spinWallUs: z.array(z.number().positive()),
  spinCpuUs: z.array(z.number().nonnegative()),
});
export type RunnerObservation = DeepReadonly<z.infer<typeof RunnerObservation>>;

/** Before a block each arm gets new copies of the programs that it executes from its own tree, and so other pages of memory. */
export const ProgramsCopied = z.strictObject({
  /** Of both arms; 0 where they were left as they are. */
  files: z.int().nonnegative(),
  tookMs: z.number().nonnegative(),
  /** Why they were left, those of both arms; null when they were copied. */
  lacking: z.enum(['too-large', 'changed', 'no-space', 'read-only', 'not-copied']).nullable(),
});
export type ProgramsCopied = DeepReadonly<z.infer<typeof ProgramsCopied>>;

/** A program that runs beside the servers and belongs to what is measured: a database, a cache, a proxy. */
export const Neighbour = z.strictObject({
  name: z.string(),
  /** Where it listens, or is talked to: "port 5432". */
  places: z.array(z.string()),
  /** `before` started it; a server is connected to it; or `beside` names it. */
  how: z.enum(['before', 'connected', 'named']),
  /** Whose servers use it. */
  arms: z.array(Arm),
  /** Cores that it was given; null: none, as it is a stranger's or nothing is pinned. */
  cores: z.array(z.int().nonnegative()).nullable(),
});
export type Neighbour = DeepReadonly<z.infer<typeof Neighbour>>;

export const BlockMeasurement = z.strictObject({
  index: z.int().nonnegative(),
  pairs: Pairs,
  /** Letter per slice, as planned. */
  sliceOrder: z.string(),
  /** Per slice, microseconds from first write to last answer. */
  sliceUs: z.array(z.number()),
  /** Per slice, requests answered as expected. */
  sliceGood: z.array(z.int()),
  /** Letter per open-loop segment, as planned; empty where there is none, or where arms met one after the other. */
  latencyOrder: z.string(),
  runner: RunnerObservation,
  /** Of a run that has a calibrator; absent in every other one. */
  calibrator: CalibratorObservation.optional(),
  /** Absent where there is nothing to copy, and in files of older versions. */
  programs: ProgramsCopied.optional(),
  /** An arm runs on an interpreter or a virtual machine that is not of its tree. Absent where none does, and in files of older versions. */
  sharedRuntime: z.literal(true).optional(),
  /** What ran beside the servers; absent where nothing did. */
  beside: z.array(Neighbour).optional(),
  arms: z.partialRecord(Arm, ArmObservation),
});
export type BlockMeasurement = DeepReadonly<z.infer<typeof BlockMeasurement>>;

/** One arm's throughput from the first request after its start, in windows of equal work. */
export const WarmUp = z.strictObject({
  windowWork: z.int().positive(),
  /** Work per second in each window. */
  perSecond: z.array(z.number().nonnegative()),
  /** First window from which the throughput was steady; null when it never was. */
  steadyFrom: z.int().nonnegative().nullable(),
});
export type WarmUp = DeepReadonly<z.infer<typeof WarmUp>>;

/** Servers that worked on when their load was over, and did not come to rest. */
export const GoesOn = z.strictObject({
  /** So long it was waited for them. */
  waitedMs: z.number().positive(),
  /** Cores that each used all the while, beyond what it used before it was loaded. */
  cores: z.partialRecord(Arm, z.number().positive()),
});
export type GoesOn = DeepReadonly<z.infer<typeof GoesOn>>;

/** The short first contact with a subject: does it start, does it answer, how fast about. */
export const Pilot = z.strictObject({
  arms: z.partialRecord(
    Arm,
    z.strictObject({
      startMs: z.number().nonnegative(),
      /** What makes the load, as it names itself. */
      engine: z.string(),
      /** Requests or messages per second by that engine; null for a hold, which has a rate of its own. */
      rate: z.number().positive().nullable(),
      medianLatencyUs: z.number().nonnegative(),
      /** Mean time in flight over a known number of answers, for Little's law; null where it is not measured. */
      inFlight: z
        .strictObject({
          asked: z.int().positive(),
          perSecond: z.number().positive(),
          meanLatencyUs: z.number().nonnegative(),
          /** How many answers a window had, on average; absent in older records. */
          perWindow: z.number().positive().optional(),
        })
        .nullable(),
      /** Null for a load command and for a hold. */
      warmUp: WarmUp.nullable(),
      /** Null for what autocannon cannot speak. */
      burst: BurstResult.nullable(),
    }),
  ),
  /** With fewer connections than the scenario has, as a slow server would have kept them waiting; absent: with all. */
  lowered: z
    .strictObject({
      from: z.int().positive(),
      to: z.int().positive(),
      /** How long one answer takes by itself. */
      answerMs: z.number().positive(),
      /** Requests that the server works on at a time. */
      atOnce: z.number().positive(),
      /** How long the last of all the connections would have waited. */
      waitMs: z.number().positive(),
    })
    .optional(),
  /** The server keeps a thread for each idle connection, and has fewer of them; absent: it was not seen to. */
  held: z
    .strictObject({
      from: z.int().positive(),
      /** The most connections that do not wait: so many are loaded, unless the number was named. */
      to: z.int().positive(),
      /** As many requests as `from`, on all connections and on the fewer. */
      roundMs: z.number().positive(),
      /** On all of them some had no answer in their time; absent: all had. */
      isCutOff: z.literal(true).optional(),
      fewerRoundMs: z.number().positive(),
      isNamed: z.boolean(),
    })
    .optional(),
  /** With fewer connections than the scenario has, as new ones found the server's queue of them full; absent: with all. */
  full: z
    .strictObject({
      from: z.int().positive(),
      /** As many as may wait. */
      to: z.int().positive(),
      /** Connections that found it full, over so many requests. */
      overflows: z.int().positive(),
      requests: z.int().positive(),
    })
    .optional(),
  /**
   * How much the throughput of one and the same arm differs between neighbouring slices: standard deviation of
   * the log-ratio, robustly. Null where there are no such slices.
   */
  sliceSd: z.number().nonnegative().nullable(),
  /** Absent: they came to rest, or it is not known. */
  goesOn: GoesOn.optional(),
  /** The machine during the pilot run. */
  runner: RunnerObservation,
});
export type Pilot = DeepReadonly<z.infer<typeof Pilot>>;

/** Why a subject could not be measured (to its end). */
export const Failure = z.strictObject({
  /** Whose fault it is. `base`: its alone, head was shown to work. Null: neither's, or not known. */
  arm: z.enum(['base', 'head', 'both']).nullable(),
  stage: z.enum(['build', 'before', 'start', 'pilot', 'block']),
  message: z.string(),
  /** Absent in files of older versions. */
  cure: Cure.nullable().optional(),
});
export type Failure = DeepReadonly<z.infer<typeof Failure>>;

/** The clock that ended it before its plan did: the limit of the job, or blocks that took far longer than was planned. */
export const StoppedBy = z.enum(['job-budget', 'slow-blocks']);
export type StoppedBy = z.infer<typeof StoppedBy>;

export const SubjectMeasurement = SubjectId.extend({
  pilot: Pilot.nullable(),
  blocks: z.array(BlockMeasurement),
  /** Blocks during which the machine was disturbed, and that were measured again; blind to the arms' figures. */
  replaced: z.array(
    z.strictObject({
      /** Null where it is not known: files of older versions had a sentence here. */
      disturbance: Disturbance.nullable(),
      block: BlockMeasurement,
    }),
  ),
  failure: Failure.nullable(),
  /** Absent where no clock stopped it, and in files of older versions. */
  stoppedBy: StoppedBy.optional(),
  /** Blocks that were begun again because a server did not start; chosen before any load. */
  restarts: z.int().nonnegative(),
  /** What both arms answered to the same requests. Absent: they were not compared. */
  answers: AnswersObserved.optional(),
  /** The first few failed requests in words. */
  errorSamples: z.array(
    z.strictObject({
      arm: Arm,
      kind: z.string(),
      message: z.string(),
      /** What came in place of the expected status; null or absent: it is not known, or it was another fault. */
      answer: Answered.nullable().optional(),
      /** What would mend it, told by more than its status. */
      cure: Cure.optional(),
      /** The kind of request; absent: there is one kind alone, or it is not known. */
      request: z.string().optional(),
    }),
  ),
});
export type SubjectMeasurement = DeepReadonly<z.infer<typeof SubjectMeasurement>>;

/** An earlier attempt at the same comparison, whose blocks are among this measurement's. */
export const Attempt = z.strictObject({
  startedAt: z.string(),
  environment: Environment,
  /** Of each subject, when the attempt ended. */
  subjects: z.array(SubjectId.extend({ blocks: z.int().nonnegative() })),
});
export type Attempt = DeepReadonly<z.infer<typeof Attempt>>;

/** A regression of an earlier measurement on another runner, which this one is to confirm. */
export const Claim = SubjectId.extend({
  metric: MetricName,
  /** As in the verdict of that measurement: the change, its 95 % interval, and the blocks that it stood on. */
  change: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  blocks: z.int().nonnegative(),
});
export type Claim = DeepReadonly<z.infer<typeof Claim>>;

export const ClaimsToConfirm = z.strictObject({
  startedAt: z.string(),
  environment: Environment,
  claims: z.array(Claim).min(1),
});
export type ClaimsToConfirm = DeepReadonly<z.infer<typeof ClaimsToConfirm>>;

const slowdown = {
  /** Added to each arm's environment: the same names, with values of the same length. */
  env: z.strictObject({
    base: z.record(z.string(), z.string()),
    head: z.record(z.string(), z.string()),
  }),
  /** Share of the time for which head's processes are stopped, 0 for none. */
  pauses: z.number().nonnegative().lt(1),
};

/** A slowdown that the self-test put into head. Never part of a user's gate. */
export const Injection = z.strictObject({
  ...slowdown,
  /**
   * What each two blocks have in place of it, in turn, and what the self-test calls that; from the first again after the last.
   * Absent: all blocks have the same.
   */
  turns: z
    .array(z.strictObject({ dose: z.string(), ...slowdown }))
    .min(1)
    .optional(),
});
export type Injection = DeepReadonly<z.infer<typeof Injection>>;

export const Measurement = z.strictObject({
  schemaVersion: z.literal(SCHEMA.measurement),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  environment: Environment,
  sources: z.partialRecord(Arm, ArmSource),
  experiment: Experiment,
  /** Whose config that is, and what the change alters in base's. Absent where there was none to compare with. */
  bar: Bar.optional(),
  /** The command line's flags that give this experiment again: `['--config', 'gate.yml']`. */
  flags: z.array(z.string()),
  /** How its user writes settings. Absent: in a config file, or it is not known, as in older files. */
  form: Form.optional(),
  plan: Plan,
  /** Of a run that has a calibrator in base's place: the earlier runs that head is compared with. */
  past: PastRuns.optional(),
  /** Earlier attempts that this one continues, oldest first. */
  attempts: z.array(Attempt),
  /** What this measurement is the confirmation of; null for a first one. */
  confirmationOf: ClaimsToConfirm.nullable(),
  /** Null but in a self-test. */
  injection: Injection.nullable(),
  subjects: z.array(SubjectMeasurement),
});
export type Measurement = DeepReadonly<z.infer<typeof Measurement>>;
/** All of it but what was measured of each subject. */
export type MeasurementHead = Omit<Measurement, 'subjects'>;
