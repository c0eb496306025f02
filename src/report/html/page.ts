/**
 * `report.html`: the whole report in one file that needs no network, no script and no other file. Any text in the verdict
 * may be hostile: everything that is not ours goes through `html-markup.ts`, and the page's own policy lets nothing be loaded.
 */
import type { Verdict } from '../../judge/verdict/verdict.ts';
import type { Measurement } from '../../measure/observed/measurement.ts';
import { notesOf } from '../frame/notes.ts';
import { checkInMarkdown } from '../headline/check-text.ts';
import { headline } from '../headline/headline.ts';
import { countsLine } from '../headline/which.ts';
import { escapeMarkup, phraseToHtml } from '../markup/html-markup.ts';
import { worstFirst } from '../tables/rows.ts';
import { introOf } from '../versus/intro.ts';
import { isVersus } from '../wording/names.ts';
import { methodBlock, notesBlock, subjectBlocks } from './blocks.ts';
import { claimsBlock } from './claims.ts';
import { POLICY, STYLE } from './style.ts';
import { versusBlocks } from './versus.ts';

/**
 * HTML, ending in a newline. `measurement`: that the verdict is of, for how each arm behaved; null: that is not told.
 */
export function renderHtml(verdict: Verdict, measurement: Measurement | null = null): string {
  if (!isVersus(verdict)) return documentOf('Throughput Gate', gateBlocks(verdict, measurement));
  const title = `Throughput Gate: ${introOf(verdict).title}`;
  return documentOf(title, versusBlocks(verdict, measurement));
}

function gateBlocks(verdict: Verdict, measurement: Measurement | null): string[] {
  const { title, action, detail, accept } = headline(verdict);
  const check = [checkInMarkdown(verdict), accept === undefined ? '' : `To accept it: ${accept}`];
  const more = [
    phraseToHtml(detail),
    escapeMarkup(countsLine(verdict) ?? ''),
    escapeMarkup(check.join(' ').trim().replaceAll('`', '')),
  ].filter((text) => text !== '');
  return [
    '<h1>Throughput Gate</h1>',
    `<p class="lead">${[title, action].map(phraseToHtml).join(' ').trim()}</p>`,
    ...more.map((text) => `<p>${text}</p>`),
    ...claimsBlock(verdict),
    ...subjectBlocks(worstFirst(verdict.subjects), { measurement }),
    ...notesBlock(notesOf(verdict)),
    ...methodBlock(verdict),
  ];
}

function documentOf(title: string, blocks: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${blocks.join('\n')}
</main>
</body>
</html>
`;
}
