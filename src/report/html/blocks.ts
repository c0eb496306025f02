/** Parts of the page that both kinds of report have. */

import { subjectName } from '../../config/experiment/experiment.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import type { Versus } from '../../judge/verdict/versus-verdict.ts';
import type { Measurement } from '../../measure/observed/measurement.ts';
import type { Note } from '../frame/notes.ts';
import { escapeMarkup, phraseToHtml, preformatted, sentence } from '../markup/html-markup.ts';
import { repeatCommands, SAME_AGAIN } from '../sections/method.ts';
import { shortMethod } from '../sections/short-method.ts';
import { plural } from '../wording/format.ts';
import { axisOf, subjectSection } from './subject.ts';

/** A page of more is of no use to anybody, and slow. */
const MOST_SUBJECTS = 100;
const MOST_NOTES = 100;

/** A plot and a table for each, all of them on one axis. */
export function subjectBlocks(
  subjects: readonly SubjectVerdict[],
  { versus, measurement }: { versus?: Versus | undefined; measurement: Measurement | null },
): string[] {
  const measured = new Map(measurement?.subjects.map((one) => [subjectName(one), one]));
  const axis = axisOf(subjects);
  const rest = subjects.length - MOST_SUBJECTS;
  return [
    ...subjects.slice(0, MOST_SUBJECTS).map((subject, i) => {
      const shared = { id: `s${i}`, versus, measured: measured.get(subjectName(subject)) ?? null };
      return subjectSection(subject, axis, shared);
    }),
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
    return `<li>${sign}${names.join(', ').trim()}${more}: ${sentence(message)}</li>`;
  });
  if (rest > 0) items.push(`<li>… and ${plural(rest, 'more note')}, in verdict.json.</li>`);
  return ['<h2>Reasons and warnings</h2>', `<ul>\n${items.join('\n')}\n</ul>`];
}

export function methodBlock(verdict: Verdict): string[] {
  const lines = shortMethod(verdict).map((line) => `<p>${phraseToHtml(line)}</p>`);
  return [
    '<h2>How this was measured</h2>',
    ...lines,
    `<h2>${SAME_AGAIN.title}</h2>`,
    `<p>${phraseToHtml([SAME_AGAIN.how])}</p>`,
    preformatted(repeatCommands(verdict)),
  ];
}
