/** The runs of the log as a table, one row for each fixture, condition and metric. */
import { markdownTable } from 'markdown-table';
import { margin } from '../../src/judge/rule/decide.ts';
import { type Estimate, estimatePaired, pairValue } from '../../src/judge/rule/estimate.ts';
import { varianceComponent } from '../../src/self-test/variance-component.ts';
import type { Line } from './line.ts';
import { ranked } from './ranks.ts';

/** Of a plain 95 % interval, on either side: a run of this bench is looked at once. */
const TAIL = 0.025;
const METRICS = ['throughput', 'cpu'] as const;
/** Fewer runs say nothing. */
const RUNS_AT_LEAST = 3;
const HEAD = [
  'fixture',
  'condition',
  'metric',
  'runs',
  'sd within runs',
  'sd between runs [95 %]',
  'p, by ranks',
  'variance of a run’s mean',
  '95 % intervals with the truth',
];

export function effectTable(lines: readonly Line[]): string {
  const runs = lines.flatMap((line) => (line.kind === 'run' ? line : []));
  const rows = new Map<string, string[]>();
  for (const { fixture, condition } of runs) {
    for (const metric of METRICS) {
      const own = runs.filter((run) => run.fixture === fixture && run.condition === condition);
      const values = own
        .map(({ blocks }) => blocks.flatMap((block) => pairValue(metric, block) ?? []))
        .filter((of) => of.length >= 2);
      if (values.length < RUNS_AT_LEAST) continue;
      rows.set(`${fixture} ${condition} ${metric}`, [
        fixture,
        condition,
        metric,
        ...figures(values),
      ]);
    }
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return markdownTable([HEAD, ...sorted]);
}

/** `runs`: the values of each one's blocks. The code is the same in both arms, so that the truth is 0. */
function figures(runs: readonly (readonly number[])[]): string[] {
  const blocks = runs.flat().length / runs.length;
  const component = varianceComponent(runs, blocks);
  const byRanks = varianceComponent(ranked(runs), blocks);
  const estimates = runs.map((values) => estimatePaired(values) as Estimate);
  const covered = estimates.filter((one) => Math.abs(one.d) <= margin(one, TAIL)).length;
  const coverage = `${covered} of ${runs.length} (${Math.round((100 * covered) / runs.length)} %)`;
  if (component === null || byRanks === null)
    return [String(runs.length), '–', '–', '–', '–', coverage];
  const { sdWithin, sdBetween, sdBetweenInterval, p, inflation } = component;
  return [
    String(runs.length),
    percent(sdWithin),
    `${percent(sdBetween)} [${sdBetweenInterval.map(percent).join(', ')}]`,
    `${p.toPrecision(2)}, ${byRanks.p.toPrecision(2)}`,
    `× ${inflation.toFixed(1)}`,
    coverage,
  ];
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)} %`;
}
