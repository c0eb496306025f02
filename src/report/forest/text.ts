/** A forest plot of characters, for comments, logs and terminals: one line for each metric, a line at 1. */
import { clipToWidth, displayWidth, padToWidth } from '../screen/width.ts';
import { type Axis, positionOf, tickText } from './axis.ts';
import { isClear, type Mark, ratioText } from './mark.ts';

/** So wide that neither GitHub's comments nor mails break it. */
export const FOREST_COLUMNS = 72;

const LABEL_COLUMNS = 22;
const GAP = ' ';

/** Lines of at most `width` columns, the axis first; none without marks. `beside`: of all plots that should be as wide. */
export function textForest(
  marks: readonly Mark[],
  axis: Axis,
  width = FOREST_COLUMNS,
  beside: readonly Mark[] = marks,
): string[] {
  if (marks.length === 0) return [];
  const texts = marks.map(ratioText);
  const widest = (all: readonly string[]) => Math.max(...all.map(displayWidth));
  const labelColumns = Math.min(LABEL_COLUMNS, widest(beside.map(({ label }) => label)));
  const room = width - labelColumns - widest(beside.map(ratioText)) - 2 * GAP.length;
  // An odd number, so that 1 is in the middle of a character.
  const plotColumns = Math.max(9, room % 2 === 0 ? room - 1 : room);
  const line = (label: string, plot: string, text: string) =>
    `${padToWidth(clipToWidth(label, labelColumns), labelColumns)}${GAP}${plot}${GAP}${text}`.trimEnd();
  return [
    line('', tickLine(axis, plotColumns), ''),
    ...marks.map((mark, i) => line(mark.label, plotLine(mark, axis, plotColumns), texts[i] ?? '')),
  ];
}

function tickLine({ ticks, extent }: Axis, columns: number): string {
  const cells = Array.from({ length: columns }, () => ' ');
  // From outside to inside: where two would overlap, the inner one is left out, but never that of 1.
  const order = [...ticks].sort((a, b) => importance(b, ticks) - importance(a, ticks));
  for (const tick of order) {
    const text = tickText(tick);
    const at = columnOf(tick, { extent }, columns);
    const start = Math.max(0, Math.min(columns - text.length, at - Math.floor(text.length / 2)));
    const around = cells.slice(Math.max(0, start - 1), start + text.length + 1);
    if (around.some((cell) => cell !== ' ')) continue;
    for (const [i, character] of [...text].entries()) cells[start + i] = character;
  }
  return cells.join('');
}

function importance(tick: number, ticks: readonly number[]): number {
  if (tick === 1) return 2;
  return tick === ticks[0] || tick === ticks.at(-1) ? 1 : 0;
}

function plotLine({ ratio, interval, favours }: Mark, axis: Axis, columns: number): string {
  const cells = Array.from({ length: columns }, () => ' ');
  const middle = (columns - 1) / 2;
  cells[middle] = '│';
  const [low, high] = interval ?? [ratio, ratio];
  const [from, to] = [columnOf(low, axis, columns), columnOf(high, axis, columns)];
  const isIn = (column: number) => column >= 0 && column < columns;
  for (let column = Math.max(0, from); column <= Math.min(columns - 1, to); column++) {
    cells[column] = column === middle ? '┼' : '─';
  }
  if (interval !== null && from < to) {
    if (isIn(from)) cells[from] = '├';
    if (isIn(to)) cells[to] = '┤';
  }
  const at = columnOf(ratio, axis, columns);
  if (isIn(at)) cells[at] = isClear(favours) ? '●' : '○';
  if (from < 0) cells[0] = '◄';
  if (to >= columns) cells[columns - 1] = '►';
  return cells.join('');
}

/** Below 0, or `columns` and more, where it is off the scale. */
function columnOf(ratio: number, axis: Pick<Axis, 'extent'>, columns: number): number {
  const position = positionOf(ratio, axis);
  // What lies just beyond the end is off the scale too, however it would round.
  if (position < 0) return -1;
  if (position > 1) return columns;
  return Math.round(position * (columns - 1));
}
