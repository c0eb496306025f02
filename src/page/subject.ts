/** The second view: one line of one subject as a chart, and the same figures as a table behind it. */
import type { LineKind, PageMachine, PageMetric, PageSubject } from '../history/page/model.ts';
import { chartModel, startsOf } from './chart-model.ts';
import { chartPanel, restedIn } from './chart-panel.ts';
import { nameOfRun, placeOfRun } from './chosen-run.ts';
import { comparisonPanel } from './comparison.ts';
import type { Line, SubjectData } from './data.ts';
import { button, type Choice, choice, el } from './dom.ts';
import type { Chosen } from './marks.ts';
import { periodFields } from './period.ts';
import type { Place } from './place.ts';
import { type Go, type PageState, period, placesWithin } from './state.ts';
import type { Store } from './store.ts';
import { changePointTable, runTable } from './tables.ts';
import { KIND_TEXT } from './text.ts';

export interface View {
  nodes: Node[];
  /** Once it stands in the page. */
  start(): void;
  end(): void;
  /** The chart shows another time now: what stands around it follows. */
  onPeriod(state: PageState): void;
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
    first: placeOfRun(store.runs, data, state.first),
    second: placeOfRun(store.runs, data, state.second),
    cursor: null,
    rest: restedIn(index),
  };
  const name = `${subject.server}/${subject.scenario}`;
  const starts = startsOf(data, line, { kind, machine });
  const place: Place = { store, subject, metric, kind, data, line, values, starts };

  const pick = (at: number) => {
    const name = nameOfRun(store.runs, data, at);
    const isFirst = state.first === null || state.second !== null;
    go(isFirst ? { first: name, second: null } : { second: name });
  };
  const panel = chartPanel(place, {
    ...{ index, name, model, spread, chosen, go, pick },
    hasMachines: machines.length > 1,
  });
  const fields = (wanted: PageState) => [
    ...lineFields(place, go),
    ...machineField(machines, wanted, go),
    ...periodFields(data.at, wanted, go),
  ];
  const runs = (wanted: PageState) =>
    runTable(place, placesWithin(data.at, period(wanted)), chosen, pick);
  const fieldsBox = el('div', { class: 'fields' }, ...fields(state));
  const runsBox = el('div', {}, ...runs(state));
  return {
    nodes: [
      el('p', {}, backToAll(go)),
      el('h2', { id: 'subject', tabindex: '-1' }, name),
      fieldsBox,
      panel.node,
      ...comparisonPanel(place, chosen, {
        clear: () => go({ first: null, second: null }),
      }),
      ...changePointTable(place),
      runsBox,
    ],
    start: panel.start,
    end: panel.end,
    onPeriod: (wanted) => {
      fieldsBox.replaceChildren(...fields(wanted));
      runsBox.replaceChildren(...runs(wanted));
    },
  };
}

function backToAll(go: Go): Node {
  const line = { subject: null, metric: null, kind: null, machine: null };
  return button('← All subjects', () => go({ ...line, first: null, second: null }), {
    class: 'link',
  });
}

/** Which metric, and which line of it where there are several. */
function lineFields({ subject, metric, kind }: Place, go: Go): Node[] {
  const kinds = metric.kinds.map((value) => ({ value, text: KIND_TEXT[value] }));
  return [
    choice('Metric', metricChoices(subject), metric.name, (wanted) =>
      go({ metric: wanted, kind: null }),
    ),
    ...(kinds.length < 2
      ? []
      : [choice('Line', kinds, kind, (wanted) => go({ kind: wanted as LineKind }))]),
  ];
}

function machineField(machines: readonly PageMachine[], state: PageState, go: Go): Node[] {
  if (machines.length < 2) return [];
  return [
    choice('Machine', machineChoices(machines), state.machine ?? '', (wanted) =>
      go({ machine: wanted || null }),
    ),
  ];
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
