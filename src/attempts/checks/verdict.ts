/** Whether a verdict can be: its words agree from the metrics up to the job. Whoever renders a file asks here first. Pure. */
import { subjectName } from '../../config/experiment/experiment.ts';
import { jobVerdict } from '../../judge/verdict/job-verdict.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { checkAnswers } from './claims.ts';
import {
  type Contradiction,
  type Contradictions,
  differs,
  quoted,
  repeated,
  tooMany,
} from './contradiction.ts';
import { absurdNumbers } from './numbers.ts';

const SUBJECTS_AT_MOST = 1000;

/** The first thing in it that cannot be; null when `judge` may have said it. */
export function impossibleInVerdict(verdict: Verdict): Contradiction | null {
  for (const found of contradictions(verdict)) return found;
  return null;
}

function* contradictions(verdict: Verdict): Contradictions {
  const { subjects, startedAt, attempts, sources, design } = verdict;
  yield* absurdNumbers('environment', verdict.environment);
  yield* absurdNumbers('attempts', attempts);
  if (Number.isNaN(Date.parse(startedAt))) {
    yield { at: 'startedAt', message: `${quoted(startedAt)} is no time` };
  }
  yield* tooMany('subjects', subjects.length, SUBJECTS_AT_MOST, 'subjects');
  yield* repeated('subjects', subjects.map(subjectName), 'subject');
  const word = jobVerdict(subjects.map((subject) => subject.verdict));
  yield* differs('verdict', verdict.verdict, word, 'that of its subjects together is');
  if (verdict.awaitsConfirmation && word !== 'regression') {
    yield { at: 'awaitsConfirmation', message: 'there is no regression that could wait' };
  }
  if (design !== 'alone' && sources.base === null && subjects.some(isCompared)) {
    yield { at: 'sources.base', message: 'nothing is known of what head was compared with' };
  }
  for (const [i, subject] of subjects.entries()) yield* checkSubject(`subjects.${i}`, subject);
  yield* checkAnswers(verdict);
}

function isCompared({ verdict }: SubjectVerdict): boolean {
  return verdict === 'regression' || verdict === 'improvement' || verdict === 'unchanged';
}

function* checkSubject(at: string, subject: SubjectVerdict): Contradictions {
  const { metrics, verdict, noise } = subject;
  yield* repeated(
    `${at}.metrics`,
    metrics.map(({ name }) => name),
    'metric',
  );
  yield* absurdNumbers(`${at}.noise`, noise);
  const gating = metrics.filter((metric) => metric.gating).map((metric) => metric.verdict);
  if (isCompared(subject) && !gating.includes(verdict)) {
    yield { at: `${at}.verdict`, message: `it is ${verdict}, which none of its gating metrics is` };
  }
  for (const [i, metric] of metrics.entries()) {
    yield* checkMetric(`${at}.metrics.${i}`, metric, subject);
  }
}

function* checkMetric(
  at: string,
  metric: MetricVerdict,
  { blocks }: SubjectVerdict,
): Contradictions {
  const { interval, p, sd, mde } = metric;
  if (metric.blocks > blocks) {
    yield { at: `${at}.blocks`, message: `it is ${metric.blocks} of ${blocks} blocks` };
  }
  if (interval !== null && interval[0] > interval[1]) {
    yield { at: `${at}.interval`, message: 'its lower end is above its upper end' };
  }
  if (p !== null && (p < 0 || p > 1)) yield { at: `${at}.p`, message: `${p} is no probability` };
  for (const [key, value] of Object.entries({ sd, mde })) {
    if (value !== null && value < 0)
      yield { at: `${at}.${key}`, message: `it is below zero (${value})` };
  }
}
