/** Verdict → exit code: the contract with shells and with GitHub. */

import type { Gate } from '../config/experiment.ts';
import type { VerdictWord } from '../terms/verdict-word.ts';
import { isSameCode } from './same-code.ts';
import type { Verdict } from './verdict.ts';
import { jobVerdict } from './verdict-order.ts';

/** What the process exits with for each outcome. */
export const EXIT = {
  ok: 0,
  regression: 1,
  usage: 2,
  invalid: 3,
  undecided: 4,
} as const;

type Switches = Pick<Gate, 'failOnInconclusive' | 'failOnNoBaseline'>;

/**
 * A regression that another runner has yet to confirm fails nothing, and hides nothing either: then the job exits as
 * its other subjects would have it.
 */
export function exitCode(
  {
    verdict,
    awaitsConfirmation,
    subjects,
    ...comparison
  }: Pick<Verdict, 'verdict' | 'awaitsConfirmation' | 'design' | 'sources'> & {
    subjects: readonly { verdict: VerdictWord }[];
  },
  gate: Switches,
): number {
  // No later run of such a change could have a baseline: it would be red for ever.
  if (verdict === 'no-baseline' && isSameCode(comparison)) return EXIT.ok;
  if (!awaitsConfirmation) return codeOf(verdict, gate);
  const failing = subjects
    .map((one) => one.verdict)
    .filter((word) => word !== 'regression' && codeOf(word, gate) !== EXIT.ok);
  return failing.length === 0 ? EXIT.ok : codeOf(jobVerdict(failing), gate);
}

function codeOf(verdict: VerdictWord, gate: Switches): number {
  switch (verdict) {
    case 'regression':
      return EXIT.regression;
    case 'invalid':
      return EXIT.invalid;
    case 'inconclusive':
      return gate.failOnInconclusive ? EXIT.undecided : EXIT.ok;
    case 'no-baseline':
      return gate.failOnNoBaseline ? EXIT.undecided : EXIT.ok;
    case 'improvement':
    case 'unchanged':
      return EXIT.ok;
  }
}
