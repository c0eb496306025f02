/** Findings that leave a subject without any verdict on its speed, or that are about the comparison as a whole. */
import * as z from 'zod';
import { Arm } from '../../terms/arm.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { Work } from '../../terms/metric-terms.ts';
import { finding } from './define.ts';

/** Answers of one arm that were not as expected. */
export const Failing = z.strictObject({
  failed: z.int(),
  attempted: z.int(),
  /** Why one of them was not; null when that is not known. */
  example: z.string().nullable(),
  /** All of these that are known are of this one kind, and `share` of the load is; absent: of several, or of the only kind. */
  only: z.strictObject({ request: z.string(), share: z.number() }).optional(),
});
export type Failing = DeepReadonly<z.infer<typeof Failing>>;

/** What was asked for. `load`: as the configuration names it. */
const asked = { work: Work, load: z.string() };

/** `needed`: as many earlier runs as there must be; `left`: those that are none, by why; `differs`: from the newest one of another fingerprint. */
const tooFewRuns = {
  from: z.string(),
  runs: z.int(),
  needed: z.int(),
  left: z.strictObject({
    other: z.int(),
    beforeStep: z.int(),
    beforeLevel: z.int(),
    red: z.int(),
    /** Absent in verdicts of before. */
    odd: z.int().optional(),
  }),
  /** When the machine last became another one, by the calibrator's own rates. */
  steppedAt: z.string().nullable(),
  differs: z.array(z.strictObject({ part: z.string(), was: z.string(), is: z.string() })),
};

export const SUBJECT_FINDINGS = [
  /** `message`: what was met, as the part that met it says it, with foreign output below the first line. */
  finding('failed', ['error'], z.null(), { message: z.string() }),
  /** `isHttp`: what is expected can be set. */
  finding('answers-broken', ['error'], z.null(), {
    ...asked,
    base: Failing.nullable(),
    head: Failing,
    isHttp: z.boolean(),
  }),
  finding('base-answers-broken', ['error'], z.literal('base'), { ...asked, base: Failing }),
  finding('some-answers-wrong', ['warning'], Arm, { ...asked, ...Failing.shape }),
  finding('head-alone', ['error'], z.null(), {}),
  /** Too few earlier runs count, and somebody wants to know how head compares with them. */
  finding('history-too-short', ['doubt'], z.null(), tooFewRuns),
  /** Too few of them, yet, and this run is to be one of them: nobody asked it how head compares. */
  finding('history-gathering', ['note'], z.null(), tooFewRuns),
  /** The calibrator is faster (above 0) or slower than in the earlier runs: by this share. */
  finding('machine-stepped', ['doubt', 'warning'], z.null(), { change: z.number() }),
  /** `isKept`: what is measured of it is kept in the history all the same. */
  finding('not-calibrated', ['error'], z.null(), {
    load: z.string(),
    isKept: z.boolean().optional(),
  }),
  finding('no-judged-metric', ['doubt'], z.null(), {}),
  finding('same-machine', ['warning'], z.null(), {}),
  /** More than a third of a block is neither slices nor phases: to start and stop, and to warm up, and the budget holds few blocks. `share`: of the block. */
  finding('start-up-eats-budget', ['warning'], z.null(), {
    startMs: z.number(),
    warmUpMs: z.number(),
    share: z.number(),
    blocks: z.int(),
  }),
  /** Blocks that there are, and those of the plan. */
  finding('stopped-by-job-budget', ['warning'], z.null(), {
    measured: z.int(),
    planned: z.int(),
    jobBudgetMs: z.number(),
  }),
] as const;
