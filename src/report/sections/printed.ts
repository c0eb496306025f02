/** What others printed, below our own words: on a terminal, in a masked log or summary; elsewhere only by request. */
import { subjectName } from '../../config/experiment/experiment.ts';
import type { Verdict } from '../../judge/verdict/verdict.ts';
import type { Excerpt, Printed } from '../../system/messages/printed.ts';
import { codeBlock, codeSpan, foreignLines, linkTarget, plainName } from '../markup/escape.ts';
import type { Paint } from '../screen/paint.ts';
import { wrapWords } from '../screen/width.ts';
import { worstFirst } from '../tables/rows.ts';
import { plural } from '../wording/format.ts';

/** How many outputs, and how much of each: its end, as that is where errors stand. */
export interface PrintedLimits {
  notes: number;
  lines: number;
  columns: number;
}

const WHAT: Record<Excerpt['by'], string> = {
  build: 'the last lines of the build',
  before: 'the last lines of `before`',
  after: 'the last lines of `after`',
  profile: 'the last lines of the command of `profile`',
  server: "the server's last lines",
  'load command': 'of the output of the load command',
  'load generator': 'the last lines of the load generator',
  answer: 'what came',
};

/** Markdown blocks; none where nothing was printed. */
export function printedInMarkdown(
  printed: readonly Printed[],
  verdict: Verdict,
  limits: PrintedLimits,
): string[] {
  const all = told(printed, verdict);
  if (all.length === 0) return [];
  const rest = all.length - limits.notes;
  return [
    '**What was printed**',
    ...all
      .slice(0, limits.notes)
      .flatMap(({ about, arm, by, lines }) => [
        `${codeSpan(about)}${arm === null ? '' : `, ${arm}`}: ${WHAT[by]}`,
        codeBlock(foreignLines(lines, limits).join('\n'), 'text', limits.lines, limits.columns),
      ]),
    ...(rest > 0 ? [`… and ${plural(rest, 'more output')}.`] : []),
  ];
}

/** For the comment: the output itself where that was asked for, else where it is. Nothing where nothing was printed. */
export function printedInComment(
  { lines, shown }: CommentOutput,
  verdict: Verdict,
  limits: PrintedLimits,
  summaryUrl: string | undefined,
): string[] {
  if (lines.length === 0) return [];
  if (shown) return printedInMarkdown(lines, verdict, limits);
  const url = linkTarget(summaryUrl);
  const where = url === null ? 'the job summary' : `[the job summary](${url})`;
  return [`What was printed is in ${where} and in the log, and not here: it may hold secrets.`];
}

/** `shown`: the user asked for it (`output-in-comment`). */
export interface CommentOutput {
  lines: readonly Printed[];
  shown: boolean;
}

export const NO_OUTPUT: CommentOutput = { lines: [], shown: false };

/** Lines for a terminal; none where nothing was printed. */
export function printedLines(
  printed: readonly Printed[],
  verdict: Verdict,
  limits: PrintedLimits,
  { width, paint }: { width: number; paint: Paint },
): string[] {
  const all = told(printed, verdict);
  const rest = all.length - limits.notes;
  return [
    ...all.slice(0, limits.notes).flatMap(({ about, arm, by, lines }) => {
      const title = `${plainName(about)}${arm === null ? '' : ` (${arm})`}, ${WHAT[by]}:`;
      return [
        ...wrapWords(title, width).map((line) => paint('dim', line)),
        ...foreignLines(lines, limits).map((line) => `    ${line}`),
      ];
    }),
    ...(rest > 0 ? [`… and ${plural(rest, 'more output')}`] : []),
  ];
}

/** Each text once, however many subjects or arms it concerns, those of the worst subjects first. */
function told(printed: readonly Printed[], { subjects }: Verdict): Printed[] {
  const order = worstFirst(subjects);
  const rank = ({ about }: Printed) => {
    const index = order.findIndex((one) => about === subjectName(one) || about === one.server);
    return index < 0 ? order.length : index;
  };
  const once = new Map<string, Printed>();
  for (const one of bothAlike(printed)) {
    const key = JSON.stringify([one.by, one.arm, one.lines]);
    if (!once.has(key)) once.set(key, one);
  }
  return [...once.values()].sort((a, b) => rank(a) - rank(b));
}

/** What both arms of a subject printed alike, word by word, is one output of "base and head". */
function bothAlike(printed: readonly Printed[]): Printed[] {
  const merged = new Map<string, Printed>();
  for (const one of printed) {
    const key = JSON.stringify([one.about, one.by, one.lines]);
    const other = merged.get(key);
    const arms = [other?.arm, one.arm].filter((arm) => arm != null);
    const named = new Set(arms.flatMap((arm) => arm.split(' and ')));
    merged.set(key, { ...one, arm: named.size === 0 ? null : [...named].join(' and ') });
  }
  return [...merged.values()];
}
