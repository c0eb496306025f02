/** The forest plots of a versus as text: one for each scenario of each pair, all on one axis. */
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { axisFor } from '../forest/axis.ts';
import { type Mark, marksOf } from '../forest/mark.ts';
import { textForest } from '../forest/text.ts';
import { plural } from '../wording/format.ts';
import { namesOf } from '../wording/names.ts';

export interface TextPlot {
  /** "gleam over go, plaintext", still to be escaped. */
  title: string;
  lines: string[];
  blocks: string;
}

/** Those that were measured, in the order of the experiment. */
export function textPlots({ subjects, versus }: Verdict, width?: number): TextPlot[] {
  const drawn = subjects
    .map((subject) => ({ subject, marks: marksOf(subject, versus) }))
    .filter(({ marks }) => marks.length > 0);
  const all = drawn.flatMap(({ marks }) => marks);
  const axis = axisFor(all);
  return drawn.map(({ subject, marks }: { subject: SubjectVerdict; marks: Mark[] }) => ({
    title: plotTitle(subject),
    lines: textForest(marks, axis, width, all),
    blocks: plural(subject.blocks, 'block'),
  }));
}

function plotTitle(subject: SubjectVerdict): string {
  const { base, head } = namesOf(subject);
  return `${head} over ${base}, ${subject.scenario}`;
}

/** How to read them, once: a sentence, and what the characters mean. */
export const PLOT_SENTENCE =
  'Ratios on a logarithmic scale: right of 1 the one named first has more. More is better of throughput, less of everything else.';
export const PLOT_KEY = '● one is better  ○ alike or not told apart  ├─┤ 95% interval  ◄ ► beyond';
