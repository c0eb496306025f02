/** The claims with their answers, in the page. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { ANSWER_SIGN, CLAIM_TITLES, claimRows } from '../claims/rows.ts';
import { escapeMarkup, htmlTable } from '../markup/html-markup.ts';

/** Nothing where nothing is claimed. */
export function claimsBlock(verdict: Verdict): string[] {
  const rows = claimRows(verdict).map(({ claim, isGate, answer, measured, claimed, decides }) => [
    `<code>${escapeMarkup(claim, 200)}</code>${isGate ? ' (gate)' : ''}${underneath(decides)}`,
    `${ANSWER_SIGN[answer]} ${answer}`,
    escapeMarkup(measured),
    escapeMarkup(claimed),
  ]);
  if (rows.length === 0) return [];
  const kinds = [undefined, 'word', 'number', 'number'] as const;
  const columns = CLAIM_TITLES.slice(0, kinds.length).map((heading, i) => {
    const kind = kinds[i];
    return kind === undefined ? { title: heading } : { title: heading, kind };
  });
  return ['<h2>Claims</h2>', htmlTable(columns, rows), ...reaches(verdict)];
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

/** A column of its own would be too narrow to read. */
function underneath(decides: string): string {
  return decides === '' ? '' : `<div class="soft">${escapeMarkup(decides)}</div>`;
}
