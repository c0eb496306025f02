/** One metric of one subject: its lines for the chart, packed, and what the overview says of it. Pure. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { begunAt, type HistoryLine, type HistoryMetric, metricIn } from '../line.ts';
import type { Chain, ChangePoint } from '../trends/change-point.ts';
import { placesOf } from '../trends/places.ts';
import { type Column, pack, packFigures } from './columns.ts';
import {
  HALF_STEP,
  type LineKind,
  type PackedLine,
  type PageChangePoint,
  type PageMetric,
} from './model.ts';
import { shapeOf } from './shape.ts';
import { type LineSummary, summaryOf } from './summary.ts';

export interface MetricTrends {
  readonly changePoints: readonly ChangePoint[];
  readonly chain: Chain | undefined;
  /** As in `PageMetric`. */
  readonly slowerSince: string | null;
}

interface DrawnLine {
  kind: LineKind;
  figures: Column;
  halves: Column;
}

/** Null: no run has a figure of it. */
export function metricParts(
  name: string,
  lines: readonly HistoryLine[],
  machines: Column,
  { changePoints, chain, slowerSince }: MetricTrends,
): {
  metric: Omit<PageMetric, 'label'>;
  lines: { kind: LineKind; line: PackedLine }[];
  lost: number;
} | null {
  const entries = lines.map((line) => metricIn(line, name));
  const drawn = [
    chainLine(chain, lines),
    lineOf('calibrated', entries, calibratedFigure),
    lineOf('value', entries, valueFigure),
  ].filter(({ figures }) => figures.some((one) => one !== null));
  const [best] = drawn;
  const newest = entries.findLast((one) => one !== undefined);
  if (best === undefined || newest === undefined) return null;
  const isHigherBetter = newest.better === 'higher';
  const found = changePointsOf(changePoints, lines, isHigherBetter);
  const isLog = best.figures.every((one) => one === null || one > 0);
  const summary = summaryOf(
    {
      figures: best.figures,
      machines,
      spansMachines: best.kind === 'chain',
      isLog,
      ...(best.kind === 'chain' ? { halves: best.halves.map(fromSteps) } : {}),
      changePoints: found.drawn.map(({ at }) => at),
    },
    { from: 0, to: lines.length },
  );
  return {
    metric: {
      name,
      unit: newest.unit,
      isHigherBetter,
      kinds: drawn.map(({ kind }) => kind),
      summary,
      cutAt: cutAt(best.figures, summary, lines),
      last: summary.last === null ? null : (best.figures[summary.last] ?? null),
      lastValue: entries.findLast((one) => (one?.head ?? null) !== null)?.head ?? null,
      isLog,
      shape: shapeOf(best.figures),
      changePoints: found.drawn,
      lastWord: lastWordOf(name, lines),
      slowerSince,
    },
    lines: drawn.map(({ kind, figures, halves }) => ({
      kind,
      line: {
        figures: packFigures(figures),
        halves: halves.some((one) => one !== null) ? pack(halves) : null,
      },
    })),
    lost: found.lost,
  };
}

function lastWordOf(name: string, lines: readonly HistoryLine[]): PageMetric['lastWord'] {
  const own = lines.filter(({ reference, imported }) => !reference && imported == null);
  const last = own.flatMap((line) => metricIn(line, name) ?? []).at(-1);
  return last?.gating ? last.word : null;
}

function cutAt(
  figures: Column,
  { since }: LineSummary,
  lines: readonly HistoryLine[],
): PageMetric['cutAt'] {
  const first = figures.findIndex((one) => one !== null);
  const line = since === null || since === first ? undefined : lines[since];
  return line === undefined ? null : Math.floor(Date.parse(begunAt(line)) / 1000);
}

type Figure = { figure: number; half: number | null } | null;

function lineOf(
  kind: LineKind,
  entries: readonly (HistoryMetric | undefined)[],
  figureOf: (entry: HistoryMetric) => Figure,
): DrawnLine {
  const made = entries.map((entry) => (entry === undefined ? null : figureOf(entry)));
  return {
    kind,
    figures: made.map((one) => one?.figure ?? null),
    halves: made.map((one) => inSteps(one?.half ?? null)),
  };
}

/** The interval is that of its comparison with base, in the same run: how exactly one run knows a commit. */
function valueFigure({ head, ratio }: HistoryMetric): Figure {
  if (head === null) return null;
  const [low, high] = ratio?.interval ?? [];
  const half = low === undefined || high === undefined ? null : (high - low) / 2;
  return { figure: head, half };
}

function calibratedFigure({ calibrated }: HistoryMetric): Figure {
  if (calibrated === null) return null;
  const { log, sd, blocks } = calibrated;
  const half = blocks < 2 ? null : (t975(blocks - 1) * sd) / Math.sqrt(blocks);
  return { figure: Math.exp(log), half };
}

const T_975 = new Map<number, number>();

/** Thousands of runs have the same few numbers of blocks, and a quantile takes longer than all else of a run. */
function t975(degrees: number): number {
  const known = T_975.get(degrees) ?? tQuantile(0.975, degrees);
  T_975.set(degrees, known);
  return known;
}

function chainLine(chain: Chain | undefined, lines: readonly HistoryLine[]): DrawnLine {
  const byCommit = new Map(chain?.figures.map((one) => [one.commit, one]));
  const made = lines.map(({ commit }) => byCommit.get(commit));
  return {
    kind: 'chain',
    figures: made.map((one) => (one === undefined ? null : Math.exp(withinReach(one.log)))),
    halves: made.map((one) => inSteps(one?.half ?? null)),
  };
}

function inSteps(half: number | null): number | null {
  return half === null ? null : Math.round(withinReach(half) / HALF_STEP);
}

function fromSteps(half: number | null): number | null {
  return half === null ? null : half * HALF_STEP;
}

/** Lines may say anything, and chains multiply it: beyond this nothing can be drawn, and e^1000 is no number any more. */
const LOG_REACH = 100;

function withinReach(log: number): number {
  return Math.min(LOG_REACH, Math.max(-LOG_REACH, log));
}

function changePointsOf(
  changePoints: readonly ChangePoint[],
  lines: readonly HistoryLine[],
  isHigherBetter: boolean,
): { drawn: PageChangePoint[]; lost: number } {
  const places = placesOf(lines);
  const drawn = changePoints.flatMap(({ at, from, to, began, logChange, interval, p }) => {
    const place = places(at, began?.at);
    const isWorse = isHigherBetter ? logChange < 0 : logChange > 0;
    return place === undefined ? [] : [{ at: place, from, to, logChange, interval, p, isWorse }];
  });
  return { drawn: drawn.sort((a, b) => a.at - b.at), lost: changePoints.length - drawn.length };
}
