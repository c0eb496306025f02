/** Verdict → exit code: the contract with shells and with GitHub. */

import type { Gate } from '../../config/experiment/experiment.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import type { Finding } from '../findings/finding.ts';
import type { ClaimVerdict } from './claim-verdict.ts';
import { isOnlyKept } from './gathering.ts';
import { jobVerdict } from './job-verdict.ts';
import { isSameCode } from './same-code.ts';
import type { Verdict } from './verdict.ts';

/** What the process exits with for each outcome. */
export const EXIT = {
  ok: 0,
  regression: 1,
  usage: 2,
  invalid: 3,
  undecided: 4,
} as const;

type Switches = Pick<Gate, 'failOnInconclusive' | 'failOnNoBaseline'>;

type Ended = Pick<
  Verdict,
  'verdict' | 'awaitsConfirmation' | 'design' | 'sources' | 'claims' | 'versus'
> & {
  subjects: readonly { verdict: VerdictWord; reasons?: readonly Finding[] }[];
};

/** What is certain comes before what could not be told, and a refuted claim fails a job as a regression does. */
const GRAVEST = [EXIT.regression, EXIT.invalid, EXIT.undecided, EXIT.ok];

export function exitCode(ended: Ended, gate: Switches): number {
  // No later run of such a change could have a baseline, or answer a claim: it would be red for ever.
  if (ended.verdict === 'no-baseline' && ended.versus === undefined && isSameCode(ended)) {
    return EXIT.ok;
  }
  const codes = [
    comparisonCode(ended, gate),
    ...(ended.claims ?? []).map((one) => claimCode(one, gate)),
  ];
  return GRAVEST.find((code) => codes.includes(code)) ?? EXIT.ok;
}

/** Of a claim that does not gate, nothing fails. */
function claimCode({ claim, answer }: ClaimVerdict, { failOnInconclusive }: Switches): number {
  if (!claim.gate || answer === 'holds') return EXIT.ok;
  if (answer === 'refuted') return EXIT.regression;
  return failOnInconclusive ? EXIT.undecided : EXIT.ok;
}

/**
 * A regression that another runner has yet to confirm fails nothing, and hides nothing either: then the job exits as
 * its other subjects would have it.
 */
function comparisonCode(
  { verdict, awaitsConfirmation, subjects, versus }: Ended,
  gate: Switches,
): number {
  // Contenders may differ as they like; only whoever cannot be measured is an error.
  if (versus !== undefined) {
    const isBroken = subjects.some(({ verdict }) => ['invalid', 'no-baseline'].includes(verdict));
    return isBroken ? EXIT.invalid : EXIT.ok;
  }
  const baseless = subjects.filter((one) => one.verdict === 'no-baseline');
  // Nor could a history ever get the runs that it needs.
  if (verdict === 'no-baseline' && baseless.length > 0 && baseless.every(isOnlyKept)) {
    return EXIT.ok;
  }
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
