/** What the report makes of the judge's findings, for tests that hold the sentences to the cases they are meant for. */
import type { Finding } from '../../src/judge/findings/finding.ts';
import type { MetricVerdict, SubjectVerdict } from '../../src/judge/verdict/verdict.ts';
import { findingText, metricReason, subjectReason } from '../../src/report/findings/finding.ts';

/** Null where there is no finding. */
export function textOf(finding: Finding | null | undefined): string | null {
  return finding ? findingText(finding) : null;
}

export function reasonOf(subject: SubjectVerdict | undefined): string | null {
  return subject === undefined ? null : subjectReason(subject);
}

export function metricReasonOf(metric: MetricVerdict | undefined): string | null {
  return metric === undefined ? null : metricReason(metric);
}

export function warningsOf(subject: { warnings: readonly Finding[] } | undefined): string[] {
  return (subject?.warnings ?? []).map((warning) => findingText(warning));
}

/** A finding whose sentence is this text: a failure that quotes a message from elsewhere. */
export function quoting(message: string): Finding {
  return { code: 'failed', severity: 'error', subject: null, data: { message } };
}
