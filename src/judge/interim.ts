/** What can be said while the measurement is still running. */
import { subjectName } from '../config/experiment/experiment.ts';
import type { Measurement, SubjectMeasurement } from '../measure/observed/measurement.ts';
import type { Emit, MetricSoFar } from '../measure/told/events.ts';
import { type NextBlock, WHOLE_BLOCK } from './figures/parts.ts';
import { type Finding, OTHER_ANSWERS } from './findings/finding.ts';
import { type Judgement, judgement } from './judge.ts';
import type { MetricVerdict } from './verdict/verdict.ts';

type Told = Parameters<Emit>[0];
/** As the events of the run, but the reasons are still findings. */
export type LookEvent =
  | Extract<Told, { type: 'look' }>
  /** It goes on, but what it answers stands in the way of a pass already. */
  | { type: 'answers-doubted'; subject: string; reasons: readonly Finding[] }
  | (Omit<Extract<Told, { type: 'resolved' }>, 'reason'> & { reasons: readonly Finding[] });

/**
 * The events of a look: each measured subject's figures, and whose verdict is final now. Subjects
 * in `told` are left out; those that became final are added to it, and whose answers are doubted, so that this is said once.
 */
export function lookEvents({ verdict, open }: Judgement, told: Set<string>): LookEvent[] {
  const events: LookEvent[] = [];
  for (const subject of verdict.subjects) {
    const name = subjectName(subject);
    if (told.has(name)) continue;
    const metrics = subject.metrics.map((metric) => ({
      ...figuresOf(metric),
      verdict: metric.verdict,
    }));
    if (subject.blocks > 0) {
      events.push({ type: 'look', subject: name, blocks: subject.blocks, metrics });
    }
    if (open.has(name)) {
      // What whoever waits can mend at once.
      const reasons = subject.reasons.filter(({ code }) => OTHER_ANSWERS.includes(code));
      const once = `${name}, its answers`;
      // After the pilot run alone, what differs from start to start (a number of a process) still looks like a difference.
      if (subject.blocks > 0 && reasons.length > 0 && !told.has(once)) {
        told.add(once);
        events.push({ type: 'answers-doubted', subject: name, reasons });
      }
      continue;
    }
    told.add(name);
    const { verdict, blocks, reasons } = subject;
    events.push({ type: 'resolved', subject: name, verdict, blocks, reasons });
  }
  return events;
}

/** Of one subject after its latest block: its estimates, and what its next block must have. The others are looked at for claims alone. */
export function soFar(
  measurement: Measurement,
  subject: SubjectMeasurement,
): { figures: MetricSoFar[]; next: NextBlock } {
  const name = subjectName(subject);
  const plans = measurement.plan.subjects.filter((other) => subjectName(other) === name);
  const subjects = measurement.subjects.map((one) => (subjectName(one) === name ? subject : one));
  const within = { ...measurement, subjects };
  const alone = {
    ...measurement,
    plan: { ...measurement.plan, subjects: plans },
    subjects: [subject],
  };
  const { verdict, next } = judgement(alone);
  return {
    figures: verdict.subjects.flatMap(({ metrics }) => metrics.map(figuresOf)),
    // A claim may be about several subjects.
    next:
      (measurement.experiment.claims.length === 0 ? next : judgement(within).next).get(name) ??
      WHOLE_BLOCK,
  };
}

function figuresOf(metric: MetricVerdict): MetricSoFar {
  const { name, work, unit, comparison, head, change, interval, limit, gating } = metric;
  return { name, work, unit, comparison, head, change, interval, limit, gating };
}
