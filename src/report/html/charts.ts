/** The charts of one subject: what each block showed, and how each arm behaved. */
import type { SubjectVerdict } from '../../judge/verdict/verdict.ts';
import type { SubjectMeasurement } from '../../measure/observed/measurement.ts';
import { blocksChart, blocksText, tellingBlocks } from '../chart/block-changes.ts';
import { type Chart, svgCharts } from '../chart/svg.ts';
import { escapeMarkup, htmlTable } from '../markup/html-markup.ts';
import { formatChange } from '../wording/format.ts';
import { namesOf } from '../wording/names.ts';
import { armsCharts } from './arms-charts.ts';

/** `id`: unique in the page. */
export function subjectCharts(
  subject: SubjectVerdict,
  measured: SubjectMeasurement | null,
  id: string,
): string[] {
  const arms = measured === null ? [] : armsCharts(subject, measured);
  return [
    ...blocks(subject, `${id}-b`),
    ...(arms.length === 0 ? [] : [behaviour(subject, arms, id)]),
  ];
}

function blocks(subject: SubjectVerdict, id: string): string[] {
  const telling = tellingBlocks(subject);
  if (telling === null) return [];
  const rows = telling.changes.map(([block, change]) => [String(block), formatChange(change)]);
  const columns = [{ title: 'Block' }, { title: 'Change', kind: 'number' as const }];
  return [
    '<h3>What each block showed</h3>',
    `<p class="soft">${escapeMarkup(blocksText(telling))}. A ring is a block, the line the estimate between the ends of its 95% interval, and grey what the tolerance lets pass.</p>`,
    svgCharts(blocksChart('What each block showed', telling), id),
    `<details><summary>The blocks as a table</summary>\n${htmlTable(columns, rows)}\n</details>`,
  ];
}

/** Folded: of use to whoever asks why. */
function behaviour(subject: SubjectVerdict, charts: readonly Chart[], id: string): string {
  const { base, head } = namesOf(subject);
  const key = (arm: 'base' | 'head', name: string) =>
    `<span><svg class="key" viewBox="0 0 14 14" aria-hidden="true"><path class="series ${arm}" d="M0 7H14"/></svg>${escapeMarkup(name, 80)}</span>`;
  return [
    '<details><summary>How each arm behaved: slices, latency, warm-up, memory</summary>',
    `<p class="legend">${key('base', base)}${key('head', head)}</p>`,
    ...charts.map((chart, i) =>
      [
        `<h3>${escapeMarkup(chart.title)}</h3>`,
        svgCharts(chart, `${id}-c${i}`),
        `<p class="soft">${escapeMarkup(chart.description.replace(`${chart.title}. `, ''), 1000)}</p>`,
      ].join('\n'),
    ),
    '</details>',
  ].join('\n');
}
