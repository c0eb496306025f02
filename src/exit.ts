/** Verdict → exit code: the contract with shells and with GitHub. */
import type { Gate } from './config/experiment.ts';
import type { VerdictWord } from './judge/verdict.ts';

/** What the process exits with for each outcome. */
export const EXIT = {
  ok: 0,
  regression: 1,
  usage: 2,
  invalid: 3,
  undecided: 4,
} as const;

export function exitCode(
  verdict: VerdictWord,
  gate: Pick<Gate, 'failOnInconclusive' | 'failOnNoBaseline'>,
): number {
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
