/** The second view: one line of one subject as a chart, and the same figures as a table behind it. */
import type { LineKind, PageMachine, PageMetric, PageSubject } from '../history/page/model.ts';
import { Chart } from './chart.ts';
import { keysOf, legend } from './chart-help.ts';
import { chartModel } from './chart-model.ts';
import { comparisonPanel } from './comparison.ts';
import type { Line, SubjectData } from './data.ts';
import { button, type Choice, choice, el } from './dom.ts';
import type { Chosen } from './marks.ts';
import { periodFields } from './period.ts';
import { runInWords } from './place.ts';
import { type PageState, period, placesWithin } from './state.ts';
import type { Store } from './store.ts';
import { changePointTable, runTable } from './tables.ts';
import { BAND_TEXT, KIND_TEXT } from './text.ts';

/** How long the keyboard's cursor must rest before it is read aloud. */
const SPOKEN_AFTER_MS = 120;

/** Where the keyboard's cursor was last, in which subject. */
let rested: { index: number; at: number } | { index: null; at: null } = { index: null, at: null };

/** What changes the address. `isNew`: a step to which the browser's "back" should come back. */
export type Go = (state: PageState, isNew?: boolean) => void;

export interface View {
  nodes: Node[];
  /** Once it stands in the page. */
  start(): void;
  end(): void;
}

export function subjectView(store: Store, index: number, state: PageState, go: Go): View {
  const subject = store.model.subjects[index] as PageSubject;
  const metric =
    subject.metrics.find(({ name }) => name === state.metric) ?? (subject.metrics[0] as PageMetric);
  const kind =
    state.kind !== null && metric.kinds.includes(state.kind)
      ? state.kind
      : (metric.kinds[0] as LineKind);
  const data = store.subject(index);
  const line = data.line(metric.name, kind) as Line;
  const machines = machinesIn(store, data);
  const machine = machines.find(({ hash }) => hash === state.machine)?.place ?? null;
  const model = chartModel(data, line, { kind, machine, changePoints: metric.changePoints });
  const values = data.line(metric.name, 'value');
  const spread = placesWithin(data.at, period(state));
  const chosen: Chosen = {
    first: placeOf(store, data, state.first),
    second: placeOf(store, data, state.second),
    cursor: null,
    rest: rested.index === index ? rested.at : null,
  };
  const name = `${subject.server}/${subject.scenario}`;
  const place = { store, subject, metric, kind, data, line, values };
  const runText = (at: number) => runInWords(place, at);

  const readout = el(
    'p',
    { class: 'readout' },
    'Point at the line, or use the keys, to read a run.',
  );
  const spoken = el('p', { class: 'hidden', 'aria-live': 'polite' });
  const canvas = el('div', { class: 'canvas' });
  const box = el(
    'div',
    {
      class: 'chart',
      tabindex: '0',
      role: 'application',
      'aria-roledescription': 'chart',
      'aria-label': `${metric.label} of ${name}, ${KIND_TEXT[kind]}, ${model.count} runs`,
      'aria-describedby': 'keys',
    },
    canvas,
  );
  let chart: Chart | null = null;
  let speaking = 0;

  const pick = (at: number) => {
    const commit = store.runs.commits[data.runs[at] as number] as string;
    const isFirst = state.first === null || state.second !== null;
    go({ ...state, ...(isFirst ? { first: commit, second: null } : { second: commit }) });
  };
  const start = () => {
    if (model.columns[1].every((one) => one === null)) return;
    const last = Math.max(spread.from, spread.to - 1);
    chart = new Chart(canvas, {
      model,
      unit: metric.unit,
      at: data.at,
      window: [spread.from, last],
      chosen,
      onCursor: (at, isByKey) => {
        if (at === null) return;
        readout.textContent = runText(at);
        if (!isByKey) return;
        rested = { index, at };
        clearTimeout(speaking);
        speaking = setTimeout(() => {
          spoken.textContent = runText(at);
        }, SPOKEN_AFTER_MS);
      },
      onPick: pick,
      onWindow: ([from, to]) => go({ ...state, ...momentsOf(data, from, to) }, false),
    });
    box.addEventListener('keydown', (event) => {
      if (chart !== null && onKey(event, chart, { chosen, pick, state, go }))
        event.preventDefault();
    });
  };
  return {
    nodes: [
      el(
        'p',
        {},
        button(
          '← All subjects',
          () =>
            go({
              ...state,
              subject: null,
              metric: null,
              kind: null,
              machine: null,
              first: null,
              second: null,
            }),
          { class: 'link' },
        ),
      ),
      el('h2', { id: 'subject', tabindex: '-1' }, name),
      el(
        'div',
        { class: 'fields' },
        choice('Metric', metricChoices(subject), metric.name, (wanted) =>
          go({ ...state, metric: wanted, kind: null }),
        ),
        ...(metric.kinds.length < 2
          ? []
          : [
              choice(
                'Line',
                metric.kinds.map((value) => ({ value, text: KIND_TEXT[value] })),
                kind,
                (wanted) => go({ ...state, kind: wanted as LineKind }),
              ),
            ]),
        ...(machines.length < 2
          ? []
          : [
              choice('Machine', machineChoices(machines), state.machine ?? '', (wanted) =>
                go({ ...state, machine: wanted || null }),
              ),
            ]),
        ...periodFields(data.at, state, go),
      ),
      el(
        'figure',
        { 'aria-labelledby': 'subject', 'aria-details': 'runs' },
        box,
        el(
          'div',
          { class: 'tools' },
          button('◀', () => chart?.move(-0.25), { 'aria-label': 'Earlier' }),
          button('▶', () => chart?.move(0.25), { 'aria-label': 'Later' }),
          button('+', () => chart?.zoom(0.5), { 'aria-label': 'Closer' }),
          button('−', () => chart?.zoom(2), { 'aria-label': 'Farther' }),
          button('Whole', () => chart?.whole()),
        ),
        readout,
        spoken,
        el(
          'figcaption',
          {},
          legend(machines.length > 1),
          el('p', { class: 'soft' }, BAND_TEXT[kind]),
          keysOf(),
        ),
      ),
      ...comparisonPanel(place, chosen, {
        clear: () => go({ ...state, first: null, second: null }),
      }),
      ...changePointTable(place),
      ...runTable(place, spread, chosen, pick),
    ],
    start,
    end: () => {
      clearTimeout(speaking);
      chart?.destroy();
    },
  };
}

function onKey(
  { key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent,
  chart: Chart,
  {
    chosen,
    pick,
    state,
    go,
  }: { chosen: Chosen; pick: (at: number) => void; state: PageState; go: Go },
): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const far = 10;
  const actions: Record<string, () => void> = {
    ArrowLeft: () => (shiftKey ? chart.move(-0.25) : chart.step(-1)),
    ArrowRight: () => (shiftKey ? chart.move(0.25) : chart.step(1)),
    PageUp: () => chart.step(-far),
    PageDown: () => chart.step(far),
    Home: () => chart.putCursor(0),
    End: () => chart.putCursor(Number.MAX_SAFE_INTEGER),
    n: () => chart.toChangePoint(1),
    p: () => chart.toChangePoint(-1),
    '+': () => chart.zoom(0.5, chosen.cursor ?? undefined),
    '-': () => chart.zoom(2, chosen.cursor ?? undefined),
    '0': () => chart.whole(),
    Enter: () => chosen.cursor !== null && pick(chosen.cursor),
    ' ': () => chosen.cursor !== null && pick(chosen.cursor),
    Escape: () => go({ ...state, first: null, second: null }),
  };
  const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
  action?.();
  return action !== undefined;
}

/** Of a window of the chart: null where it is the whole. */
function momentsOf({ at }: SubjectData, from: number, to: number): Pick<PageState, 'from' | 'to'> {
  const [first, last] = [Math.ceil(from), Math.floor(to)];
  const moment = (place: number) =>
    `${new Date((at[place] as number) * 1000).toISOString().slice(0, 19)}Z`;
  return {
    from: first <= 0 ? null : moment(first),
    to: last >= at.length - 1 ? null : moment(last),
  };
}

function placeOf({ runs }: Store, data: SubjectData, commit: string | null): number | null {
  if (commit === null) return null;
  const place = data.runs.findLastIndex((run) => runs.commits[run]?.startsWith(commit));
  return place < 0 ? null : place;
}

function machinesIn(
  { model }: Store,
  { machines }: SubjectData,
): (PageMachine & { place: number })[] {
  const places = [...new Set(machines)].filter((one) => one !== null);
  return places.flatMap((place) => {
    const machine = model.machines[place];
    return machine === undefined ? [] : [{ ...machine, place }];
  });
}

function machineChoices(machines: readonly PageMachine[]): Choice[] {
  return [
    { value: '', text: 'all' },
    ...machines.map(({ hash, parts }) => ({
      value: hash,
      text: `${parts.cpu ?? 'machine'} (${hash.slice(0, 6)})`,
    })),
  ];
}

function metricChoices({ metrics }: PageSubject): Choice[] {
  return metrics.map(({ name, label, changePoints }) => ({
    value: name,
    text: changePoints.at(-1)?.isWorse ? `▼ ${label}` : label,
  }));
}
