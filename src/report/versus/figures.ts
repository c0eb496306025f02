/** Every measured figure of a versus as a Markdown table, the two contenders of each pair in columns of their own words. */

import { subjectName } from '../../config/experiment/experiment.ts';
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { outcomeOf } from '../forest/mark.ts';
import { alignedTable } from '../markup/aligned-table.ts';
import { codeSpan, escapeText, tableCell } from '../markup/escape.ts';
import type { Row } from '../tables/rows.ts';
import { changeAndInterval } from '../wording/changes.ts';
import { NOTHING } from '../wording/format.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { namesOf } from '../wording/names.ts';
import { outcomeText } from './lead.ts';

const TITLES = [
  'Metric',
  'First',
  'Second',
  'Second against first [95% interval]',
  'Which is better',
];

/** One table for each scenario of each pair. */
export function contenderRows(rows: readonly Row[], { subjects, versus }: Verdict): string {
  return subjects
    .flatMap((subject) => {
      const own = rows.filter(({ subject: name }) => name === subjectName(subject));
      const figures = own.flatMap(({ metric, base, head }) => {
        if (metric === null) return [];
        const names = namesOf(subject);
        const isCompared = metric.interval !== null && metric.comparison !== 'limit';
        return [
          [
            metricLabel(metric),
            base,
            head,
            metric.change === null ? NOTHING : changeAndInterval(metric),
            isCompared ? outcomeText(outcomeOf(metric, subject, versus), names) : NOTHING,
          ].map((text) => tableCell(escapeText(text))),
        ];
      });
      if (figures.length === 0) return [];
      const { base, head } = namesOf(subject);
      const titles = TITLES.map((title) => {
        if (title === 'First') return tableCell(codeSpan(base));
        if (title === 'Second') return tableCell(codeSpan(head));
        return title;
      });
      return [
        `${codeSpan(head)} against ${codeSpan(base)}, ${codeSpan(subject.scenario)}`,
        alignedTable([titles, ...figures], ['l', 'r', 'r', 'r', 'l']),
      ];
    })
    .join('\n\n');
}
