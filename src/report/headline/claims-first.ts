/** A claim in the first line of a comparison of two builds. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { claimRows } from '../claims/rows.ts';
import { plural } from '../wording/format.ts';
import { checkOf } from './check-text.ts';
import { type Headline, NO_ACTION } from './sentences.ts';

/** A claim that gates and makes the check red, whatever the comparison says, comes first. */
export function withClaims(own: Headline, verdict: Verdict): Headline {
  const gates = claimRows(verdict).filter(({ isGate }) => isGate);
  const refuted = gates.filter(({ answer }) => answer === 'refuted');
  const isOpen = refuted.length === 0 && checkOf(verdict)?.isByClaim === true;
  const open = isOpen ? gates.filter(({ answer }) => answer === 'undecided') : [];
  const [first, ...more] = [...refuted, ...open];
  if (first === undefined) return own;
  const others =
    more.length === 0
      ? ''
      : ` So ${more.length === 1 ? 'is' : 'are'} ${plural(more.length, 'more claim')}.`;
  const compared = own.title[0] === NO_ACTION ? own.title.slice(1) : own.title;
  const said = isOpen
    ? ' is undecided'
    : ` is refuted: measured ${first.measured}, claimed ${first.claimed}`;
  return {
    word: own.word,
    title: ['The claim ', { name: first.claim }, `${said}.${others}`],
    detail: [...compared, ' ', ...own.detail],
    action: [isOpen ? 'See below what would decide it.' : 'Mend the server, or change the claim.'],
  };
}
