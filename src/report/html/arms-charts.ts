/** How each arm behaved, as it was measured: slices, latencies, warm-up, memory. */

import { mean, median } from 'simple-statistics';
import { sliceRate } from '../../judge/figures/block-values.ts';
import { pairValue } from '../../judge/rule/estimate.ts';
import type { SubjectVerdict } from '../../judge/verdict/verdict.ts';
import type { BlockMeasurement, SubjectMeasurement } from '../../measure/observed/measurement.ts';
import { Arm } from '../../terms/arm.ts';
import type { MetricUnit } from '../../terms/metric-terms.ts';
import { neighbours } from '../chart/neighbours.ts';
import { linearScale, logScale } from '../chart/scale.ts';
import type { Axis, Chart, Series } from '../chart/svg.ts';
import { formatCount } from '../wording/format.ts';
import { namesOf } from '../wording/names.ts';
import { commonScale, formatQuantity } from '../wording/values.ts';

/** More points than the drawing has pixels show nothing more. */
const MOST_POINTS = 120;

type Points = readonly (readonly [number, number])[];
type ByArm = Partial<Record<Arm, Points>>;

/** Those of which anything was measured. */
export function armsCharts(subject: SubjectVerdict, measured: SubjectMeasurement): Chart[] {
  const block = typicalBlock(measured.blocks);
  const unit = subject.metrics.find(({ name }) => name === 'throughput')?.unit ?? 'req/s';
  const names = namesOf(subject);
  return [
    ...(block === null ? [] : [slices(block, unit, names), memory(block, names)]),
    latencies(measured.blocks, names),
    warmUp(measured, unit, names),
  ].flatMap((chart) => chart ?? []);
}

/** The one in the middle by what it says of throughput. */
function typicalBlock(blocks: readonly BlockMeasurement[]): BlockMeasurement | null {
  const sorted = blocks
    .map((block) => ({ block, value: pairValue('throughput', block) ?? Infinity }))
    .sort((a, b) => a.value - b.value);
  return sorted[Math.floor((sorted.length - 1) / 2)]?.block ?? null;
}

type Names = Record<Arm, string>;

function slices(block: BlockMeasurement, unit: MetricUnit, names: Names): Chart | null {
  const rates: Record<Arm, [number, number][]> = { base: [], head: [] };
  block.sliceUs.forEach((_, i) => {
    const arm = block.sliceOrder[i] === 'b' ? 'base' : 'head';
    rates[arm].push([i + 1, sliceRate(block, i)]);
  });
  return armsChart({ base: thinned(rates.base), head: thinned(rates.head) }, names, {
    title: `Slices of a typical block (block ${block.index + 1})`,
    y: { unit, title: unit },
    x: { title: 'slice', text: formatCount },
    more: 'A slice is about 25 ms of load; the arms take turns.',
  });
}

function memory(block: BlockMeasurement, names: Names): Chart | null {
  const points = byArm((arm) => {
    const { memoryAfter = [], rssBytes = [] } = block.arms[arm] ?? {};
    return rssBytes.flatMap((bytes, i) => {
      const work = memoryAfter[i];
      return work === undefined ? [] : [[work, bytes] as const];
    });
  });
  return armsChart(points, names, {
    title: `Resident memory over a typical block (block ${block.index + 1})`,
    y: { unit: 'B', title: 'resident memory' },
    x: { title: 'requests or messages done', text: formatCount },
    more: 'It is read at the same amounts of work in both arms.',
  });
}

const QUANTILES = [
  ['p50', 'p50Us', 0.5],
  ['p90', 'p90Us', 0.9],
  ['p99', 'p99Us', 0.99],
  ['p99.9', 'p999Us', 0.999],
] as const;

/** Each quantile is the middle one of the blocks'. Its place is by how many requests in so many are slower. */
function latencies(blocks: readonly BlockMeasurement[], names: Names): Chart | null {
  const placeOfQuantile = (share: number) => 1 / (1 - share);
  const points = byArm((arm) =>
    QUANTILES.flatMap(([, key, share]) => {
      const seen = blocks.flatMap((block) => block.arms[arm]?.latency?.[key] ?? []);
      const middle = seen.length === 0 ? 0 : median(seen);
      return middle <= 0 ? [] : [[placeOfQuantile(share), middle / 1e6] as const];
    }),
  );
  const chart = armsChart(points, names, {
    title: 'Latency by quantile, logarithmic',
    y: { unit: 's', title: 'latency', isLog: true },
    x: { title: 'quantile', text: String },
    more: 'Middle values of the blocks, at a fixed rate.',
  });
  if (chart === null) return null;
  const ticks = QUANTILES.map(([, , share]) => placeOfQuantile(share));
  const text = (tick: number) => QUANTILES[ticks.indexOf(tick)]?.[0] ?? '';
  const scale = { low: 1.6, high: 1250, isLog: true, ticks };
  return { ...chart, x: { ...chart.x, scale, text } };
}

function warmUp({ pilot }: SubjectMeasurement, unit: MetricUnit, names: Names): Chart | null {
  const points = byArm((arm) => {
    const seen = pilot?.arms[arm]?.warmUp;
    return thinned(
      (seen?.perSecond ?? []).map((rate, i) => [(i + 1) * (seen?.windowWork ?? 0), rate] as const),
    );
  });
  const from = Arm.options.flatMap((arm) => {
    const seen = pilot?.arms[arm]?.warmUp;
    if (seen == null) return [];
    if (seen.steadyFrom === null) return [`${names[arm]} never got steady`];
    return [`${names[arm]} was steady after ${formatCount(seen.steadyFrom * seen.windowWork)}`];
  });
  return armsChart(points, names, {
    title: 'Warm-up in the pilot run',
    y: { unit, title: unit },
    x: { title: 'requests or messages since the start', text: formatCount },
    more: from.length === 0 ? '' : `${from.join('; ')}.`,
  });
}

interface Labels {
  readonly title: string;
  readonly y: { readonly unit: MetricUnit; readonly title: string; readonly isLog?: boolean };
  readonly x: Pick<Axis, 'title' | 'text'>;
  readonly more: string;
}

/** Null where neither arm has two points. */
function armsChart(points: ByArm, names: Names, { title, y, x, more }: Labels): Chart | null {
  const series = Arm.options.flatMap((arm): Series[] => {
    const own = points[arm] ?? [];
    return own.length < 2 ? [] : [{ arm, kind: 'line', points: own }];
  });
  if (series.length === 0) return null;
  const all = series.flatMap((one) => one.points);
  const values = all.map(([, value]) => value);
  const ranges = series.map(({ arm, points: own }) => {
    const seen = own.map(([, value]) => value);
    const range = [Math.min(...seen), Math.max(...seen)].map((end) => formatQuantity(y.unit, end));
    return `${names[arm as Arm]}: ${range.join(' to ')}`;
  });
  return {
    title,
    description: `${title}. ${ranges.join('; ')}. ${more}`.trim(),
    x: { ...x, scale: linearScale(all.map(([at]) => at)) },
    ...(y.isLog === true
      ? { y: { title: y.title, scale: logScale(values), text: textIn(y.unit) }, series }
      : inOneUnit(y, series, values)),
  };
}

function textIn(unit: MetricUnit): Axis['text'] {
  return (tick) => formatQuantity(unit, tick);
}

/** The unit stands above the axis, and round numbers of it beside. */
function inOneUnit(
  { unit, title }: Labels['y'],
  series: readonly Series[],
  values: readonly number[],
): Pick<Chart, 'y' | 'series'> {
  const { factor, label } = commonScale(unit, values) ?? { factor: 1, label: unit };
  const format = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 });
  return {
    y: {
      title: title === label ? label : `${title}, ${label}`,
      scale: linearScale(values.map((value) => value / factor)),
      text: (tick) => format.format(tick).replace('-', '−'),
    },
    series: series.map((one) => ({
      ...one,
      points: one.points.map(([at, value]) => [at, value / factor] as const),
    })),
  };
}

function byArm(pointsOf: (arm: Arm) => Points): ByArm {
  return { base: pointsOf('base'), head: pointsOf('head') };
}

/** Means of neighbours. */
function thinned(points: Points): Points {
  return neighbours(points, MOST_POINTS).map(
    (some) => [(some[0] as Points[number])[0], mean(some.map(([, value]) => value))] as const,
  );
}
