/** What the pipeline tells anyone who listens while it runs. Nothing that it decides depends on this. */

import type { MetricName } from '../../config/experiment/metrics.ts';
import type { Form } from '../../config/settings/spelling.ts';
import type { Printed } from '../../system/messages/printed.ts';
import type { Arm, ArmNames } from '../../terms/arm.ts';
import type { Comparison, MetricUnit, Work } from '../../terms/metric-terms.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import type { Fitted } from '../observed/fitted.ts';

/** Estimate of one metric so far, in the words and units of the verdict (`MetricVerdict` says what each is). */
export interface MetricSoFar {
  name: MetricName;
  work: Work;
  unit: MetricUnit;
  comparison: Comparison;
  head: number | null;
  change: number | null;
  interval: readonly [number, number] | null;
  limit: number | null;
  gating: boolean;
}

/**
 * One thing that happened. `atMs`: when, on any one monotonic clock of the sender's choice.
 * `subject` is written `server/scenario` (`subjectName`).
 */
export type GateEvent = { atMs: number } & (
  | { type: 'started'; subjects: string[]; budgetMs: number }
  /** Worth a line while the trees are found and placed. */
  | { type: 'note'; message: string }
  /** `arm`: null of a contender, whose name is in `server`. */
  | { type: 'building'; server: string; arm: Arm | null }
  | { type: 'build-line'; server: string; arm: Arm | null; line: string }
  | { type: 'built'; server: string; arm: Arm | null; ok: boolean }
  | { type: 'pilot-started'; subject: string }
  /** What the pilot run does now: it has no line of its own, and is told where nothing else is for a while. */
  | { type: 'pilot-step'; step: string }
  /** The load is made smaller for a slow server, or one that keeps threads for idle connections, from now on; or should be. */
  | { type: 'fitted'; subject: string; fitted: Fitted; names: ArmNames; form?: Form }
  /** `rates`: of each arm, by what reports call it. */
  | { type: 'pilot-done'; subject: string; work: Work; rates: Readonly<Record<string, number>> }
  /** `looks`: as in the plan, ascending. `blockMs`: expected length of one block. */
  | {
      type: 'planned';
      subject: string;
      looks: readonly number[];
      blockMs: number;
      /** Drop in throughput that would be red in 80 % of such runs, where the pilot run tells. */
      visible: number | null;
      isVersus?: boolean;
    }
  | { type: 'block-started'; subject: string; index: number }
  /** `index`: of the block that has just ended, from 0. */
  | { type: 'block-done'; subject: string; index: number; soFar?: readonly MetricSoFar[] }
  | {
      type: 'look';
      subject: string;
      blocks: number;
      metrics: readonly (MetricSoFar & { verdict: VerdictWord })[];
      /** Servers are compared: then no word is good or bad. */
      isVersus?: boolean;
    }
  /** The subject needs no more blocks, or got no more. */
  | {
      type: 'resolved';
      subject: string;
      verdict: VerdictWord;
      blocks: number;
      reason: string | null;
      isVersus?: boolean;
    }
  | { type: 'warning'; subject: string | null; message: string }
  /** Foreign text beside a failure or a warning, which comes with its own event: nobody prints it twice. */
  | { type: 'printed'; printed: Printed }
  | { type: 'finished'; verdict: VerdictWord; isVersus?: boolean }
  /** Nothing happened, but time passed. */
  | { type: 'tick' }
);

/** An event without its time, and whoever adds the time and passes it on. */
type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'atMs'> : never;
export type Emit = (event: WithoutTime<GateEvent>) => void;
