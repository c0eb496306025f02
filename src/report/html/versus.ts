/** The page of a versus: the sentence, the claims with their answers, the ranking, a plot for each pair and scenario. */
import type { Verdict } from '../../judge/verdict.ts';
import { notesOf } from '../notes.ts';
import { ANSWER_SIGN, CLAIM_TITLES, claimRows } from '../versus/claims.ts';
import { introOf } from '../versus/intro.ts';
import { whatItCannotSay } from '../versus/limits.ts';
import { RANKING_TITLES, rankingTables } from '../versus/ranking.ts';
import { methodBlock, notesBlock, subjectBlocks } from './blocks.ts';
import { escapeMarkup, htmlTable, phraseToHtml } from './markup.ts';

export function versusBlocks(verdict: Verdict): string[] {
  const { title, sentences, check } = introOf(verdict);
  const [first = [], ...rest] = sentences;
  return [
    `<h1>Throughput Gate: ${escapeMarkup(title, 300)}</h1>`,
    `<p class="lead">${phraseToHtml(first)}</p>`,
    ...[rest, check].flatMap((said) =>
      said.length === 0 ? [] : [`<p>${said.map(phraseToHtml).join(' ')}</p>`],
    ),
    ...claims(verdict),
    ...ranking(verdict),
    ...subjectBlocks(verdict.subjects, verdict.versus),
    ...notesBlock(notesOf(verdict)),
    '<h2>What this cannot say</h2>',
    `<ul>${whatItCannotSay(verdict)
      .map((text) => `<li>${escapeMarkup(text)}</li>`)
      .join('')}</ul>`,
    ...methodBlock(verdict),
  ];
}

function claims(verdict: Verdict): string[] {
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

function ranking(verdict: Verdict): string[] {
  return rankingTables(verdict)
    .filter(({ isLead }) => isLead)
    .flatMap(({ scenario, title, rows }) => [
      `<h2>Ranking on ${escapeMarkup(scenario, 80)} by ${escapeMarkup(title)}</h2>`,
      htmlTable(
        RANKING_TITLES.map((heading, i) =>
          i === 2 ? { title: heading, kind: 'number' as const } : { title: heading },
        ),
        rows.map((row) => row.map((cell) => escapeMarkup(cell, 80))),
      ),
      '<p class="soft">= cannot be told apart from each other.</p>',
    ]);
}
