/** Which metrics a scenario has. */

import { LATENCY_METRICS, type MetricName } from './metrics.ts';
import type { Scenario } from './scenario.ts';

const MEMORY_METRICS = ['memory', 'pss', 'peak-memory', 'memory-growth'] as const;
const STEADY_METRICS = ['longest-stall', 'throughput-cv'] as const;
const HOLD_METRICS = [
  ...LATENCY_METRICS,
  'memory',
  'pss',
  'memory-per-connection',
  'connect-p50',
  'connect-p99',
  'refused',
  'dropped',
  'errors',
] as const;

/** What is measured under this load, in the order of the reports. */
export function metricsOf(scenario: Scenario): MetricName[] {
  if (scenario.kind === 'hold') return [...HOLD_METRICS];
  const isOpenLoop = scenario.kind !== 'command' && scenario.latency !== null;
  const isSteady = scenario.kind !== 'command' && scenario.steadyMs !== null;
  return [
    'throughput',
    'cpu',
    'cpu-beside',
    ...(isOpenLoop ? LATENCY_METRICS : []),
    ...MEMORY_METRICS,
    ...(isSteady ? STEADY_METRICS : []),
    'errors',
  ];
}

/** Whether head and the calibrator can take turns under this load. A hold has no speed: it opens connections, and keeps them. */
export function canBeCalibrated({ kind }: Pick<Scenario, 'kind'>): boolean {
  return kind !== 'hold';
}

/** What gives a scenario the metric. No flag and no input has such a key, so that it is said where it stands. */
export function measuredBy(metric: MetricName): string {
  switch (metric) {
    case 'cpu-beside':
      return 'a server that talks to something on the same machine has it';
    case 'longest-stall':
    case 'throughput-cv':
      return 'add `steady: 5s` to a scenario of the config file';
    case 'memory-per-connection':
    case 'connect-p50':
    case 'connect-p99':
    case 'refused':
    case 'dropped':
      return 'add a scenario with `mode: hold` to the config file';
    case 'p50':
    case 'p90':
    case 'p99':
    case 'p999':
    case 'max':
      return 'a scenario of the built-in engine measures it, unless it is a fan-out or says `latency: false`';
    default:
      return 'a scenario without `mode: hold` measures it';
  }
}
