/** The tables of a subject's view: its change points and its runs, the newest first. */
import { button, el, pages, table } from './dom.ts';
import { figureText } from './figure-text.ts';
import { commitLink, pullLinks, runLink } from './links.ts';
import type { Chosen } from './marks.ts';
import { type Place, wordText } from './place.ts';
import { dayText, logInterval, logText, momentText } from './text.ts';

const ROWS_AT_A_TIME = 25;

export function changePointTable(place: Place): Node[] {
  const { metric, store } = place;
  if (metric.changePoints.length === 0) return [];
  const rows = [...metric.changePoints]
    .reverse()
    .map((point) => [
      el(
        'span',
        { class: `word ${point.isWorse ? 'worse' : 'better'}` },
        point.isWorse ? '▼ worse' : '▲ better',
      ),
      logText(point.logChange),
      point.interval === null ? '–' : logInterval(point.interval),
      el('span', {}, commitLink(store, point.from), ' .. ', commitLink(store, point.to)),
      dayText(place.data.at[point.at] as number),
      point.p === null ? '–' : point.p < 0.001 ? '<0.001' : point.p.toPrecision(2),
    ]);
  const columns = [
    { title: 'State' },
    { title: 'Change', isNumber: true },
    { title: '95% interval', isNumber: true },
    { title: 'After .. up to' },
    { title: 'Day' },
    { title: 'p', isNumber: true },
  ];
  return [
    el('h3', {}, 'Change points'),
    pages(rows.length, ROWS_AT_A_TIME, listOf(place, 'change points'), (from, to) =>
      table(columns, rows.slice(from, to), `Change points of ${metric.label}, the newest first`),
    ),
  ];
}

/** Behind the chart: the same runs, which can be chosen here too. */
export function runTable(
  place: Place,
  spread: { from: number; to: number },
  chosen: Chosen,
  pick: (at: number) => void,
): Node[] {
  const { data, line, store, metric } = place;
  const places: number[] = [];
  for (let at = spread.to - 1; at >= spread.from; at--) {
    if ((line.figures[at] ?? null) !== null) places.push(at);
  }
  const row = (at: number) => {
    const run = data.runs[at] as number;
    const letter = at === chosen.first ? 'A' : at === chosen.second ? 'B' : null;
    const machine = data.machines[at] ?? null;
    return [
      commitLink(store, store.runs.commits[run] as string),
      pullLinks(store, run),
      runLink(store, run, momentText(data.at[at] as number)),
      figureText(place, at),
      wordText(data.words[at] as number),
      machine === null ? 'not known' : (store.model.machines[machine]?.hash.slice(0, 6) ?? ''),
      button(letter ?? 'Compare', () => pick(at), { 'aria-pressed': String(letter !== null) }),
    ];
  };
  const columns = [
    { title: 'Commit' },
    { title: 'Pull requests' },
    { title: 'Run' },
    { title: metric.label, isNumber: true },
    { title: 'Verdict' },
    { title: 'Machine' },
    { title: 'Compare' },
  ];
  return [
    el('h3', { id: 'runs-title' }, 'Runs'),
    el(
      'div',
      { id: 'runs' },
      places.length === 0
        ? el('p', {}, 'No run in this time has a figure of it.')
        : pages(places.length, ROWS_AT_A_TIME, listOf(place, 'runs', spread), (from, to) =>
            table(
              columns,
              places.slice(from, to).map(row),
              `Runs of ${metric.label}, the newest first`,
            ),
          ),
    ),
  ];
}

function listOf({ subject, metric, kind }: Place, what: string, spread: object = {}) {
  return {
    what,
    list: JSON.stringify([subject.server, subject.scenario, metric.name, kind, what, spread]),
  };
}
