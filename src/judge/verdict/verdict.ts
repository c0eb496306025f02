/** `verdict.json`: the contract that other tools read. */

import * as z from 'zod';
import { Bar } from '../../config/changes/bar.ts';
import { SubjectId } from '../../config/experiment/experiment.ts';
import { MetricName } from '../../config/experiment/metrics.ts';
import { Pairs } from '../../config/experiment/server.ts';
import { Form } from '../../config/settings/spelling.ts';
import { BurstResult } from '../../load/results.ts';
import { Cure } from '../../measure/observed/cure.ts';
import { Environment, Neighbour } from '../../measure/observed/measurement.ts';
import { SubjectProfile } from '../../measure/profile/profile.ts';
import { SCHEMA } from '../../system/shapes/schema-versions.ts';
import { Arm } from '../../terms/arm.ts';
import { ArmSource } from '../../terms/arm-source.ts';
import { Cores } from '../../terms/core-sets.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { Comparison, MetricUnit, Work } from '../../terms/metric-terms.ts';
import { VerdictWord } from '../../terms/verdict-word.ts';
import { Finding } from '../findings/finding.ts';
import { ClaimVerdict } from './claim-verdict.ts';
import { Versus } from './versus-verdict.ts';

export const MetricVerdict = z.strictObject({
  name: MetricName,
  /** What throughput and CPU time are counted by: requests, or messages received. */
  work: Work,
  /**
   * Unit of `base` and `head`: `req/s`, `msg/s`, `s` (CPU seconds per piece of work, latencies, stalls), `B`,
   * `B/1k` (bytes per 1,000 pieces of work), `share` (a fraction).
   */
  unit: MetricUnit,
  verdict: VerdictWord,
  /** Typical value of each arm, for reading; the change is not computed from them. */
  base: z.number().nullable(),
  head: z.number().nullable(),
  /**
   * How head is held to account. `ratio`: `change` is a fraction in the metric's own direction (throughput 5 %
   * lower = -0.05, CPU 5 % more = 0.05). `difference`: `change` is head - base in `unit`. `limit`: head's own
   * value against `limit`; `change` is for reading. `none`: shown only.
   */
  comparison: Comparison,
  change: z.number().nullable(),
  /** 95 % interval of `change`, also where the run stopped early. Nothing that `verdict` excludes is inside it. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /**
   * Of an unchanged metric that has a tolerance: the worst change that the rule could not exclude, on which the word
   * stands; it is within the tolerance. One-sided, at the level of its look, so `interval` may reach further. Null for
   * every other; absent in files of older versions.
   */
  bound: z.number().nullable().optional(),
  /**
   * Worsening that would be a regression in 80 % of such runs, by the whole procedure up to the end of the budget and at the
   * noise that this one had; positive, in the terms of `change`. Null where no look was taken.
   */
  mde: z.number().nullable(),
  /** In the terms of `change`; null for what is not held to one. */
  tolerance: z.number().nullable(),
  /** Largest acceptable value of head, in `unit`; null for what is not held to one. */
  limit: z.number().nullable(),
  gating: z.boolean(),
  /** Blocks on which this verdict stands; of a limit, all in which it was measured. */
  blocks: z.int().nonnegative(),
  /** Earlier runs that have a figure of it, which are the samples; absent where it is not compared with any, and in files of older versions. */
  runs: z.int().nonnegative().optional(),
  /**
   * `change` as each block by itself has it, in their order; null: it has none. Of a latency whose word is that of all requests together,
   * theirs. For the reader. Absent where head was not compared with base block by block, and in files of older versions.
   */
  blockChanges: z.array(z.number().nullable()).optional(),
  /** One-sided sequential p-value of "it got worse", before Holm. */
  p: z.number().nullable(),
  /** Standard deviation of the block values (log scale): the noise that this run had. Against earlier runs: how far these lie apart. */
  sd: z.number().nullable(),
  /** Why, when the word alone does not say it. */
  reasons: z.array(Finding),
});
export type MetricVerdict = DeepReadonly<z.infer<typeof MetricVerdict>>;

/** One scenario of one server at several numbers of server cores. */
export const Scaling = z.strictObject({
  server: z.string(),
  /** As the user named it; the subjects are `scenario@cores`. */
  scenario: z.string(),
  points: z.array(
    z.strictObject({
      cores: z.int().positive(),
      /** Work per second. */
      base: z.number().nullable(),
      head: z.number().nullable(),
      /** (throughput / cores) over that of the fewest cores: 1 = scales perfectly. */
      baseEfficiency: z.number().nullable(),
      headEfficiency: z.number().nullable(),
      /** The load generator was the limit: the efficiency is at least this, unless it was so at the fewest cores, too. */
      limited: z.boolean(),
    }),
  ),
  /** Numbers of cores that were asked for and that this machine has not. */
  lacking: z.array(z.int().positive()),
});
export type Scaling = DeepReadonly<z.infer<typeof Scaling>>;

/** Connections of a hold scenario, summed over the blocks of each arm. */
export const HoldSummary = z.strictObject({
  asked: z.int(),
  opened: z.int(),
  refused: z.int(),
  timedOut: z.int(),
  dropped: z.int(),
  /** Medians over the blocks. */
  openMs: z.number(),
  connectP50Us: z.number(),
  connectP99Us: z.number(),
  connectMaxUs: z.number(),
});
export type HoldSummary = DeepReadonly<z.infer<typeof HoldSummary>>;

/** The noise of the machine as a subject met it. */
export const Noise = z.strictObject({
  /** Standard deviation of a block's log-ratio of throughput, to base or to the calibrator: what the pilot run led to expect, and what came. */
  expectedSd: z.number().nullable(),
  sd: z.number().nullable(),
  /** Coefficient of variation of the base arm's own throughput over the blocks; null without one. */
  baseCv: z.number().nullable(),
  /** Mean over the blocks; null where the machine does not report it. */
  steal: z.number().nullable(),
  /** Median over the blocks of wall over CPU time of the spins; null without any. */
  spin: z.number().nullable(),
  /** Blocks that were measured again because the machine was disturbed. */
  replaced: z.int().nonnegative(),
  /**
   * What all blocks of a run have in common, as a standard deviation of ln(cost ratio): the intervals of throughput and CPU time carry it. Absent where
   * they carry nothing, and in files of older versions.
   */
  runSd: z.number().positive().optional(),
});
export type Noise = DeepReadonly<z.infer<typeof Noise>>;

/** A series for the reader to look at: throughput over the windows or slices of one arm, in order. */
export const Picture = z.strictObject({
  arm: Arm,
  /** What is seen: the warm-up of the pilot run, or the slices of a block. */
  of: z.enum(['warm-up', 'block']),
  perSecond: z.array(z.number().nonnegative()),
});
export type Picture = DeepReadonly<z.infer<typeof Picture>>;

/** Block values that fall into two groups: a server that comes up in one of two states. */
export const Modes = z.strictObject({
  metric: MetricName,
  /** Changes as in the metric's verdict, and how many blocks each stands for; the larger group first. */
  groups: z.array(z.strictObject({ change: z.number(), blocks: z.int().positive() })).length(2),
});
export type Modes = DeepReadonly<z.infer<typeof Modes>>;

/** A regression of another runner, and what this one says of it. */
export const Confirmation = z.strictObject({
  metric: MetricName,
  first: z.strictObject({
    change: z.number().nullable(),
    interval: z.tuple([z.number(), z.number()]).nullable(),
    blocks: z.int().nonnegative(),
  }),
  confirmed: z.boolean(),
});
export type Confirmation = DeepReadonly<z.infer<typeof Confirmation>>;

/** How far the answers of both arms were compared with each other. */
export const AnswersCompared = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('compared'),
    /** What was asked: as the load asks, or a plain GET of a load tool's `{url}`. */
    by: z.enum(['load', 'url']),
    /** Kinds of requests of the load, and those of them that both arms were asked. */
    kinds: z.int().nonnegative(),
    compared: z.int().nonnegative(),
    /** Different ids, rows and new values among them; null in measurements of older versions. */
    values: z.int().nonnegative().nullable(),
    base: z.int().nonnegative(),
    head: z.int().nonnegative(),
  }),
  z.strictObject({
    kind: z.literal('not'),
    /** `none-came`: to a question beside the load. `one-arm`: only head ran. The others: `asked-answers.ts`. */
    why: z.enum(['ignored', 'echo', 'fan-out', 'no-url', 'websocket-tool', 'one-arm', 'none-came']),
  }),
]);
export type AnswersCompared = DeepReadonly<z.infer<typeof AnswersCompared>>;

export const SubjectVerdict = SubjectId.extend({
  /** Of a versus: what the two are called. Absent where two builds of one server are compared. */
  names: z.strictObject({ base: z.string(), head: z.string() }).optional(),
  /** How whoever reads of it writes settings. Absent: in a config file, or it is not known. */
  form: Form.optional(),
  /** Of a comparison with earlier runs; absent in every other. */
  past: z
    .strictObject({
      /** Where they were read from, in words. */
      from: z.string(),
      /** How many of them count. */
      runs: z.int().nonnegative(),
      /** Of those that else would, how many lie far from all others. Absent in verdicts of before. */
      odd: z.int().nonnegative().optional(),
      /** When the oldest of these was; null where none counts. */
      since: z.string().nullable(),
      /** What they must have in common with this run. */
      fingerprint: z.strictObject({ hash: z.string(), parts: z.record(z.string(), z.string()) }),
    })
    .optional(),
  verdict: VerdictWord,
  blocks: z.int().nonnegative(),
  metrics: z.array(MetricVerdict),
  /** Why it has this verdict: what broke, what stands in the way, and what each undecided metric says of itself. */
  reasons: z.array(Finding),
  /** Of an invalid subject: what would mend it, where that is recognised. Absent in files of older versions. */
  cure: Cure.nullable().optional(),
  /** What to distrust, and what would help, whatever the verdict is. */
  warnings: z.array(Finding),
  noise: Noise,
  /** Why the server is called unsteady; none when it is not. */
  pictures: z.array(Picture),
  modes: z.array(Modes),
  /** Of a confirmation: one for each regression of the first measurement. */
  confirmations: z.array(Confirmation),
  /** Absent where nothing was measured, and in files of older versions. */
  answers: AnswersCompared.optional(),
  /** What ran beside the servers and belongs to them; absent where nothing did. */
  beside: z.array(Neighbour).optional(),
  /** How the arms met: `live`, both at once; `exclusive`, one after the other. */
  pairs: Pairs,
  /** What made the load, as it names itself; null when none was made. */
  engine: z.string().nullable(),
  /** Received over expected messages of a fan-out, per arm; null for other loads. */
  reach: z.strictObject({ base: z.number().nullable(), head: z.number().nullable() }).nullable(),
  /** Connections of a hold scenario, per arm; null for other loads. */
  hold: z.strictObject({ base: HoldSummary.nullable(), head: HoldSummary.nullable() }).nullable(),
  /** autocannon's opening burst, per arm; null where it cannot speak the protocol. */
  burst: z.strictObject({ base: BurstResult.nullable(), head: BurstResult.nullable() }),
  /** What both builds spend their time on, taken after the verdict, which does not rest on it; absent where none was taken. */
  profile: SubjectProfile.optional(),
  /** For an inconclusive subject: measuring time that would probably decide it. */
  budgetNeededMs: z.number().nullable(),
});
export type SubjectVerdict = DeepReadonly<z.infer<typeof SubjectVerdict>>;

export const Verdict = z.strictObject({
  schemaVersion: z.literal(SCHEMA.verdict),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  verdict: VerdictWord,
  subjects: z.array(SubjectVerdict),
  /** Scenarios that ran at several numbers of server cores; none for others. */
  scaling: z.array(Scaling),
  /** In the order of the experiment. Absent in files of older versions. */
  claims: z.array(ClaimVerdict).optional(),
  /** Of a comparison of servers; absent in every other. */
  versus: Versus.optional(),
  startedAt: z.string(),
  seed: z.int(),
  /** `pairs`: base and head alive at once. `past`: head and the calibrator alive at once, against earlier runs. `alone`: head only. */
  design: z.enum(['pairs', 'past', 'alone']),
  falseAlarmRate: z.number(),
  budgetMs: z.number(),
  /** What the job fails for besides a regression and a broken measurement. Absent in files of older versions. */
  failsOn: z.strictObject({ inconclusive: z.boolean(), noBaseline: z.boolean() }).optional(),
  /** A regression that another runner has yet to confirm: it does not block. */
  awaitsConfirmation: z.boolean(),
  /** When and on what the first measurement of this confirmation was made; null when this is a first one. */
  confirmationOf: z.strictObject({ startedAt: z.string(), cpuModel: z.string() }).nullable(),
  /** Earlier attempts whose blocks are counted in. */
  attempts: z.array(
    z.strictObject({
      startedAt: z.string(),
      cpuModel: z.string(),
      /** Of all subjects, those of the attempts before it among them. */
      blocks: z.number(),
    }),
  ),
  environment: Environment,
  cores: Cores,
  sources: z.strictObject({ base: ArmSource.nullable(), head: ArmSource }),
  /** Whose config was applied, and what the change alters in base's. Absent where there was none to compare with. */
  bar: Bar.optional(),
  /** Flags of the command line that give this experiment again, budget and seed apart. */
  flags: z.array(z.string()),
  /** The exact commands and requests, for repeating the run by hand. */
  commands: z.array(
    z.strictObject({
      subject: z.string(),
      build: z.string().nullable(),
      start: z.string(),
      load: z.string(),
    }),
  ),
});
export type Verdict = DeepReadonly<z.infer<typeof Verdict>>;
