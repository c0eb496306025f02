/** The panel that says how two chosen runs differ. */
import type { PageMachine } from '../history/page/model.ts';
import { plural } from '../terms/plural.ts';
import { type ComparedRun, type Comparison, compareRuns } from './compare.ts';
import { button, el, table } from './dom.ts';
import { figureText } from './figure-text.ts';
import { commitLink, rangeLink } from './links.ts';
import type { Chosen } from './marks.ts';
import type { Place } from './place.ts';
import { dayText, logInterval, logText, momentText, movedText } from './text.ts';

export function comparisonPanel(
  place: Place,
  { first, second }: Pick<Chosen, 'first' | 'second'>,
  { clear }: { clear: () => void },
): Node[] {
  if (first === null) return [];
  if (second === null) {
    return [
      el(
        'section',
        { class: 'panel', role: 'status' },
        el('p', {}, 'A is ', commitOf(place, first), '. Choose a second run to compare it with.'),
        button('Clear', clear),
      ),
    ];
  }
  const [one, other] = [runOf(place, first), runOf(place, second)];
  if (one === null || other === null) return [];
  const compared = compareRuns(one, other, {
    kind: place.kind,
    changePoints: place.metric.changePoints,
  });
  const [earlier, later] = first <= second ? [first, second] : [second, first];
  const letters = first <= second ? ['A', 'B'] : ['B', 'A'];
  const row = (at: number, letter: string | undefined) => [
    letter ?? '',
    commitOf(place, at),
    momentText(place.data.at[at] as number),
    figureText(place, at),
    machineText(place, at),
  ];
  return [
    el(
      'section',
      { class: 'panel', 'aria-labelledby': 'comparison' },
      el('h3', { id: 'comparison' }, 'Comparison'),
      el('p', { class: 'lead', role: 'status' }, leadText(place, compared)),
      table(
        [
          { title: 'Run' },
          { title: 'Commit' },
          { title: 'When' },
          { title: place.metric.label, isNumber: true },
          { title: 'Machine' },
        ],
        [row(earlier, letters[0]), row(later, letters[1])],
        'The two runs',
      ),
      ...machineNodes(place, compared),
      ...changeNodes(place, compared),
      el(
        'p',
        {},
        'All commits between: ',
        rangeLink(place.store, commitAt(place, earlier), commitAt(place, later)),
      ),
      button('Clear', clear),
    ),
  ];
}

function leadText({ metric }: Place, { log, interval, difference, runs }: Comparison): string {
  const change =
    log === null ? movedText({ isLog: false, unit: metric.unit }, difference) : logText(log);
  const range = interval === null ? '' : ` ${logInterval(interval)}`;
  const between = runs === 0 ? 'the same run' : `over ${plural(runs, 'run')}`;
  return `${metric.label}: ${change}${range}, ${between}.`;
}

/** What stands in the way of believing the figure. */
function machineNodes({ kind }: Place, { differs }: Comparison): Node[] {
  if (kind === 'chain') return [];
  if (differs === null) {
    return [
      el(
        'p',
        {},
        '⚠ The machine of one of them is not known: the difference may be the machine’s.',
      ),
    ];
  }
  if (differs.length === 0) {
    return kind === 'calibrated'
      ? []
      : [
          el(
            'p',
            { class: 'soft' },
            'Both ran on machines with the same fingerprint. Raw figures of two runs differ by more than the interval even so.',
          ),
        ];
  }
  return [
    el('p', {}, '⚠ They ran on different machines: the difference may be the machine’s.'),
    table(
      [{ title: 'Part' }, { title: 'Earlier' }, { title: 'Later' }],
      differs.map(([name, earlier, later]) => [name, earlier, later]),
      'What differs between the machines',
    ),
  ];
}

function changeNodes({ data, store }: Place, { changePoints }: Comparison): Node[] {
  if (changePoints.length === 0) return [el('p', {}, 'No change point lies between them.')];
  return [
    el('p', {}, 'Change points between them:'),
    el(
      'ul',
      {},
      ...changePoints.map((point) =>
        el(
          'li',
          {},
          `${logText(point.logChange)} on ${dayText(data.at[point.at] as number)}, `,
          rangeLink(store, point.from, point.to),
        ),
      ),
    ),
  ];
}

function runOf({ data, line, store }: Place, at: number): ComparedRun | null {
  const figure = line.figures[at] ?? null;
  if (figure === null) return null;
  return {
    place: at,
    figure,
    half: line.halves[at] ?? null,
    machine: machineAt(store.model.machines, data.machines[at] ?? null),
  };
}

function machineAt(machines: readonly PageMachine[], at: number | null): PageMachine | null {
  return at === null ? null : (machines[at] ?? null);
}

function machineText({ data, store }: Place, at: number): string {
  const machine = machineAt(store.model.machines, data.machines[at] ?? null);
  if (machine === null) return 'not known';
  return `${machine.parts.cpu ?? 'machine'} (${machine.hash.slice(0, 6)})`;
}

function commitAt({ data, store }: Place, at: number): string {
  return store.runs.commits[data.runs[at] as number] as string;
}

function commitOf(place: Place, at: number): Node {
  return commitLink(place.store, commitAt(place, at));
}
