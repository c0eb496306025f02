/** The same recorded blocks, judged by each rule: how often it is red where nothing changed, and how often where something did. */

import type { Scenario } from '../../src/config/experiment/scenario.ts';
import { metricsOf } from '../../src/config/experiment/scenario-metrics.ts';
import { gates } from '../../src/judge/state/metric-state.ts';
import type { BlockMeasurement } from '../../src/measure/observed/measurement.ts';
import { seedFor } from '../../src/plan/order.ts';
import { outcomesOfResampled } from '../../src/self-test/outcomes.ts';
import { type Pool, poolOf, withTolerance } from '../../src/self-test/pool.ts';
import { wilsonInterval } from '../../src/self-test/rates.ts';
import type { SelfTest } from '../../src/self-test/record.ts';
import { resampledJobs } from '../../src/self-test/resample.ts';
import type { Outcomes, Rate } from '../../src/self-test/result.ts';
import { autocannonCompare, welchOnSeconds } from './autocannon-compare.ts';
import { baseThenHead } from './base-then-head.ts';
import { benchstatInTurn, benchstatInterleaved } from './benchstat.ts';
import { DEFAULT_THRESHOLD, thresholdRule } from './github-action-benchmark.ts';
import type { Rule } from './rule.ts';

/** What became of one rule. */
export interface RuleResult {
  name: string;
  source: string;
  /** How often red, by dose, in the order of the record; null where the pool has too few blocks. */
  red: (Rate | null)[];
  /** Until the verdict on unchanged code. */
  seconds: number | null;
}

export interface Comparison {
  /** Drops in throughput. */
  doses: number[];
  rules: RuleResult[];
}

export interface OwnRule {
  /** To draw for each dose and tolerance. */
  jobs: number;
  /** Time before the first block of a job. */
  leadMs: number | null;
  tolerances: readonly number[];
  /** What such jobs have come to already; undefined where they have not been drawn. */
  known?: (dose: string, tolerance: number) => Outcomes | null | undefined;
}

export function compareRules({ record, chunks }: SelfTest, own: OwnRule): Comparison | null {
  const pools = record.doses.map(({ name }) =>
    poolOf(chunks.get(name) ?? [], record.subject, record.budgetMs),
  );
  const [first] = pools.filter((pool) => pool !== null);
  if (first === undefined) return null;
  const { gate, scenarios } = first.template.experiment;
  const load = scenarios.find(({ name }) => name === record.subject.scenario) as Scenario;
  const gating = metricsOf(load).filter((metric) => gates(gate, metric));
  const least = Math.min(...pools.map((pool) => pool?.blocks.length ?? 0));
  const rules = [
    thresholdRule(DEFAULT_THRESHOLD),
    thresholdRule(1.1),
    thresholdRule(1.05),
    autocannonCompare,
    welchOnSeconds,
    benchstatInTurn,
    benchstatInterleaved,
    baseThenHead({
      runs: Math.min(first.plan.blocks.length, Math.floor(least / 2)),
      // What each of the gate's metrics is tested at.
      alpha: gate.falseAlarmRate / Math.max(1, gating.length),
      tolerance: gate.tolerance.throughput,
    }),
  ];
  return {
    doses: record.doses.map(({ asked }) => asked),
    rules: [
      ...rules.map((rule) => ({
        name: rule.name,
        source: rule.source,
        red: pools.map(
          (pool) =>
            pool &&
            rotated(
              rule,
              pool.blocks.map(({ block }) => block),
            ),
        ),
        seconds: rule.seconds(first.plan.blockMs),
      })),
      ...own.tolerances.map((tolerance) => ours(pools, record, { ...own, tolerance })),
    ],
  };
}

/**
 * From each block on once, after the last comes the first again: neighbours stay neighbours, so that drift stays drift.
 * What overlaps is no new trial: the interval counts the blocks, not the turns.
 */
export function rotated(rule: Rule, blocks: readonly BlockMeasurement[]): Rate | null {
  let red = 0;
  let used = 0;
  for (let from = 0; from < blocks.length; from++) {
    const found = rule.judge(blocks, from);
    if (found === null) return null;
    red += Number(found.red);
    used += found.blocks;
  }
  if (blocks.length === 0) return null;
  const of = blocks.length;
  const trials = (of * of) / used;
  return { count: red, of, share: red / of, interval: wilsonInterval(red / of, trials) };
}

function ours(
  pools: readonly (Pool | null)[],
  { doses, seed }: SelfTest['record'],
  { tolerance, jobs, leadMs, known }: OwnRule & { tolerance: number },
): RuleResult {
  const results = doses.map(({ name }, i) => {
    const already = known?.(name, tolerance);
    if (already !== undefined) return already;
    const pool = pools[i] ?? null;
    if (pool === null || pool.runs.every((twos) => twos.length === 0)) return null;
    const strict = withTolerance(pool, tolerance);
    const resampled = resampledJobs(strict, jobs, seedFor(seed, name));
    return outcomesOfResampled(resampled, { blockMs: pool.plan.blockMs, leadMs });
  });
  return {
    name: `Throughput Gate, tolerance ${Number((100 * tolerance).toFixed(2))}%`,
    source: 'jobs resampled from the same blocks',
    red: results.map((result) => {
      const found = result?.verdicts.find(({ word }) => word === 'regression');
      return found?.rate ?? null;
    }),
    seconds: results[0]?.seconds.mean ?? null,
  };
}
