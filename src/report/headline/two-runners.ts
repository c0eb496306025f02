/** The headline where one runner's word needs a second one's: before it is there, and where the two disagree. */
import { EXIT } from '../../judge/verdict/exit-code.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import type { Phrase } from '../markup/phrase.ts';
import { bothRunners } from '../sections/confirmation.ts';
import { changed, sureAndLarge } from './changed.ts';
import { checkOf } from './check-text.ts';
import type { Sentences } from './sentences.ts';
import { which } from './which.ts';

/** Nothing is blocked by what one runner alone has seen. */
export function awaiting(concerned: SubjectVerdict[], all: Verdict): Sentences {
  return {
    title: changed('Regression measured, not confirmed yet', 'Worst', concerned, all),
    detail: sureAndLarge(concerned[0]),
    action: ['It is to be measured again on a fresh runner; ', ...blockedBy(all), '.'],
  };
}

/** What makes the check red although the slowdown does not. */
function blockedBy(all: Verdict): Phrase {
  const check = checkOf(all);
  if (check === null || check.code === EXIT.ok) return ['nothing is blocked yet'];
  const broken = all.subjects.filter(({ verdict }) => verdict === 'invalid');
  if (check.isByClaim || broken.length === 0) return [`the check is red, as ${check.why}`];
  return ['what blocks is the broken measurement of ', ...which(broken, all)];
}

/** The first runner's word against the second's. */
export function notConfirmed(concerned: SubjectVerdict[], all: Verdict): Sentences {
  const [worst] = concerned;
  const single = concerned.length === 1;
  return {
    title: [
      'Not confirmed: ',
      ...which(concerned, all),
      single ? ' was' : ' were',
      ' worse on the first runner, and',
      single ? ' is' : ' are',
      ' not shown to be worse on this one.',
    ],
    detail: [
      ...(worst === undefined ? [] : [...bothRunners(worst, all), ' ']),
      'Two runners disagree, so this is not a pass.',
    ],
    action: ['No regression is reported.'],
  };
}
