/** What happened, how sure that is, and what to do now: the top of every report. */
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { cureText } from '../cures/cure-text.ts';
import { bothRunners } from '../sections/confirmation.ts';
import { worstFirst } from '../tables/rows.ts';
import { howToAccept } from './accept.ts';
import { changed, sureAndLarge } from './changed.ts';
import { withClaims } from './claims-first.ts';
import { couldHaveSeen, whatWouldDecide } from './confidence-text.ts';
import { noBaseline } from './no-baseline.ts';
import { notJudged, undecided, worseButOpen } from './open.ts';
import { answersOtherwise, otherAnswers } from './other-answers.ts';
import { type Headline, NO_ACTION, type Sentences } from './sentences.ts';
import { awaiting, notConfirmed } from './two-runners.ts';
import { which } from './which.ts';
import { why } from './why.ts';

export function headline(verdict: Verdict): Headline {
  const concerned = worstFirst(verdict.subjects).filter((one) => one.verdict === verdict.verdict);
  const own = { word: verdict.verdict, ...HEADLINES[verdict.verdict](concerned, verdict) };
  return own.word === 'regression' || own.word === 'invalid' ? own : withClaims(own, verdict);
}

const HEADLINES: Record<VerdictWord, (concerned: SubjectVerdict[], all: Verdict) => Sentences> = {
  regression: (concerned, all) => {
    if (all.awaitsConfirmation) return awaiting(concerned, all);
    const [worst] = concerned;
    const isConfirmed = worst !== undefined && all.confirmationOf !== null;
    return {
      title: changed(
        isConfirmed ? 'Regression, confirmed on a second runner' : 'Regression',
        'Worst',
        concerned,
        all,
      ),
      detail: isConfirmed ? bothRunners(worst, all) : sureAndLarge(worst),
      accept: howToAccept(concerned, all),
      action: ['Do not merge before it is fixed, or accepted on purpose.'],
    };
  },
  improvement: (concerned, all) => ({
    title: changed('Improvement', 'Among them', concerned, all),
    detail: sureAndLarge(concerned[0]),
    action: ['No action needed.'],
  }),
  unchanged: (concerned, all) => ({
    title: [
      NO_ACTION,
      ...which(concerned, all),
      concerned.length === 1 ? ' is' : ' are',
      ' shown to be within tolerance',
      ...(notJudged(concerned) ?? ['.']),
    ],
    detail: couldHaveSeen(concerned),
    action: [],
  }),
  inconclusive: (concerned, all) =>
    concerned.some(answersOtherwise)
      ? otherAnswers(concerned.filter(answersOtherwise), all)
      : all.confirmationOf === null
        ? {
            title: [
              'Could not tell: ',
              ...which(concerned, all),
              ...(worseButOpen(concerned) ?? [
                concerned.length === 1 ? ' is' : ' are',
                ' neither shown to be worse nor shown to be within tolerance',
                ...undecided(concerned),
              ]),
            ],
            detail: ['This is not a pass.'],
            action: whatWouldDecide(concerned, all),
          }
        : notConfirmed(concerned, all),
  invalid: (concerned, all) => ({
    title: ['The measurement is broken: ', ...which(concerned, all), ...why(concerned)],
    detail: ['This says nothing about the speed of the code.'],
    action: [mend(concerned)],
  }),
  'no-baseline': noBaseline,
};

/** The cure of the first, where one is known. */
function mend([worst]: SubjectVerdict[]): string {
  return worst?.cure ? cureText(worst.cure) : 'Mend the cause, then run again.';
}
