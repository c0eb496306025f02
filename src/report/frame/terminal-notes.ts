/** What stands below the tables on a terminal: reasons and warnings, and where to read on. */
import { blockLines, oneLine, plainName, splitMessage } from '../markup/escape.ts';
import type { Paint } from '../screen/paint.ts';
import { wrapWords } from '../screen/width.ts';
import { plural } from '../wording/format.ts';
import type { Note } from './notes.ts';

export const MOST_NOTES = 20;
/** Of what builds, servers and tools printed. */
export const MOST_PRINTED = { notes: 20, lines: 40, columns: 2000 };

export function noteLines(all: readonly Note[], width: number, paint: Paint): string[] {
  const lines = all.slice(0, MOST_NOTES).flatMap(({ kind, about, message }) => {
    const [first] = about;
    const more = about.length > 1 ? ` and ${about.length - 1} more` : '';
    const name = `${plainName(first?.subject ?? '')}${first?.metric ? ` ${first.metric}` : ''}${more}`;
    const { first: sentence, rest } = splitMessage(message);
    const start = kind === 'warning' ? `warning: ${name}` : name;
    const [head = '', ...tail] = wrapWords(`${start}: ${oneLine(sentence)}`, width - 2);
    return [
      kind === 'warning' ? paint('yellow', head) : head,
      ...tail.map((line) => `  ${line}`),
      ...(rest === '' ? [] : blockLines(rest, 15).map((line) => `    ${line}`)),
    ];
  });
  const rest = all.length - MOST_NOTES;
  return rest > 0 ? [...lines, `… and ${plural(rest, 'more note')}, in verdict.json`] : lines;
}

/** "Open out/summary.md: the whole report. Beside it: comment.md, verdict.json." */
export function fileLines(files: readonly string[], width: number): string[] {
  const [whole, ...others] = files.map((file) => oneLine(file, 400));
  if (whole === undefined) return [];
  const names = others.map((file) => file.slice(file.lastIndexOf('/') + 1));
  return [
    ...wrapWords(`Open ${whole}: the whole report.`, width),
    ...(names.length === 0 ? [] : wrapWords(`Beside it: ${names.join(', ')}.`, width)),
  ];
}
