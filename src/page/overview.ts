/** The first view: a row for each subject. */

import type { PageMetric } from '../history/page/model.ts';
import { type LineSummary, summaryOf } from '../history/page/summary.ts';
import { counted } from '../terms/plural.ts';
import { shortCommit } from '../terms/short-commit.ts';
import { button, type Choice, choice, el, pages, svg, table } from './dom.ts';
import {
  isWorse,
  type OverviewRow,
  overviewRows,
  type RowState,
  shapePath,
} from './overview-rows.ts';
import { periodFields } from './period.ts';
import { type Go, type PageState, period, placesWithin } from './state.ts';
import type { Store } from './store.ts';
import { dayText, halfText, logInterval, logText, movedText, valueText } from './text.ts';

const ROWS_AT_A_TIME = 50;

const STATE_TEXT: Record<RowState, string> = {
  worse: '▼ worse',
  regression: '▼ regression',
  slower: '▼ slower',
  'worse-by-now': '▽ worse by now',
  steady: 'no change found',
  better: '▲ better',
};

const COLUMNS = [
  { title: 'State' },
  { title: 'Subject', isName: true },
  { title: 'Metric', isName: true },
  { title: 'Last value', isNumber: true },
  { title: 'Since start', isNumber: true },
  { title: 'Shape' },
  { title: 'Last change point' },
];

export function overview(store: Store, state: PageState, go: Go): Node[] {
  const rows = overviewRows(store.model, {
    server: state.server,
    metric: state.metric,
    summaryOf: summaries(store, state),
  });
  const found = rows.filter((row) => isWorse(row.state)).length;
  const said =
    rows.length === 0
      ? 'No subject has a figure in this choice.'
      : `${found === 0 ? 'None' : counted(found)} of ${counted(rows.length)} subjects got worse and stayed so.`;
  return [
    el('h2', { id: 'overview' }, 'Overview'),
    el(
      'div',
      { class: 'fields' },
      choice('Server', serverChoices(store), state.server ?? '', (server) =>
        go({ server: server || null }),
      ),
      choice('Metric', metricChoices(store), state.metric ?? '', (metric) =>
        go({ metric: metric || null }),
      ),
      ...periodFields(store.runs.at, state, go),
    ),
    el('p', { role: 'status' }, said),
    ...(rows.length === 0
      ? []
      : [
          pages(
            rows.length,
            ROWS_AT_A_TIME,
            { what: 'subjects', list: listOf(state) },
            (from, to) =>
              table(
                COLUMNS,
                rows.slice(from, to).map((row) => cellsOf(store, row, state, go)),
                'Subjects, what got worse first',
              ),
          ),
        ]),
  ];
}

function listOf({ server, metric, from, to }: PageState): string {
  return JSON.stringify([server, metric, from, to]);
}

function cellsOf(
  store: Store,
  { subject, index, metric, summary, state: word, others }: OverviewRow,
  state: PageState,
  go: Go,
): (Node | string)[] {
  const open = button(
    // A long name is broken here rather than within a word.
    [`${subject.server}/`, el('wbr'), subject.scenario],
    () => go({ subject, metric: metric.name, kind: null, first: null, second: null }),
    { class: 'link' },
  );
  const point = summary.changePoint === null ? null : metric.changePoints[summary.changePoint];
  const whole = summary.last === metric.summary.last;
  const at = (place: number | null) =>
    place === null ? null : (store.subject(index).at[place] ?? null);
  const isCut = metric.cutAt !== null;
  const since =
    whole && state.from === null
      ? sinceText(metric.cutAt, isCut)
      : sinceText(at(summary.since), false);
  return [
    el('span', { class: `word ${word}` }, stateText(word, metric)),
    open,
    others === 0 ? metric.label : `${metric.label}, and ${others} more`,
    lastText(store, index, metric, summary),
    el(
      'span',
      {},
      [movedText(metric, summary.change), metric.isLog ? halfText(summary.half) : '']
        .join(' ')
        .trim(),
      el('span', { class: 'since' }, since),
    ),
    shape(metric),
    point ? pointText(point) : '',
  ];
}

function stateText(state: RowState, { slowerSince }: PageMetric): string {
  const text = STATE_TEXT[state];
  const hasCommit = state === 'slower' && slowerSince !== null;
  return hasCommit ? `${text} since ${shortCommit(slowerSince)}` : text;
}

function sinceText(seconds: number | null, isOtherMachine: boolean): string {
  if (seconds === null) return '';
  return ` since ${dayText(seconds)}${isOtherMachine ? ', another machine before' : ''}`;
}

/** What was measured there, whatever kind of line the change is of. */
function lastText(store: Store, index: number, metric: PageMetric, { last }: LineSummary): string {
  if (last === metric.summary.last) return valueText(metric.unit, metric.lastValue);
  const value = last === null ? null : store.subject(index).line(metric.name, 'value');
  return valueText(metric.unit, value?.figures[last as number] ?? null);
}

function pointText({ logChange, interval, from, to }: PageMetric['changePoints'][number]): Node {
  const range = interval === null ? '' : ` ${logInterval(interval)}`;
  return el(
    'span',
    {},
    `${logText(logChange)}${range}, `,
    el('code', {}, `${shortCommit(from)}..${shortCommit(to)}`),
  );
}

function shape({ shape: letters }: PageMetric): Node {
  return svg(
    'svg',
    { class: 'shape', viewBox: '-2 -2 124 28', 'aria-hidden': 'true' },
    svg('path', { d: shapePath(letters, 120, 24) }),
  );
}

/** Of the whole time they stand in the overview; of a part of it every line has to be looked at. */
function summaries(
  store: Store,
  state: PageState,
): (index: number, metric: PageMetric) => LineSummary {
  if (state.from === null && state.to === null) return (_, metric) => metric.summary;
  return (index, metric) => {
    const data = store.subject(index);
    const [kind = 'value'] = metric.kinds;
    const line = data.line(metric.name, kind);
    return summaryOf(
      {
        figures: line?.figures ?? [],
        ...(kind === 'chain' && line !== null ? { halves: line.halves } : {}),
        machines: data.machines,
        spansMachines: kind === 'chain',
        isLog: metric.isLog,
        changePoints: metric.changePoints.map(({ at }) => at),
      },
      placesWithin(data.at, period(state)),
    );
  };
}

function serverChoices({ model }: Store): Choice[] {
  const servers = [...new Set(model.subjects.map(({ server }) => server))];
  return [{ value: '', text: 'all' }, ...servers.map((value) => ({ value, text: value }))];
}

function metricChoices({ model }: Store): Choice[] {
  const labels = new Map(
    model.subjects.flatMap(({ metrics }) => metrics.map(({ name, label }) => [name, label])),
  );
  return [
    { value: '', text: 'the worst of each subject' },
    ...[...labels].map(([value, text]) => ({ value, text })),
  ];
}
