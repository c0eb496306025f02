/** What is drawn over and under the line: machines, change points, regressions, the runs that were chosen. */
import type uPlot from 'uplot';
import type { ChartModel } from './chart-model.ts';
import { type Colours, colours } from './colours.ts';
import { logText } from './text.ts';

/** So many changes of machine can be told apart as lines of their own. */
const MOST_MACHINE_LINES = 40;
const STRIP = 6;
const LABEL_HEIGHT = 18;

export interface Chosen {
  first: number | null;
  second: number | null;
  cursor: number | null;
  /** Where the keyboard's cursor was before the view was drawn anew: the next key goes on from there. */
  rest: number | null;
}

/** Under the line. */
export function drawMachines(chart: uPlot, { machines }: ChartModel): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  const colour = colours();
  const seen = machines.filter(({ from, to }) => isSeen(chart, from - 0.5, to + 0.5));
  ctx.save();
  clip(chart);
  const known = new Set(machines.map(({ machine }) => machine));
  if (known.size > 1) {
    const bottom = bbox.top + bbox.height;
    for (const { from, to, machine } of seen) {
      const [left, right] = [xOf(chart, from - 0.5), xOf(chart, to + 0.5)];
      // Machines with an odd number are filled, the others only framed: no colour is needed to tell neighbours.
      ctx.fillStyle = machine !== null && machine % 2 === 0 ? colour.machine : colour.grid;
      ctx.fillRect(left, bottom - STRIP * ratio, right - left, STRIP * ratio);
    }
  }
  if (seen.length <= MOST_MACHINE_LINES) {
    ctx.strokeStyle = colour.machine;
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 4 * ratio]);
    for (const { from } of seen.filter((span) => span.from > 0)) {
      upright(chart, xOf(chart, from - 0.5));
    }
  }
  ctx.restore();
}

/** Over the line. */
export function drawMarks(chart: uPlot, model: ChartModel, chosen: Chosen): void {
  const { ctx } = chart;
  const colour = colours();
  ctx.save();
  clip(chart);
  drawChangePoints(chart, model, colour);
  for (const { place, isAccepted } of model.regressions) {
    if (isSeen(chart, place, place)) regression(chart, model, place, isAccepted, colour);
  }
  const letters = [
    [chosen.first, 'A'],
    [chosen.second, 'B'],
  ] as const;
  for (const [place, letter] of letters) {
    if (place !== null && isSeen(chart, place, place)) flag(chart, model, place, letter, colour);
  }
  if (chosen.cursor !== null && isSeen(chart, chosen.cursor, chosen.cursor)) {
    ring(chart, model, chosen.cursor, colour);
  }
  ctx.restore();
}

function drawChangePoints(chart: uPlot, { changePoints }: ChartModel, colour: Colours): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  let free = Number.NEGATIVE_INFINITY;
  for (const { at, logChange, isWorse } of changePoints) {
    if (!isSeen(chart, at - 0.5, at)) continue;
    const x = xOf(chart, at - 0.5);
    ctx.strokeStyle = isWorse ? colour.worse : colour.better;
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = 2 * ratio;
    ctx.setLineDash(isWorse ? [] : [8 * ratio, 4 * ratio]);
    upright(chart, x);
    const text = `${isWorse ? '▼' : '▲'} ${logText(logChange)}`;
    ctx.font = `600 ${12 * ratio}px system-ui, sans-serif`;
    const width = ctx.measureText(text).width;
    // To the left where there is no room to the right.
    const isAtEnd = x + width + 6 * ratio > bbox.left + bbox.width;
    const left = isAtEnd ? x - width - 4 * ratio : x + 4 * ratio;
    if (left < free) continue;
    free = left + width + 8 * ratio;
    ctx.textBaseline = 'top';
    ctx.textAlign = 'left';
    const mark = ctx.fillStyle;
    ctx.fillStyle = colour.ground;
    ctx.fillRect(left - 2 * ratio, bbox.top, width + 4 * ratio, 16 * ratio);
    ctx.fillStyle = mark;
    ctx.fillText(text, left, bbox.top + 2 * ratio);
  }
  ctx.setLineDash([]);
}

/** A square; hollow where somebody accepted it. */
function regression(
  chart: uPlot,
  model: ChartModel,
  place: number,
  isAccepted: boolean,
  colour: Colours,
): void {
  const at = pointOf(chart, model, place);
  if (at === null) return;
  const { ctx } = chart;
  const ratio = devicePixelRatio;
  const size = 7 * ratio;
  ctx.lineWidth = 2 * ratio;
  ctx.strokeStyle = colour.worse;
  ctx.fillStyle = isAccepted ? colour.ground : colour.worse;
  ctx.fillRect(at.x - size / 2, at.y - size / 2, size, size);
  ctx.strokeRect(at.x - size / 2, at.y - size / 2, size, size);
}

function flag(
  chart: uPlot,
  model: ChartModel,
  place: number,
  letter: string,
  colour: Colours,
): void {
  const { ctx, bbox } = chart;
  const ratio = devicePixelRatio;
  const x = xOf(chart, place);
  ctx.strokeStyle = colour.chosen;
  ctx.lineWidth = 1.5 * ratio;
  // Not through the words of a change point that may stand there.
  upright(chart, x, LABEL_HEIGHT * ratio);
  const at = pointOf(chart, model, place) ?? { x, y: bbox.top + bbox.height / 2 };
  ctx.fillStyle = colour.chosen;
  ctx.beginPath();
  ctx.arc(at.x, at.y, 9 * ratio, 0, 2 * Math.PI);
  ctx.fill();
  ctx.fillStyle = colour.ground;
  ctx.font = `700 ${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillText(letter, at.x, at.y + 0.5 * ratio);
}

function ring(chart: uPlot, model: ChartModel, place: number, colour: Colours): void {
  const at = pointOf(chart, model, place);
  if (at === null) return;
  const { ctx } = chart;
  const ratio = devicePixelRatio;
  ctx.strokeStyle = colour.ink;
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  ctx.arc(at.x, at.y, 6 * ratio, 0, 2 * Math.PI);
  ctx.stroke();
}

function pointOf(chart: uPlot, { columns }: ChartModel, place: number) {
  const figure = columns[1][place] ?? null;
  return figure === null ? null : { x: xOf(chart, place), y: chart.valToPos(figure, 'y', true) };
}

function xOf(chart: uPlot, place: number): number {
  return chart.valToPos(place, 'x', true);
}

function upright(chart: uPlot, x: number, below = 0): void {
  const { ctx, bbox } = chart;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top + below);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
}

function clip({ ctx, bbox }: uPlot): void {
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
}

function isSeen({ scales }: uPlot, from: number, to: number): boolean {
  const { min = 0, max = 0 } = scales.x ?? {};
  return to >= (min ?? 0) - 0.5 && from <= (max ?? 0) + 0.5;
}
