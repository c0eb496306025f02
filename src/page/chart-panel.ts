/** The chart of one line with what belongs to it: its buttons, its keys, and the run at the cursor in words. */
import { Chart } from './chart.ts';
import { keysOf, legend } from './chart-help.ts';
import type { ChartModel } from './chart-model.ts';
import type { SubjectData } from './data.ts';
import { button, el } from './dom.ts';
import type { Chosen } from './marks.ts';
import { type Place, runInWords } from './place.ts';
import type { Go, PageState } from './state.ts';
import { BAND_TEXT, KIND_TEXT } from './text.ts';

/** How long the keyboard's cursor must rest before it is read aloud. */
const SPOKEN_AFTER_MS = 120;

/** Where the keyboard's cursor was last, in which subject. */
let rested: { index: number; at: number } | { index: null; at: null } = { index: null, at: null };

export interface Panel {
  node: Node;
  /** Once it stands in the page. */
  start(): void;
  end(): void;
}

export interface PanelTerms {
  /** Of the subject. */
  index: number;
  name: string;
  model: ChartModel;
  /** Runs of the period. */
  spread: { from: number; to: number };
  chosen: Chosen;
  hasMachines: boolean;
  go: Go;
  pick: (at: number) => void;
}

/** Null: nowhere in this subject. */
export function restedIn(index: number): number | null {
  return rested.index === index ? rested.at : null;
}

export function chartPanel(place: Place, terms: PanelTerms): Panel {
  const { metric, kind, data } = place;
  const { index, name, model, spread, chosen, go, pick } = terms;
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
  const onCursor = (at: number | null, isByKey: boolean) => {
    if (at === null) return;
    readout.textContent = runInWords(place, at);
    if (!isByKey) return;
    rested = { index, at };
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      spoken.textContent = runInWords(place, at);
    }, SPOKEN_AFTER_MS);
  };
  return {
    node: el(
      'figure',
      { 'aria-labelledby': 'subject', 'aria-details': 'runs' },
      box,
      tools(() => chart),
      readout,
      spoken,
      el(
        'figcaption',
        {},
        legend(terms.hasMachines),
        el('p', { class: 'soft' }, BAND_TEXT[kind]),
        keysOf(),
      ),
    ),
    start: () => {
      if (model.columns[1].every((one) => one === null)) return;
      const last = Math.max(spread.from, spread.to - 1);
      const begun = new Chart(canvas, {
        model,
        unit: metric.unit,
        at: data.at,
        window: [spread.from, last],
        chosen,
        onCursor,
        onPick: pick,
        onWindow: ([from, to]) => go(momentsOf(data, from, to), false),
      });
      chart = begun;
      box.addEventListener('keydown', (event) => {
        if (onKey(event, begun, terms)) event.preventDefault();
      });
    },
    end: () => {
      clearTimeout(speaking);
      chart?.destroy();
    },
  };
}

/** `chart`: null before it is drawn. */
function tools(chart: () => Chart | null): Node {
  return el(
    'div',
    { class: 'tools' },
    button('◀', () => chart()?.move(-0.25), { 'aria-label': 'Earlier' }),
    button('▶', () => chart()?.move(0.25), { 'aria-label': 'Later' }),
    button('+', () => chart()?.zoom(0.5), { 'aria-label': 'Closer' }),
    button('−', () => chart()?.zoom(2), { 'aria-label': 'Farther' }),
    button('Whole', () => chart()?.whole()),
  );
}

function onKey(
  { key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent,
  chart: Chart,
  { chosen, pick, go }: PanelTerms,
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
    Escape: () => go({ first: null, second: null }),
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
