/**
 * `report.html`: the whole report in one file that needs no network, no script and no other file. Any text in the verdict
 * may be hostile: everything that is not ours goes through `markup.ts`, and the page's own policy lets nothing be loaded.
 */
import type { SubjectVerdict, Verdict } from '../../judge/verdict.ts';
import { checkInMarkdown } from '../check-text.ts';
import { plural } from '../format.ts';
import { countsLine, headline } from '../headline.ts';
import { repeatCommands } from '../method.ts';
import { type Note, notesOf } from '../notes.ts';
import { worstFirst } from '../rows.ts';
import { shortMethod } from '../short-method.ts';
import { escapeMarkup, phraseToHtml, preformatted } from './markup.ts';
import { POLICY, STYLE } from './style.ts';
import { axisOf, subjectSection } from './subject.ts';

/** A page of more is of no use to anybody, and slow. */
const MOST_SUBJECTS = 100;
const MOST_NOTES = 100;

/** HTML, ending in a newline. */
export function renderHtml(verdict: Verdict): string {
  return documentOf('Throughput Gate', gateBlocks(verdict));
}

function gateBlocks(verdict: Verdict): string[] {
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
    ...subjectBlocks(worstFirst(verdict.subjects)),
    ...notesBlock(notesOf(verdict)),
    ...methodBlock(verdict),
  ];
}

/** A plot and a table for each, all of them on one axis. */
export function subjectBlocks(subjects: readonly SubjectVerdict[]): string[] {
  const axis = axisOf(subjects);
  const rest = subjects.length - MOST_SUBJECTS;
  return [
    ...subjects.slice(0, MOST_SUBJECTS).map((subject, i) => subjectSection(subject, axis, `s${i}`)),
    ...(rest > 0
      ? [`<p class="soft">… and ${plural(rest, 'more subject')}, in verdict.json.</p>`]
      : []),
  ];
}

export function notesBlock(notes: readonly Note[]): string[] {
  if (notes.length === 0) return [];
  const rest = notes.length - MOST_NOTES;
  const items = notes.slice(0, MOST_NOTES).map(({ kind, about, message }) => {
    const names = about
      .slice(0, 3)
      .map(({ subject, metric }) => `<code>${escapeMarkup(subject, 80)}</code> ${metric ?? ''}`);
    const more = about.length > 3 ? `, ${about.length - 3} more` : '';
    const sign = kind === 'warning' ? 'Warning, ' : '';
    return `<li>${sign}${names.join(', ').trim()}${more}: ${escapeMarkup(message)}</li>`;
  });
  if (rest > 0) items.push(`<li>… and ${plural(rest, 'more note')}, in verdict.json.</li>`);
  return ['<h2>Reasons and warnings</h2>', `<ul>\n${items.join('\n')}\n</ul>`];
}

export function methodBlock(verdict: Verdict): string[] {
  const lines = shortMethod(verdict).map((line) => `<p>${phraseToHtml(line)}</p>`);
  return [
    '<h2>How this was measured</h2>',
    ...lines,
    '<h2>The same again, on your own machine</h2>',
    preformatted(repeatCommands(verdict)),
  ];
}

export function documentOf(title: string, blocks: readonly string[]): string {
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
