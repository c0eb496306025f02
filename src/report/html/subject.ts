/** One subject in the page: its word, its forest plot, and the same figures as a table behind it. */
import { subjectName } from '../../config/experiment/experiment.ts';
import type { SubjectVerdict } from '../../judge/verdict/verdict.ts';
import type { Versus } from '../../judge/verdict/versus-verdict.ts';
import type { SubjectMeasurement } from '../../measure/observed/measurement.ts';
import { type Axis, axisFor } from '../forest/axis.ts';
import { type Mark, marksOf, outcomeOf, ratioText } from '../forest/mark.ts';
import { svgForest } from '../forest/svg.ts';
import { escapeMarkup, htmlTable } from '../markup/html-markup.ts';
import { outcomeText } from '../versus/lead.ts';
import { changeAndInterval } from '../wording/changes.ts';
import { NOTHING, plural } from '../wording/format.ts';
import { byMetric, metricLabel } from '../wording/metric-text.ts';
import { namesOf } from '../wording/names.ts';
import { formatValues } from '../wording/values.ts';
import { VERDICT_LABEL } from '../wording/verdict-labels.ts';
import { subjectCharts } from './charts.ts';
import { profileBlock } from './profile.ts';

/** One for all of them. */
export function axisOf(subjects: readonly SubjectVerdict[]): Axis {
  return axisFor(subjects.flatMap((subject) => marksOf(subject)));
}

/** `id`: unique in the page. `versus`: of the verdict, where it is one. `measured`: what it is of, where that is at hand. */
export function subjectSection(
  subject: SubjectVerdict,
  axis: Axis,
  {
    id,
    versus,
    measured,
  }: { id: string; versus: Versus | undefined; measured: SubjectMeasurement | null },
): string {
  const marks = marksOf(subject, versus);
  return [
    `<h2>${escapeMarkup(headingOf(subject), 200)}</h2>`,
    `<p class="soft">${escapeMarkup(underHeading(subject))}</p>`,
    ...(marks.length === 0 ? [] : plot(subject, marks, axis, id)),
    ...(subject.metrics.length === 0 ? [] : [figures(subject, versus)]),
    ...profileBlock(subject.profile),
    ...subjectCharts(subject, measured, id),
  ].join('\n');
}

function headingOf(subject: SubjectVerdict): string {
  const { base, head } = namesOf(subject);
  return subject.names === undefined
    ? subjectName(subject)
    : `${head} against ${base}, ${subject.scenario}`;
}

/** Of a versus no word is better than another: how many blocks is all. */
function underHeading({ names, verdict, blocks }: SubjectVerdict): string {
  const measured = plural(blocks, 'block');
  if (names === undefined) return `${VERDICT_LABEL[verdict]}, ${measured}`;
  return verdict === 'invalid' || verdict === 'no-baseline' ? 'not compared' : measured;
}

function plot(subject: SubjectVerdict, marks: readonly Mark[], axis: Axis, id: string): string[] {
  const { base, head } = namesOf(subject);
  const title = `${head} over ${base}, ${subject.scenario}`;
  const description = marks
    .map((mark) => {
      return `${mark.label}: ${ratioText(mark)}, ${outcomeText(mark.favours, { base, head })}`;
    })
    .join('. ');
  const options = { title, description };
  return [
    svgForest(marks, axis, { ...options, layout: 'wide', id: `${id}-w` }),
    svgForest(marks, axis, { ...options, layout: 'narrow', id: `${id}-n` }),
    legend(base, head, subject.names !== undefined),
  ];
}

function legend(base: string, head: string, isVersus: boolean): string {
  const item = (shape: string, text: string) =>
    `<span><svg class="key" viewBox="0 0 14 14" aria-hidden="true">${shape}</svg>${escapeMarkup(text, 120)}</span>`;
  return `<p class="legend">${[
    `<span>${escapeMarkup(head, 80)} over ${escapeMarkup(base, 80)}, logarithmic</span>`,
    item('<circle class="dot head" cx="7" cy="7" r="5.5"/>', `${head} better`),
    item('<rect class="dot base" x="2" y="2" width="10" height="10"/>', `${base} better`),
    item(
      '<circle class="dot open" cx="7" cy="7" r="5.5"/>',
      isVersus ? 'alike or not told apart' : 'neither shown to be better',
    ),
    item('<rect class="band" x="0" y="0" width="14" height="14"/>', 'within the tolerance'),
  ].join('')}</p>`;
}

function figures(subject: SubjectVerdict, versus: Versus | undefined): string {
  const names = namesOf(subject);
  const rows = [...subject.metrics].sort(byMetric).map((metric) => {
    const [base = NOTHING, head = NOTHING] = formatValues(metric.unit, [metric.base, metric.head]);
    return [
      metricLabel(metric),
      base,
      head,
      metric.change === null ? NOTHING : changeAndInterval(metric),
      metric.interval === null || metric.comparison === 'limit'
        ? NOTHING
        : outcomeText(outcomeOf(metric, subject, versus), names),
    ].map((text) => escapeMarkup(text));
  });
  const columns = [
    { title: 'Metric' },
    { title: names.base, kind: 'number' as const },
    { title: names.head, kind: 'number' as const },
    { title: 'Change [95% interval]', kind: 'number' as const },
    { title: 'Which is better' },
  ];
  return `<details><summary>The figures as a table</summary>\n<div class="scroll" tabindex="0" role="group" aria-label="Figures of each metric">${htmlTable(columns, rows)}</div>\n</details>`;
}
