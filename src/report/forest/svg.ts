/**
 * A forest plot as SVG: a dot with its interval for each metric, a line at 1, the tolerance as a band behind it. Pure; every
 * text is escaped here. No colour alone carries meaning: shapes say which one is better, and a table says it in words.
 */
import { escapeMarkup } from '../markup/html-markup.ts';
import { type Axis, positionOf, tickText } from './axis.ts';
import { type Mark, ratioText } from './mark.ts';

/** `wide`: label, plot and figures side by side. `narrow`: label and figures above the plot, for a telephone. */
export type Layout = 'wide' | 'narrow';

interface Frame {
  width: number;
  row: number;
  /** Where the plot begins and ends. */
  from: number;
  to: number;
  top: number;
  /** Of a row: the middle of the dot, and the line on which the text stands. */
  dotAt: number;
  /** Above and below that. */
  dotRoom: number;
  textAt: number;
  figuresAt: number;
}

const FRAMES: Record<Layout, Frame> = {
  wide: {
    width: 760,
    row: 28,
    from: 200,
    to: 570,
    top: 30,
    dotAt: 14,
    dotRoom: 14,
    textAt: 18,
    figuresAt: 752,
  },
  narrow: {
    width: 340,
    row: 48,
    from: 20,
    to: 320,
    top: 24,
    dotAt: 34,
    dotRoom: 12,
    textAt: 17,
    figuresAt: 332,
  },
};

const ARROW = 6;

export interface SvgOptions {
  layout: Layout;
  /** Unique in the page: letters, digits and hyphens. */
  id: string;
  title: string;
  /** For who cannot see it: what the plot says. */
  description: string;
}

export function svgForest(
  marks: readonly Mark[],
  axis: Axis,
  { layout, id, title, description }: SvgOptions,
): string {
  const frame = FRAMES[layout];
  const height = frame.top + marks.length * frame.row + 8;
  return [
    `<svg class="forest ${layout}" viewBox="0 0 ${frame.width} ${height}" role="img" aria-labelledby="${id}-t ${id}-d">`,
    `<title id="${id}-t">${escapeMarkup(title)}</title>`,
    `<desc id="${id}-d">${escapeMarkup(description)}</desc>`,
    ...axis.ticks.map((tick) => tickAt(tick, axis, frame)),
    ...marks.flatMap((mark, i) => {
      const top = frame.top + i * frame.row;
      return [
        ...bandOf(mark, axis, frame, top),
        ...axis.ticks.map((tick) => gridLine(tick, axis, frame, top)),
        ...rowOf(mark, axis, frame, top),
      ];
    }),
    '</svg>',
  ].join('\n');
}

function tickAt(tick: number, axis: Axis, frame: Frame): string {
  const x = xOf(tick, axis, frame);
  return `<text class="axis" x="${x}" y="${frame.top - 10}" text-anchor="middle">${tickText(tick)}</text>`;
}

/** Row by row, so that none runs through the texts that stand above a plot. */
function gridLine(tick: number, axis: Axis, frame: Frame, top: number): string {
  const x = xOf(tick, axis, frame);
  const [from, to] = [top + frame.dotAt - frame.dotRoom, top + frame.dotAt + frame.dotRoom];
  return `<line class="${tick === 1 ? 'one' : 'tick'}" x1="${x}" x2="${x}" y1="${from}" y2="${to}"/>`;
}

function rowOf(mark: Mark, axis: Axis, frame: Frame, top: number): string[] {
  const y = top + frame.dotAt;
  const at = (ratio: number) => xOf(ratio, axis, frame);
  const { interval, ratio } = mark;
  return [
    `<text class="label" x="8" y="${top + frame.textAt}">${escapeMarkup(mark.label)}</text>`,
    ...(interval === null ? [] : whisker(interval, axis, frame, y)),
    ...(isOn(ratio, axis) ? [dot(mark, at(ratio), y)] : []),
    `<text class="figures" x="${frame.figuresAt}" y="${top + frame.textAt}" text-anchor="end">${escapeMarkup(ratioText(mark))}</text>`,
  ];
}

/** Behind all else. */
function bandOf({ band }: Mark, axis: Axis, frame: Frame, top: number): string[] {
  if (band === null) return [];
  const [from, to] = [xOf(band[0], axis, frame), xOf(band[1], axis, frame)];
  const y = top + frame.dotAt - 9;
  return [`<rect class="band" x="${from}" y="${y}" width="${rounded(to - from)}" height="18"/>`];
}

/** With a cap at each end; an arrow where it goes on beyond the scale. */
function whisker(
  [low, high]: readonly [number, number],
  axis: Axis,
  frame: Frame,
  y: number,
): string[] {
  const [from, to] = [xOf(low, axis, frame), xOf(high, axis, frame)];
  const cap = (x: number) =>
    `<line class="whisker" x1="${x}" x2="${x}" y1="${y - 4}" y2="${y + 4}"/>`;
  return [
    `<line class="whisker" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/>`,
    positionOf(low, axis) < 0 ? arrow(frame.from, y, -1) : cap(from),
    positionOf(high, axis) > 1 ? arrow(frame.to, y, 1) : cap(to),
  ];
}

function arrow(x: number, y: number, direction: 1 | -1): string {
  const back = x - direction * ARROW;
  return `<path class="beyond" d="M${back} ${y - 5}L${x} ${y}L${back} ${y + 5}Z"/>`;
}

/** A square where base is better, a circle where head is, a ring where nobody can tell. */
function dot({ favours }: Mark, x: number, y: number): string {
  if (favours === 'base') {
    return `<rect class="dot base" x="${x - 5}" y="${y - 5}" width="10" height="10"/>`;
  }
  return `<circle class="dot ${favours === 'head' ? 'head' : 'open'}" cx="${x}" cy="${y}" r="5.5"/>`;
}

function isOn(ratio: number, axis: Axis): boolean {
  const position = positionOf(ratio, axis);
  return position >= 0 && position <= 1;
}

/** At the end of the plot for what lies beyond it. */
function xOf(ratio: number, axis: Axis, { from, to }: Frame): number {
  const position = Math.min(1, Math.max(0, positionOf(ratio, axis)));
  return rounded(from + position * (to - from));
}

function rounded(x: number): number {
  return Math.round(x * 10) / 10;
}
