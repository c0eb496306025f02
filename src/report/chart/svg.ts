/**
 * A chart of a few series as SVG. Pure; every text is escaped here. Lines of base are dashed and its dots square, so that no
 * colour alone tells the arms apart.
 */
import type { Layout } from '../forest/svg.ts';
import { escapeMarkup } from '../markup/html-markup.ts';
import { placeOn, type Scale } from './scale.ts';

export interface Axis {
  readonly scale: Scale;
  readonly title: string;
  readonly text: (tick: number) => string;
}

export interface Series {
  readonly arm: 'base' | 'head' | 'open';
  readonly kind: 'line' | 'dots';
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly title: string;
  /** For who cannot see it: what it shows, with the figures that matter. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Behind all else: from one y to another. */
  readonly band?: readonly [number, number];
  /** Across the whole width: `one` where nothing differs, `whisker` the estimate, `end` of its interval. */
  readonly rules?: readonly { readonly y: number; readonly kind: 'one' | 'whisker' | 'end' }[];
}

const FRAMES = {
  wide: { width: 760, height: 240, left: 76, right: 14 },
  narrow: { width: 340, height: 220, left: 62, right: 10 },
} as const;
const TOP = 24;
const BOTTOM = 40;
/** Letters of a tick are about so wide. */
const LETTER = 6.5;

/** In both layouts, of which the page shows the one that fits. `id`: unique in the page. */
export function svgCharts(chart: Chart, id: string): string {
  return (['wide', 'narrow'] as const)
    .map((one) => svgChart(chart, one, `${id}-${one[0]}`))
    .join('\n');
}

function svgChart(chart: Chart, layout: Layout, id: string): string {
  const { width, height, left, right } = FRAMES[layout];
  const xOf = (x: number) => rounded(left + placeOn(chart.x.scale, x) * (width - left - right));
  const yOf = (y: number) =>
    rounded(height - BOTTOM - placeOn(chart.y.scale, y) * (height - BOTTOM - TOP));
  const [from, to] = [left, width - right];
  return [
    `<svg class="forest ${layout}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-t ${id}-d">`,
    `<title id="${id}-t">${escapeMarkup(chart.title)}</title>`,
    `<desc id="${id}-d">${escapeMarkup(chart.description, 2000)}</desc>`,
    ...bandOf(chart.band, from, to, yOf),
    `<text class="axis" x="${from}" y="14">${escapeMarkup(chart.y.title)}</text>`,
    ...chart.y.scale.ticks.flatMap((tick) => [
      `<line class="tick" x1="${from}" x2="${to}" y1="${yOf(tick)}" y2="${yOf(tick)}"/>`,
      `<text class="axis" x="${from - 6}" y="${yOf(tick) + 4}" text-anchor="end">${escapeMarkup(chart.y.text(tick))}</text>`,
    ]),
    ...xTicks(chart.x, xOf, { height, from, to }),
    `<text class="axis" x="${to}" y="${height - 4}" text-anchor="end">${escapeMarkup(chart.x.title)}</text>`,
    ...(chart.rules ?? []).map(
      ({ y, kind }) =>
        `<line class="${kind}" x1="${from}" x2="${to}" y1="${yOf(y)}" y2="${yOf(y)}"/>`,
    ),
    ...chart.series.map((one) => drawn(one, xOf, yOf)),
    '</svg>',
  ].join('\n');
}

/** Those that leave room for each other. */
function xTicks(
  { scale, text }: Axis,
  xOf: (x: number) => number,
  { height, from, to }: { height: number; from: number; to: number },
): string[] {
  let free = from - 20;
  return scale.ticks.flatMap((tick) => {
    const [x, label] = [xOf(tick), text(tick)];
    const half = (label.length * LETTER) / 2;
    if (label === '' || x - half < free || x + half > to + 10) return [];
    free = x + half + 8;
    return [
      `<line class="tick" x1="${x}" x2="${x}" y1="${height - BOTTOM}" y2="${height - BOTTOM + 4}"/>`,
      `<text class="axis" x="${x}" y="${height - BOTTOM + 17}" text-anchor="middle">${escapeMarkup(label)}</text>`,
    ];
  });
}

function bandOf(
  band: Chart['band'],
  from: number,
  to: number,
  yOf: (y: number) => number,
): string[] {
  if (band === undefined) return [];
  const [bottom, top] = [yOf(Math.min(...band)), yOf(Math.max(...band))];
  return [
    `<rect class="band" x="${from}" y="${top}" width="${to - from}" height="${rounded(bottom - top)}"/>`,
  ];
}

function drawn(
  { arm, kind, points }: Series,
  xOf: (x: number) => number,
  yOf: (y: number) => number,
): string {
  if (kind === 'line') {
    const d = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${xOf(x)} ${yOf(y)}`).join('');
    return `<path class="series ${arm}" d="${d}"/>`;
  }
  return points
    .map(([x, y]) =>
      arm === 'base'
        ? `<rect class="dot base" x="${rounded(xOf(x) - 4)}" y="${rounded(yOf(y) - 4)}" width="8" height="8"/>`
        : `<circle class="dot ${arm}" cx="${xOf(x)}" cy="${yOf(y)}" r="4"/>`,
    )
    .join('');
}

function rounded(x: number): number {
  return Math.round(x * 10) / 10;
}
