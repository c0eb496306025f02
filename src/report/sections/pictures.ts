/** Series that a reader should see: why a server is called unsteady. */
import { mean } from 'simple-statistics';
import { subjectName } from '../../config/experiment/experiment.ts';
import type { Picture, SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { neighbours } from '../chart/neighbours.ts';
import { codeSpan, escapeText, plainName } from '../markup/escape.ts';
import { wrapWords } from '../screen/width.ts';
import { worstFirst } from '../tables/rows.ts';
import { plural } from '../wording/format.ts';
import { namesOf } from '../wording/names.ts';
import { formatRate } from '../wording/values.ts';

const LEVELS = '▁▂▃▄▅▆▇█';
const MOST_POINTS = 60;
const MOST_SUBJECTS = 5;

/** One character for each value between the lowest and the highest; neighbours share one where there are more than `most`. */
export function sparkline(values: readonly number[], most: number = MOST_POINTS): string {
  const points = neighbours(values, most).map((some) => mean(some));
  const [low, high] = [Math.min(...points), Math.max(...points)];
  return points
    .map((point) => {
      const level = high === low ? 0.5 : (point - low) / (high - low);
      return LEVELS[Math.min(LEVELS.length - 1, Math.floor(level * LEVELS.length))];
    })
    .join('');
}

/** Markdown blocks; none when every server was steady. */
export function picturesInMarkdown(verdict: Verdict): string[] {
  const { shown, more } = picturedIn(verdict);
  if (shown.length === 0) return [];
  const items = shown.flatMap((subject) =>
    drawable(subject).map(
      (picture) =>
        `- ${codeSpan(subjectName(subject))}, ${escapeText(titleOf(subject, picture))}: \`${sparkline(picture.perSecond)}\` ${rangeOf(subject, picture)}`,
    ),
  );
  return ['**Not steady**', [...items, ...more.map((line) => `- ${line}`)].join('\n')];
}

/** The same as plain text. */
export function pictureLines(verdict: Verdict, width: number): string[] {
  const { shown, more } = picturedIn(verdict);
  const lines = shown.flatMap((subject) =>
    drawable(subject).flatMap((picture) => [
      ...wrapWords(
        `${plainName(subjectName(subject))}, ${titleOf(subject, picture)}: ${rangeOf(subject, picture)}`,
        width,
      ),
      `  ${sparkline(picture.perSecond, Math.min(MOST_POINTS, width - 2))}`,
    ]),
  );
  return [...lines, ...more];
}

function picturedIn({ subjects }: Verdict): { shown: SubjectVerdict[]; more: string[] } {
  const pictured = worstFirst(subjects).filter((subject) => drawable(subject).length > 0);
  const rest = pictured.length - MOST_SUBJECTS;
  return {
    shown: pictured.slice(0, MOST_SUBJECTS),
    more: rest > 0 ? [`… and ${plural(rest, 'more subject')}, in verdict.json`] : [],
  };
}

function drawable({ pictures }: SubjectVerdict): Picture[] {
  return pictures.filter(({ perSecond }) => perSecond.length > 0);
}

const TITLES: Record<Picture['of'], string> = {
  'warm-up': 'warm-up of the pilot run',
  block: 'slices of a typical block',
};

function titleOf(subject: SubjectVerdict, { arm, of }: Picture): string {
  return `${namesOf(subject)[arm]}, ${TITLES[of]}`;
}

/** `36,210 req/s to 41,240 req/s`. */
function rangeOf({ metrics }: SubjectVerdict, { perSecond }: Picture): string {
  const work = metrics.find(({ name }) => name === 'throughput')?.work ?? 'request';
  return [Math.min(...perSecond), Math.max(...perSecond)]
    .map((rate) => formatRate(rate, work))
    .join(' to ');
}
