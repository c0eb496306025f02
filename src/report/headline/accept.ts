/** What somebody may write to accept a slowdown: the settings with their values, and where they belong. */

import type { Bar } from '../../config/changes/bar.ts';
import type { ToleranceMetric } from '../../config/experiment/metrics.ts';
import { isToleranceMetric } from '../../config/experiment/metrics.ts';
import { ENDS } from '../../config/schema/gate-schema.ts';
import { parseSize } from '../../config/values/byte-size.ts';
import { parsePercentage } from '../../config/values/percentage.ts';
import { changeOf, EFFECT_FLOOR, logCost } from '../../judge/rule/decide.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { limitAbove, percentAbove } from '../wording/limit-value.ts';
import { byMetric, worsening } from '../wording/metric-text.ts';

interface Setting {
  key: 'tolerance' | 'limits';
  metric: string;
  value: string;
}

/** What works for everybody who may merge. `concerned`: the subjects that are a regression. */
export function howToAccept(concerned: readonly SubjectVerdict[], { bar }: Verdict): string {
  const worse = concerned
    .flatMap(({ metrics }) => metrics)
    .filter(({ gating, verdict }) => gating && verdict === 'regression')
    .toSorted(byMetric);
  const names = [...new Set(worse.map(({ name }) => name))];
  const settings = names.flatMap(
    (name) => settingFor(worse.filter((metric) => metric.name === name)) ?? [],
  );
  const beyond = names.filter((name) => settings.every(({ metric }) => metric !== name));
  const atDesk = concerned.some(({ form }) => form === 'flags');
  const place = atDesk ? 'flag' : bar?.base === 'shared' ? 'input' : 'file';
  const parts = [
    ...(settings.length > 0
      ? [`${atDesk ? 'run with' : 'set'} ${written(settings, place)} or more`]
      : []),
    ...(beyond.length > 0
      ? [
          `leave ${beyond.map((name) => `\`${name}\``).join(' and ')} out of \`${atDesk ? '--' : ''}metrics\``,
        ]
      : []),
  ];
  const what = parts.length > 0 ? parts.join(', and ') : 'raise `tolerance` or `limits`';
  return atDesk ? `${what}.` : whereTo(what, bar);
}

function whereTo(what: string, bar: Bar | undefined): string {
  if (bar?.from === 'base')
    return `${what}, on the base branch first, in a pull request of its own.`;
  switch (bar?.base) {
    case 'shared':
      return `${what}, as inputs of the step, in this pull request. No report lists inputs: whoever approves must see them in the workflow file.`;
    case 'read':
      return `${what}, in the config file of this pull request; the report then lists it.`;
    default:
      return `${what}, in this pull request.`;
  }
}

type Place = 'file' | 'input' | 'flag';

/**
 * "`tolerance: { cpu: 20%, throughput: 17% }`" in a file, "`tolerance: cpu=20%, throughput=17%`" as an input,
 * "`--tolerance cpu=20%,throughput=17%`" as a flag.
 */
function written(settings: readonly Setting[], place: Place): string {
  return (['tolerance', 'limits'] as const)
    .flatMap((key) => {
      const own = settings.filter((setting) => setting.key === key);
      if (own.length === 0) return [];
      const sign = place === 'file' ? ': ' : '=';
      const all = own.map(({ metric, value }) => `${metric}${sign}${value}`);
      if (place === 'flag') return [`\`--${key} ${all.join(',')}\``];
      const list = all.join(', ');
      return [`\`${key}: ${place === 'file' ? `{ ${list} }` : list}\``];
    })
    .join(' and ');
}

/** One metric of all subjects in which it is worse: the settings hold for all of them. Null where no value is large enough. */
function settingFor(worse: readonly MetricVerdict[]): Setting | null {
  const [first] = worse;
  if (first === undefined) return null;
  const { name } = first;
  const value = isToleranceMetric(name)
    ? toleranceText(name, Math.max(...worse.map((metric) => costOf(name, metric))))
    : limitAbove(first.unit, Math.max(...worse.map(({ head }) => head ?? 0)));
  if (value === null) return null;
  return { key: isToleranceMetric(name) ? 'tolerance' : 'limits', metric: name, value };
}

/** By the worse end of the interval: the next run sees the same slowdown with noise of its own. */
function costOf(name: ToleranceMetric, { change, interval }: MetricVerdict): number {
  const worst = Math.max(...[change ?? 0, ...(interval ?? [])].map((one) => worsening(name, one)));
  return logCost(name, worst);
}

const KIB = 1024;
/** What the schema allows. */
const DROP_BELOW = parsePercentage(ENDS.drop) as number;
const RISE_BELOW = parsePercentage(ENDS.rise) as number;
const MOST_GROWTH = parseSize(ENDS.growth) as number;

/** The smallest round tolerance that makes this cost no regression: a change of half the tolerance is one, on the scale of `cost`. */
export function toleranceText(name: ToleranceMetric, cost: number): string | null {
  const needed = Math.abs(changeOf(name, cost / EFFECT_FLOOR));
  if (name === 'memory-growth') {
    const kib = Math.floor(needed / KIB) + 1;
    return kib * KIB <= MOST_GROWTH ? `${kib}KiB` : null;
  }
  return percentAbove(needed, name === 'throughput' ? DROP_BELOW : RISE_BELOW);
}
