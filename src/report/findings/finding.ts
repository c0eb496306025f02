/** Findings → English. The judge says what it found by codes and figures; this is the one place that makes sentences of them. */
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { Finding, FindingCode, FindingOf } from '../../judge/findings/finding.ts';
import { BUILDS } from '../../terms/arm.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { type Words, workIn } from '../wording/names.ts';
import { CLAIM_SENTENCES } from './claim-findings.ts';
import { HEALTH_SENTENCES, noExcuse } from './health-findings.ts';
import { METRIC_SENTENCES } from './metric-findings.ts';
import { SUBJECT_SENTENCES } from './subject-findings.ts';

const SENTENCES: {
  [Code in FindingCode]: (finding: FindingOf<Code>, names: Words) => string;
} = {
  ...SUBJECT_SENTENCES,
  ...METRIC_SENTENCES,
  ...HEALTH_SENTENCES,
  ...CLAIM_SENTENCES,
};

/** Doubts that both arms met alike: beside a regression they explain nothing. */
const NO_EXCUSES: readonly FindingCode[] = [
  'machine-too-disturbed',
  'impossible-in-flight',
  'never-steady',
  'order-matters',
];

/**
 * One finding as a sentence, or as the part of one that may follow a metric's name. `names`: of the two that are compared, with the form
 * of settings.
 */
export function findingText(finding: Finding, names: Words = BUILDS): string {
  const sentence = SENTENCES[finding.code] as (finding: Finding, names: Words) => string;
  const text = sentence(finding, names);
  const isWarning = finding.severity === 'warning' && NO_EXCUSES.includes(finding.code);
  return isWarning ? `${text}. ${noExcuse(finding, names)}` : text;
}

/** Why a metric has its verdict; null when there is nothing to say. */
export function metricReason(
  { reasons }: { reasons: readonly Finding[] },
  names: Words = BUILDS,
): string | null {
  if (reasons.length === 0) return null;
  return reasons.map((finding) => findingText(finding, names)).join('; ');
}

/** Why a subject has its verdict, what its metrics say with their names; null when there is nothing to say. */
export function subjectReason(
  { reasons }: { reasons: readonly Finding[] },
  names: Words = BUILDS,
): string | null {
  if (reasons.length === 0) return null;
  let before: Finding['subject'] = null;
  const parts = reasons.map((finding) => {
    const { subject } = finding;
    const isNamed = subject !== before && isMetric(subject);
    before = subject;
    const label = isNamed ? `${metricLabel({ name: subject, work: workIn(names) })}: ` : '';
    return `${label}${findingText(finding, names)}`;
  });
  return parts.join('; ');
}

function isMetric(subject: Finding['subject']): subject is MetricName {
  return subject !== null && subject !== 'base' && subject !== 'head';
}
