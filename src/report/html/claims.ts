/** The claims with their answers, in the page. */
import type { Verdict } from '../../judge/verdict.ts';
import { ANSWER_SIGN, CLAIM_TITLES, claimRows } from '../claims/rows.ts';
import { escapeMarkup, htmlTable } from './markup.ts';

/** Nothing where nothing is claimed. */
export function claimsBlock(verdict: Verdict): string[] {
  const rows = claimRows(verdict).map(({ claim, isGate, answer, measured, claimed, decides }) => [
    `<code>${escapeMarkup(claim, 200)}</code>${isGate ? ' (gate)' : ''}`,
    `${ANSWER_SIGN[answer]} ${answer}`,
    escapeMarkup(measured),
    escapeMarkup(claimed),
    escapeMarkup(decides),
  ]);
  if (rows.length === 0) return [];
  const kinds = [undefined, 'word', 'number', 'number', undefined] as const;
  const used = CLAIM_TITLES.map((_, i) => rows.some((row) => row[i] !== ''));
  const columns = CLAIM_TITLES.map((heading, i) => {
    const kind = kinds[i];
    return kind === undefined ? { title: heading } : { title: heading, kind };
  });
  return [
    '<h2>Claims</h2>',
    htmlTable(
      columns.filter((_, i) => used[i]),
      rows.map((row) => row.filter((_, i) => used[i])),
    ),
    ...reaches(verdict),
  ];
}

/** How far an answer reaches, where it does not reach all the way. */
function reaches(verdict: Verdict): string[] {
  const items = claimRows(verdict)
    .filter(({ reach }) => reach !== '')
    .map(
      ({ claim, reach }) =>
        `<li><code>${escapeMarkup(claim, 200)}</code>: ${escapeMarkup(reach)}</li>`,
    );
  return items.length === 0 ? [] : [`<ul>${items.join('')}</ul>`];
}
