/** The page of a versus: the sentence, the claims with their answers, the ranking, a plot for each pair and scenario. */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import type { Measurement } from '../../measure/observed/measurement.ts';
import { notesOf } from '../frame/notes.ts';
import { escapeMarkup, htmlTable, phraseToHtml } from '../markup/html-markup.ts';
import { introOf } from '../versus/intro.ts';
import { whatItCannotSay } from '../versus/limits.ts';
import { RANKING_TITLES, rankingTables } from '../versus/ranking.ts';
import { methodBlock, notesBlock, subjectBlocks } from './blocks.ts';
import { claimsBlock } from './claims.ts';

export function versusBlocks(verdict: Verdict, measurement: Measurement | null): string[] {
  const { title, sentences, check } = introOf(verdict);
  const [first = [], ...rest] = sentences;
  return [
    `<h1>Throughput Gate: ${escapeMarkup(title, 300)}</h1>`,
    `<p class="lead">${phraseToHtml(first)}</p>`,
    ...[rest, check].flatMap((said) =>
      said.length === 0 ? [] : [`<p>${said.map(phraseToHtml).join(' ')}</p>`],
    ),
    ...claimsBlock(verdict),
    ...ranking(verdict),
    ...subjectBlocks(verdict.subjects, { versus: verdict.versus, measurement }),
    ...notesBlock(notesOf(verdict)),
    ...limitsBlock(verdict),
    ...methodBlock(verdict),
  ];
}

function limitsBlock(verdict: Verdict): string[] {
  const items = whatItCannotSay(verdict).map((text) => `<li>${escapeMarkup(text)}</li>`);
  return items.length === 0 ? [] : ['<h2>What this cannot say</h2>', `<ul>${items.join('')}</ul>`];
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
      '<p class="soft">= none of these is shown to be better than another.</p>',
    ]);
}
