/** Verdict → `verdict.json`: what the judge said, and beside each finding the sentence that it stands for. */
import type { Finding } from '../judge/findings/finding.ts';
import type { Verdict } from '../judge/verdict.ts';
import { toJson } from '../system/results.ts';
import { findingText } from './text/finding.ts';

/** The bytes of the file. Whoever reads it again goes by the codes; the sentences are for other programs. */
export function verdictFile(verdict: Verdict): string {
  return toJson({
    ...verdict,
    subjects: verdict.subjects.map((subject) => ({
      ...subject,
      metrics: subject.metrics.map((metric) => ({
        ...metric,
        reasons: metric.reasons.map(withMessage),
      })),
      reasons: subject.reasons.map(withMessage),
      warnings: subject.warnings.map(withMessage),
    })),
  } satisfies Verdict);
}

function withMessage<Kind extends Finding>(finding: Kind): Kind {
  return { ...finding, message: findingText(finding) };
}
