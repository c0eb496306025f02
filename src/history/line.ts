/**
 * One line of a history: what one run found of one subject. Histories are read by versions of the program that did not
 * write them, so nothing here may change its meaning within a form.
 */
import * as z from 'zod';
import type { DeepReadonly } from '../terms/deep-readonly.ts';
import { VerdictWord } from '../terms/verdict-word.ts';

/**
 * The form that this version writes. A new key that may be absent needs no new one: older versions leave out what they do
 * not know. A key that is removed, or means something else, does.
 */
export const LINE_FORM = 1;

/** No text of a line is longer; it may have been written by anybody who may write to the store. */
export const TEXT_AT_MOST = 300;
/** Commits of one push; a push of more pull requests names the first ones. */
export const PULLS_AT_MOST = 200;
const NAMES_AT_MOST = 64;

/** Text of one line that moves no cursor, ends no line and changes no direction of writing. */
const text = z
  .string()
  .min(1)
  .max(TEXT_AT_MOST)
  .regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]*$/u, 'has control characters');
const commit = z.string().regex(/^[0-9a-f]{7,64}$/, 'is no commit id');
/** Names that are keys of an object: of metrics, and of the parts of a fingerprint. */
const key = z.string().regex(/^[a-z][A-Za-z0-9.-]{0,63}$/, 'is no name');

/** ln of a ratio; e^±50 is more than any two rates of one machine can differ by. */
const log = z.number().gte(-50).lte(50);

const change = z.object({
  /** ln(head / what it was compared with) of the value itself, whichever way is good: throughput 5 % lower = −0.051, CPU time 5 % more = +0.049. */
  log,
  /** 95 % interval of `log`, the lower end first; null where there were too few blocks or runs for one. */
  interval: z.tuple([log, log]).nullable(),
  /**
   * Standard error of `log` over the blocks of the run. The interval is wider than that says: it makes up for when the run stopped. Absent in lines
   * of before, and where it is not of blocks.
   */
  se: z.number().nonnegative().lte(100).optional(),
});

export const HistoryMetric = z.object({
  /** Of `head` and `base`: `req/s`, `msg/s`, `s`, `B`, `B/1k` (bytes per 1,000 pieces of work), `share`; an imported one has its own. */
  unit: text,
  /** Which way is good. */
  better: z.enum(['higher', 'lower']),
  /** The run's word for this metric; `null` where it was only shown, or imported. */
  word: VerdictWord.nullable(),
  /** It could fail the job. */
  gating: z.boolean(),
  /** Typical value of head in this run, in `unit`; raw, so another machine gives another. Null: not measured. */
  head: z.number().nullable(),
  /** The same of the commit that `base` of the line names; null where none was measured beside it. */
  base: z.number().nullable(),
  /**
   * Head against base, both measured in this run. Null where base was not measured, and for metrics that are compared by
   * difference.
   */
  ratio: change.nullable(),
  /** Head against the calibrator, measured in live pairs in this run; null where there was none. */
  calibrated: z
    .object({
      /** Mean over blocks of ln(head / the calibrator's work) of the value itself, as in `ratio`. */
      log,
      /** Likewise of its light path against its work. */
      light: log,
      /** Standard deviation of the blocks' values of `log`. */
      sd: z.number().nonnegative().lte(100),
      blocks: z.int().positive(),
      /** What rare stalls and rare work cost beyond `log`, as ln(cost ratio); absent in lines of before, and where it cannot be told. */
      rare: log.optional(),
    })
    .nullable(),
  /** Tolerance (a share) or limit that a gating metric was held to in this run, whoever had set it. Absent in lines of before, and where there was none. */
  heldTo: z.number().nonnegative().optional(),
  /** True: shown to be worse than what it was compared with, be it within that or not. */
  worse: z.literal(true).optional(),
  /** Head against what the earlier runs led to expect of it; absent in lines of before, and where it was not compared with these. */
  expected: change.optional(),
});
export type HistoryMetric = DeepReadonly<z.infer<typeof HistoryMetric>>;

/** What the figures of two runs must have in common before they may be compared. */
export const HistoryFingerprint = z.object({
  /** SHA-256 of `parts`, in hexadecimal digits; or its beginning, 12 at least. */
  hash: z.string().regex(/^[0-9a-f]{12,64}$/, 'is no hash'),
  /** In words, by name: `cpu`, `kernel`, `runtime` and so on. */
  parts: z.record(key, z.string().max(TEXT_AT_MOST * 4)),
});
export type HistoryFingerprint = DeepReadonly<z.infer<typeof HistoryFingerprint>>;

export const HistoryCalibrator = z.object({
  /** Of the server's files: another one is another ruler. */
  hash: z.string().regex(/^[0-9a-f]{12,64}$/, 'is no hash'),
  /** Requests per second of its own, in this run, by path: a step of these is a step of the machine. */
  rates: z.object({
    work: z.number().positive().nullable(),
    light: z.number().positive().nullable(),
  }),
});
export type HistoryCalibrator = DeepReadonly<z.infer<typeof HistoryCalibrator>>;

const HistorySubject = z.object({ server: text, scenario: text });

export const HistoryLine = z.object({
  form: z.literal(LINE_FORM),
  /** As in the config of that run. */
  subject: HistorySubject,
  /** When the run began: ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** Version of the program that wrote the line. */
  tool: text,
  /** What was measured as head. */
  commit,
  /** What `base` and `ratio` of the metrics are of: the commit that was measured beside head. Null: none was. */
  base: commit.nullable(),
  /** Where the branch was before the push: the run stands for all commits of `before..commit`. Null where that is not known. */
  before: commit.nullable(),
  /**
   * The user named `base`, and it is not where the branch was before: such as a release. The run says how head compares with that, and
   * nothing of when the branch changed.
   */
  reference: z.literal(true).optional(),
  /** Numbers of the pull requests that came with these commits, oldest first. */
  pulls: z.array(z.int().positive()).max(PULLS_AT_MOST),
  /** The workflow run; null on somebody's own machine. A later attempt at a run replaces the earlier one's lines. */
  run: z
    .object({
      id: z.int().positive(),
      attempt: z.int().positive(),
      /** Which of its jobs, where several measure subjects of the same names. Runs of two jobs are never compared. */
      job: text.nullish(),
      /** Name of its workflow, and the event that started it, as GitHub has them. */
      workflow: text.optional(),
      event: text.optional(),
      /** When its first attempt began, where this is a later one and that one's line was known; ISO 8601, UTC. */
      begun: z.iso.datetime().optional(),
      /** Address of its page. */
      url: z
        .url({ protocol: /^https?$/ })
        .max(TEXT_AT_MOST)
        .nullable(),
    })
    .nullable(),
  /** Null: not known, so that it can be compared with nothing. */
  fingerprint: HistoryFingerprint.nullable(),
  /** The run's word for this subject. */
  verdict: VerdictWord,
  /** Fewer earlier runs counted than a comparison needs. Absent in lines of before, and where there were enough or none were asked. */
  tooFew: z.literal(true).optional(),
  /** Somebody who may decide it has taken the slowdown on purpose: the run is a baseline whatever its verdict was. */
  accepted: z.object({ reason: text }).nullable(),
  /** By name as in the config. */
  metrics: z
    .record(key, HistoryMetric)
    .refine((all) => Object.keys(all).length <= NAMES_AT_MOST, 'has too many metrics'),
  calibrator: HistoryCalibrator.nullable(),
  /** Program that the figures were imported from; absent or null: ours. Imported ones are shown and never compared with. */
  imported: text.nullish(),
});
export type HistoryLine = DeepReadonly<z.infer<typeof HistoryLine>>;

/** As it stands in a file, its line end included. Only known keys, in the order above. */
export function lineText(line: HistoryLine): string {
  return `${JSON.stringify(HistoryLine.parse(line))}\n`;
}

/** One may be called `constructor`. */
export function metricIn(
  { metrics }: Pick<HistoryLine, 'metrics'>,
  name: string,
): HistoryMetric | undefined {
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}

/** When the run began, whichever of its attempts the line is of: ISO 8601, UTC. A run has this place among the others. */
export function begunAt({ run, at }: Pick<HistoryLine, 'run' | 'at'>): string {
  return run?.begun ?? at;
}

/** Null: of the only job, or on somebody's own machine. */
export function jobOf({ run }: Pick<HistoryLine, 'run'>): string | null {
  return run?.job ?? null;
}

/** Two lines with the same key are of the same run: of a job of a workflow run whatever its attempt, else of one moment and commit. */
export function runKey({
  run,
  at,
  commit,
  imported,
}: Pick<HistoryLine, 'run' | 'at' | 'commit' | 'imported'>): string {
  if (run !== null) return run.job == null ? `run ${run.id}` : `run ${run.id} ${run.job}`;
  return `${imported ?? 'own'} ${at} ${commit}`;
}
