/** A verdict that turned out to be worth nothing, for a reason that no measurement shows. Pure. */
import type { Finding } from './findings/finding.ts';
import type { Verdict } from './verdict.ts';

/** Every subject becomes invalid for this reason; the figures stay, for whoever wants to see what was there. */
export function invalidated(verdict: Verdict, reason: Finding): Verdict {
  return {
    ...verdict,
    verdict: 'invalid',
    awaitsConfirmation: false,
    subjects: verdict.subjects.map((subject) => ({
      ...subject,
      verdict: 'invalid',
      reasons: [reason],
      metrics: subject.metrics.map((metric) => ({ ...metric, verdict: 'invalid', reasons: [] })),
      budgetNeededMs: null,
    })),
  };
}
