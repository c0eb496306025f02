/** What came of the claims, in one sentence: of a single one its answer, of several how many have which. */
import type { ClaimAnswer } from '../../judge/verdict/claim-verdict.ts';
import type { Verdict } from '../../judge/verdict/verdict.ts';
import type { Phrase } from '../markup/phrase.ts';
import { NOTHING, plural } from '../wording/format.ts';
import { claimCounts, claimRows } from './rows.ts';

/** Null where nothing is claimed. */
export function claimsSentence(verdict: Verdict): Phrase | null {
  const rows = claimRows(verdict);
  const [only, ...more] = rows;
  if (only === undefined) return null;
  if (more.length === 0) {
    const figures =
      only.measured === NOTHING ? '' : `: measured ${only.measured}, claimed ${only.claimed}`;
    return ['The claim ', { name: only.claim }, ` ${SAID[only.answer]}${figures}.`];
  }
  const refuted = rows.filter(({ answer }) => answer === 'refuted');
  const [first] = refuted;
  const which: Phrase =
    first !== undefined && refuted.length === 1
      ? [' Refuted is ', { name: first.claim }, `: measured ${first.measured}.`]
      : [];
  return [`Of ${plural(rows.length, 'claim')}, ${claimCounts(verdict)}.`, ...which];
}

const SAID: Record<ClaimAnswer, string> = {
  holds: 'holds',
  refuted: 'is refuted',
  undecided: 'is undecided',
};
