/** Verdict → `verdict.json`: what the judge said, and beside each finding the sentence that it stands for. */
import type { Finding } from '../judge/findings/finding.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import { toJson } from '../system/results/results.ts';
import { findingText } from './findings/finding.ts';
import { namesOf, type Words } from './wording/names.ts';

/** The bytes of the file. Whoever reads it again goes by the codes; the sentences are for other programs. */
export function verdictFile(verdict: Verdict): string {
  return toJson({
    ...verdict,
    subjects: verdict.subjects.map((subject) => {
      const told = withMessages(namesOf(subject));
      return {
        ...subject,
        metrics: subject.metrics.map((metric) => ({
          ...metric,
          reasons: metric.reasons.map(told),
        })),
        reasons: subject.reasons.map(told),
        warnings: subject.warnings.map(told),
      };
    }),
  } satisfies Verdict);
}

function withMessages(names: Words): <Kind extends Finding>(finding: Kind) => Kind {
  return (finding) => ({ ...finding, message: findingText(finding, names) });
}
