/** What can be said while the measurement is still running. */
import { subjectName } from '../config/experiment.ts';
import type { Emit, MetricSoFar } from '../measure/events.ts';
import type { Measurement, SubjectMeasurement } from '../measure/measurement.ts';
import { type Judgement, judge } from './judge.ts';
import type { MetricVerdict } from './verdict.ts';

type Event = Parameters<Emit>[0];

/**
 * The events of a look: each measured subject's figures, and whose verdict is final now. Subjects
 * in `told` are left out; those that became final are added to it.
 */
export function lookEvents({ verdict, open }: Judgement, told: Set<string>): Event[] {
  const events: Event[] = [];
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
    if (open.has(name)) continue;
    told.add(name);
    const { verdict, blocks, reason } = subject;
    events.push({ type: 'resolved', subject: name, verdict, blocks, reason });
  }
  return events;
}

/** Estimates of one subject after its latest block; the others are not looked at. */
export function soFar(measurement: Measurement, subject: SubjectMeasurement): MetricSoFar[] {
  const name = subjectName(subject);
  const plans = measurement.plan.subjects.filter((other) => subjectName(other) === name);
  const alone = {
    ...measurement,
    plan: { ...measurement.plan, subjects: plans },
    subjects: [subject],
  };
  return judge(alone).subjects.flatMap(({ metrics }) => metrics.map(figuresOf));
}

function figuresOf(metric: MetricVerdict): MetricSoFar {
  const { name, work, unit, comparison, head, change, interval, limit, gating } = metric;
  return { name, work, unit, comparison, head, change, interval, limit, gating };
}
