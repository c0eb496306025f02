/** A verdict that turned out to be worth nothing, for a reason that no measurement shows. Pure. */
import type { Verdict } from './verdict.ts';

/** Every subject becomes invalid for this reason; the figures stay, for whoever wants to see what was there. */
export function invalidated(verdict: Verdict, reason: string): Verdict {
  return {
    ...verdict,
    verdict: 'invalid',
    awaitsConfirmation: false,
    subjects: verdict.subjects.map((subject) => ({
      ...subject,
      verdict: 'invalid',
      reason,
      metrics: subject.metrics.map((metric) => ({ ...metric, verdict: 'invalid', reason: null })),
      budgetNeededMs: null,
    })),
  };
}
