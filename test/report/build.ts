/** Small builders of verdicts for the report's tests. */

import { comparisonOf, type MetricName } from '../../src/config/experiment/metrics.ts';
import type { Finding } from '../../src/judge/findings/finding.ts';
import type {
  HoldSummary,
  MetricVerdict,
  Scaling,
  SubjectVerdict,
  Verdict,
} from '../../src/judge/verdict/verdict.ts';
import { Verdict as VerdictSchema } from '../../src/judge/verdict/verdict.ts';
import type { BurstResult } from '../../src/load/results.ts';
import { SCHEMA } from '../../src/system/shapes/schema-versions.ts';
import type { VerdictWord } from '../../src/terms/verdict-word.ts';

export function burst(requestsPerSecond: number, changes: Partial<BurstResult> = {}): BurstResult {
  const completed = Math.round(requestsPerSecond * 2);
  return {
    requestsPerSecond,
    latencyP50Ms: 1,
    latencyP99Ms: 3,
    durationS: 2,
    completed,
    errors: 0,
    timeouts: 0,
    statuses: { 200: completed },
    ...changes,
  };
}

const MIB = 1024 ** 2;

/** What each metric is of an ordinary server, and what it is held to. */
const USUAL: Record<
  MetricName,
  { unit: MetricVerdict['unit']; base: number; held?: number; gating?: boolean }
> = {
  throughput: { unit: 'req/s', base: 41_234.5, held: 0.05, gating: true },
  cpu: { unit: 's', base: 21.07e-6, held: 0.05, gating: true },
  'cpu-beside': { unit: 's', base: 83.5e-6, held: 0.05 },
  p50: { unit: 's', base: 412e-6, held: 0.1 },
  p90: { unit: 's', base: 980e-6, held: 0.15 },
  p99: { unit: 's', base: 2.31e-3, held: 0.2, gating: true },
  p999: { unit: 's', base: 6.4e-3 },
  max: { unit: 's', base: 19.2e-3 },
  memory: { unit: 'B', base: 48.2 * MIB, held: 0.05 },
  pss: { unit: 'B', base: 41.7 * MIB, held: 0.05 },
  'peak-memory': { unit: 'B', base: 61.3 * MIB, held: 0.05 },
  'memory-growth': { unit: 'B/1k', base: 310, held: 100 * 1024 },
  'memory-per-connection': { unit: 'B', base: 6420, held: 0.05 },
  'longest-stall': { unit: 's', base: 0.004, held: 0.1 },
  'throughput-cv': { unit: 'share', base: 0.083, held: 0.5 },
  'connect-p50': { unit: 's', base: 240e-6, held: 0.2 },
  'connect-p99': { unit: 's', base: 3.1e-3, held: 0.5 },
  refused: { unit: 'share', base: 0, held: 0, gating: true },
  dropped: { unit: 'share', base: 0, held: 0, gating: true },
  errors: { unit: 'share', base: 0, held: 0.001, gating: true },
};

export function metric(
  name: MetricName,
  verdict: VerdictWord,
  changes: Partial<MetricVerdict> = {},
): MetricVerdict {
  const { unit, base, held = null, gating = false } = USUAL[name];
  const comparison = comparisonOf(name);
  const same = { ratio: 0.004, difference: 420, limit: null, none: 0.02 }[comparison];
  const change = changes.change === undefined ? same : changes.change;
  const isCompared = comparison === 'ratio' || comparison === 'difference';
  const noise = comparison === 'difference' ? 2000 : 0.009;
  return {
    name,
    work: 'request',
    unit,
    verdict,
    base,
    head:
      change === null ? base : comparison === 'difference' ? base + change : base * (1 + change),
    comparison,
    change,
    interval: change === null || !isCompared ? null : [change - noise, change + noise],
    bound: boundOf(verdict, name, change, held, noise),
    mde: !isCompared ? null : comparison === 'difference' ? 6400 : 0.029,
    tolerance: isCompared ? held : null,
    limit: comparison === 'limit' ? held : null,
    gating,
    blocks: 10,
    p: isCompared ? 0.41 : null,
    sd: !isCompared ? null : comparison === 'difference' ? 2790 : 0.0126,
    reasons: [],
    ...changes,
  };
}

/** Of what is unchanged, within the tolerance as the rule has it. */
function boundOf(
  verdict: VerdictWord,
  name: MetricName,
  change: number | null,
  tolerance: number | null,
  noise: number,
): number | null {
  const isCompared = comparisonOf(name) === 'ratio' || comparisonOf(name) === 'difference';
  if (verdict !== 'unchanged' || !isCompared || change === null || tolerance === null) return null;
  const worse = name === 'throughput' ? -1 : 1;
  return change + worse * noise * 0.9;
}

export function subject(
  server: string,
  scenario: string,
  verdict: VerdictWord,
  metrics: MetricVerdict[],
  changes: Partial<SubjectVerdict> = {},
): SubjectVerdict {
  return {
    server,
    scenario,
    verdict,
    blocks: metrics.reduce((most, { blocks }) => Math.max(most, blocks), 0),
    metrics,
    reasons: [],
    warnings: [],
    noise: { expectedSd: 0.011, sd: 0.0126, baseCv: 0.031, steal: 0.002, spin: 1.01, replaced: 0 },
    pictures: [],
    modes: [],
    confirmations: [],
    pairs: 'live',
    engine: 'http1',
    reach: null,
    hold: null,
    burst: { base: burst(38_120), head: burst(35_044) },
    budgetNeededMs: null,
    ...changes,
  };
}

export const ENVIRONMENT = {
  os: 'linux',
  kernel: '6.11.0-1018-azure',
  cpuModel: 'AMD EPYC 7763 64-Core Processor',
  cpuCount: 4,
  memoryBytes: 16 * 1024 ** 3,
  runnerImage: 'ubuntu24 20261115.1.0',
  node: 'v24.21.0',
};

export const CORES = { generator: [0, 1], servers: [2, 3], note: null };

export const SOURCES = {
  base: {
    commit: '8f14e45fceea167a5a36dedd4bea2543b1a7c9d0',
    description: "first parent of the pull request's merge commit",
  },
  head: { commit: 'c9f0f895fb98ab9159f51fd0297e236d5e2f7a11', description: 'HEAD' },
};

/** A verdict over `subjects`, valid by the schema, whose word is `word`. */
export function verdictOf(
  word: VerdictWord,
  subjects: SubjectVerdict[],
  changes: Partial<Verdict> = {},
): Verdict {
  return VerdictSchema.parse({
    schemaVersion: SCHEMA.verdict,
    tool: { name: 'throughput-gate', version: '0.1.0' },
    verdict: word,
    subjects,
    scaling: [],
    startedAt: '2026-11-23T17:20:00.000Z',
    seed: 20261123,
    design: 'pairs',
    falseAlarmRate: 0.01,
    budgetMs: 120_000,
    failsOn: { inconclusive: false, noBaseline: false },
    awaitsConfirmation: false,
    confirmationOf: null,
    attempts: [],
    environment: ENVIRONMENT,
    cores: CORES,
    sources: SOURCES,
    flags: [],
    commands: subjects.map(({ server, scenario }) => ({
      subject: `${server}/${scenario}`,
      build: 'npm ci',
      start: 'node server.js',
      load: `GET /${scenario}, 50 connections`,
    })),
    ...changes,
  } satisfies Verdict);
}

export const steady = (): MetricVerdict[] => [
  metric('throughput', 'unchanged'),
  metric('cpu', 'unchanged', { change: -0.0012 }),
  metric('memory', 'unchanged', { change: 0.0002, interval: [-0.0003, 0.0007] }),
];

/** All that a plain HTTP scenario has, unchanged but for what is given in its place. */
export function everyMetric(...instead: MetricVerdict[]): MetricVerdict[] {
  const names: MetricName[] = [
    'throughput',
    'cpu',
    ...(['p50', 'p90', 'p99', 'p999', 'max'] as const),
    ...(['memory', 'pss', 'peak-memory', 'memory-growth'] as const),
    ...(['longest-stall', 'throughput-cv'] as const),
    'errors',
  ];
  return names.map((name) => instead.find((one) => one.name === name) ?? metric(name, 'unchanged'));
}

/** All that a hold has. */
export function holdMetrics(...instead: MetricVerdict[]): MetricVerdict[] {
  const names: MetricName[] = [
    ...(['p50', 'p90', 'p99', 'p999', 'max'] as const),
    ...(['memory', 'pss', 'memory-per-connection'] as const),
    ...(['connect-p50', 'connect-p99', 'refused', 'dropped', 'errors'] as const),
  ];
  return names.map((name) => instead.find((one) => one.name === name) ?? metric(name, 'unchanged'));
}

export function held(changes: Partial<HoldSummary> = {}): HoldSummary {
  return {
    asked: 100_000,
    opened: 100_000,
    refused: 0,
    timedOut: 0,
    dropped: 0,
    openMs: 28_412,
    connectP50Us: 241,
    connectP99Us: 3_120,
    connectMaxUs: 41_800,
    ...changes,
  };
}

export function scaling(scenario: string, changes: Partial<Scaling> = {}): Scaling {
  return {
    server: 'api',
    scenario,
    points: [
      {
        cores: 1,
        base: 21_310,
        head: 21_190,
        baseEfficiency: 1,
        headEfficiency: 1,
        limited: false,
      },
      {
        cores: 2,
        base: 39_800,
        head: 31_240,
        baseEfficiency: 0.934,
        headEfficiency: 0.737,
        limited: false,
      },
    ],
    lacking: [],
    ...changes,
  };
}

/** Throughput and CPU time of a head that does so much less. */
export const slower = (change: number): MetricVerdict[] => [
  metric('throughput', 'regression', { change: -change, p: 0.00002 }),
  metric('cpu', 'regression', { change: change * 1.04, p: 0.000004 }),
  metric('memory', 'unchanged', { change: 0.0002, interval: [-0.0003, 0.0007] }),
];

/** A subject that has nothing to be compared with, and why. */
export const baseless = (reason: Finding): SubjectVerdict => {
  const nothing = { base: null, change: null, mde: null, p: null };
  return subject(
    'api',
    'plaintext',
    'no-baseline',
    [metric('throughput', 'no-baseline', nothing), metric('cpu', 'no-baseline', nothing)],
    { reasons: [reason], burst: { base: null, head: burst(38_120) } },
  );
};
