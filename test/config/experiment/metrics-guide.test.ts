/** The guide's table of metrics says what the code does. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  comparisonOf,
  GateableMetric,
  isLimitMetric,
  isToleranceMetric,
  LimitMetric,
  MetricName,
  ToleranceMetric,
} from '../../../src/config/experiment/metrics.ts';
import { metricsOf } from '../../../src/config/experiment/scenario-metrics.ts';
import {
  DEFAULT_GATE_METRICS,
  GateKeys,
  PERCENTAGE_FOR_ALL,
} from '../../../src/config/schema/gate-schema.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { load } from '../repository.ts';

const guide = readFileSync(ownFile('docs/metrics.md'), 'utf8');

interface Row {
  metric: MetricName;
  unit: string;
  measured: string;
  gates: string;
  held: string;
}

const rows = [...guide.matchAll(/^\| `([\w-]+)` \|(.*)\|$/gm)].flatMap(
  ([, metric, rest]): Row[] => {
    const [unit, , measured, gates, held, ...more] = (rest as string)
      .split('|')
      .map((c) => c.trim());
    if (!unit || !measured || !gates || !held || more.length > 0) return [];
    return [{ metric: MetricName.parse(metric), unit, measured, gates, held }];
  },
);

test('Every metric has its row, in the order of the reports', () => {
  assert.deepEqual(
    rows.map(({ metric }) => metric),
    MetricName.options,
  );
});

test('What gates by default, on request and never', () => {
  for (const { metric, gates } of rows) {
    const isGateable = (GateableMetric.options as readonly string[]).includes(metric);
    const isDefault = (DEFAULT_GATE_METRICS as readonly string[]).includes(metric);
    const other = metric === 'errors' ? 'always' : 'never';
    assert.equal(gates, isDefault ? 'yes' : isGateable ? 'no' : other, metric);
  }
});

test('Tolerances and limits, with their defaults', () => {
  const { tolerance, limits } = GateKeys.parse({});
  const percent = (share: number) => `${Number((share * 100).toPrecision(6))}%`;
  for (const { metric, held } of rows) {
    if (isLimitMetric(metric)) {
      const limit = limits[metric];
      const value = metric === 'longest-stall' ? `${limit * 1000}ms` : percent(limit);
      assert.equal(held, `limit ${value}`, metric);
    } else if (isToleranceMetric(metric)) {
      const isSize = comparisonOf(metric) === 'difference';
      const value = tolerance[metric];
      assert.equal(held, `tolerance ${isSize ? `${value / 1024}KiB` : percent(value)}`, metric);
    } else assert.equal(held, 'shown only', metric);
  }
  assert.deepEqual(Object.keys(tolerance), ToleranceMetric.options);
  assert.deepEqual(Object.keys(limits), LimitMetric.options);
});

test('Where each is measured', async () => {
  const { scenarios } = await load(`
servers: { api: { start: x } }
scenarios: { slices: { latency: false }, rate: {}, steady: { latency: false, steady: 1s }, hold: { mode: hold } }
`);
  const [slices = [], rate = [], steady = [], hold = []] = scenarios.map(metricsOf);
  for (const { metric, measured } of rows) {
    const places = [
      ...(slices.includes(metric)
        ? [metric === 'peak-memory' ? 'after the slices' : 'in the slices']
        : []),
      ...(!slices.includes(metric) && rate.includes(metric) ? ['at a fixed rate'] : []),
      ...(!slices.includes(metric) && steady.includes(metric) ? ['with `steady`'] : []),
      ...(hold.includes(metric) ? ['in a hold'] : []),
    ];
    assert.equal(measured, metric === 'errors' ? 'everywhere' : places.join('; '), metric);
  }
});

test('The guide names all that one percentage is for', () => {
  const said = /One percentage \(`tolerance: 3%`\) is for ([^.]*)\./.exec(guide)?.[1] ?? '';
  const named = [...said.matchAll(/`([\w-]+)`/g)].map(([, metric]) => metric);
  assert.deepEqual(named, [...PERCENTAGE_FOR_ALL]);
});
