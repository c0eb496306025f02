/** What each block showed of one metric, with the estimate that they give and what it is held to. */

import { isHigherBetter } from '../../config/experiment/metrics.ts';
import type { MetricVerdict, SubjectVerdict } from '../../judge/verdict/verdict.ts';
import { formatChange, formatChangeWithInterval, plural } from '../wording/format.ts';
import { byMetric, metricLabel } from '../wording/metric-text.ts';
import { linearScale } from './scale.ts';
import type { Chart } from './svg.ts';

export interface BlockChanges {
  readonly metric: MetricVerdict;
  /** By the block's number from 1; only those that have one. */
  readonly changes: readonly (readonly [block: number, change: number])[];
}

/** Of the metric that a reader asks about first: one that regressed, else the first that can fail the job, else any. */
export function tellingBlocks({ metrics }: SubjectVerdict): BlockChanges | null {
  const all = [...metrics].sort(byMetric).flatMap((metric) => {
    const changes = (metric.blockChanges ?? []).flatMap((change, i) =>
      change === null ? [] : [[i + 1, change] as const],
    );
    return metric.comparison === 'ratio' && changes.length > 1 ? [{ metric, changes }] : [];
  });
  const red = all.find(({ metric }) => metric.verdict === 'regression' && metric.gating);
  return red ?? all.find(({ metric }) => metric.gating) ?? all[0] ?? null;
}

/** Changes for the worse that the metric's tolerance lets pass; none without one. */
export function tolerated({ name, tolerance }: MetricVerdict): readonly [number, number] | null {
  if (tolerance === null) return null;
  return isHigherBetter(name) ? [-tolerance, 0] : [0, tolerance];
}

export function blocksChart(title: string, { metric, changes }: BlockChanges): Chart {
  const band = tolerated(metric);
  const values = changes.map(([, change]) => change);
  const ends = metric.interval ?? [];
  return {
    title,
    description: blocksText({ metric, changes }),
    x: {
      scale: linearScale(changes.map(([block]) => block)),
      title: 'block',
      text: (tick) => (Number.isInteger(tick) ? String(tick) : ''),
    },
    y: {
      scale: linearScale(values, [0, ...ends, ...(band ?? [])]),
      title: `change of ${metricLabel(metric)}`,
      text: (tick) => formatChange(tick),
    },
    series: [{ arm: 'open', kind: 'dots', points: changes }],
    ...(band === null ? {} : { band }),
    rules: [
      { y: 0, kind: 'one' },
      ...ends.map((y) => ({ y, kind: 'end' as const })),
      ...(metric.change === null ? [] : [{ y: metric.change, kind: 'whisker' as const }]),
    ],
  };
}

/**
 * "throughput: −8.1% [−9.0%, −7.2%] by 12 blocks, 11 of them worse than the tolerance of 5.0%". Where the word stands on the first of them, these
 * are told apart from those that came later.
 */
export function blocksText({ metric, changes }: BlockChanges): string {
  const { tolerance, name, change, interval, blocks } = metric;
  const isEarly = blocks < changes.length;
  const told = `${metricLabel(metric)}: ${formatChangeWithInterval(change, interval)}`;
  const by = `by ${isEarly ? `the first ${blocks} of ` : ''}${plural(changes.length, 'block')}`;
  if (tolerance === null) return `${told} ${by}`;
  const isWorse = ([, one]: BlockChanges['changes'][number]) =>
    (isHigherBetter(name) ? -one : one) > tolerance;
  const worse = changes.filter(isWorse).length;
  const all = isEarly ? `all ${changes.length}` : null;
  const share = worse === 0 ? `none of ${all ?? 'which'} is` : `${worse} of ${all ?? 'them'}`;
  return `${told} ${by}, ${share} worse than the tolerance of ${formatChange(tolerance).replace('+', '')}`;
}
