/** The units that a value in a claim may have, and which a metric needs. */

import type { ClaimMetric } from '../experiment/claim.ts';
import type { MetricName } from '../experiment/metrics.ts';

export type Kind = 'rate' | 'time' | 'size' | 'growth' | 'share';

const KINDS: Record<MetricName, Kind> = {
  throughput: 'rate',
  cpu: 'time',
  'cpu-beside': 'time',
  p50: 'time',
  p90: 'time',
  p99: 'time',
  p999: 'time',
  max: 'time',
  memory: 'size',
  pss: 'size',
  'peak-memory': 'size',
  'memory-growth': 'growth',
  'memory-per-connection': 'size',
  'longest-stall': 'time',
  'throughput-cv': 'share',
  'connect-p50': 'time',
  'connect-p99': 'time',
  refused: 'share',
  dropped: 'share',
  errors: 'share',
};

export function kindOfMetric(metric: ClaimMetric): Kind {
  return metric === 'cores-efficiency' ? 'share' : KINDS[metric];
}

/** How a value of this kind is written, for messages: completes "allowed: …". */
export const WRITTEN: Record<Kind, string> = {
  rate: 'requests or messages per second, such as 50000, 100k or 100k req/s',
  time: 'a time with its unit, such as 5ms, 250us or 1.5s',
  size: 'a size with its unit, such as 64MiB, 512KiB or 100B',
  growth: 'a size per 1,000 requests with its unit, such as 10KiB or 10KiB/1k',
  share: 'a percentage or its fraction, such as 0.1%, 80% or 0.8',
};

/** What the number before the unit is multiplied by; the metric's own unit is 1. */
const UNITS: Record<Exclude<Kind, 'growth'>, Readonly<Record<string, number>>> = {
  rate: {
    '': 1,
    k: 1e3,
    M: 1e6,
    'req/s': 1,
    'k req/s': 1e3,
    'M req/s': 1e6,
    'msg/s': 1,
    'k msg/s': 1e3,
    'M msg/s': 1e6,
    '/s': 1,
    'k/s': 1e3,
    'M/s': 1e6,
  },
  time: { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, μs: 1e-6 },
  size: { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 },
  share: { '': 1, '%': 0.01 },
};

/** In the metric's own unit; null when the unit is of another kind. Nothing is nothing, whatever its unit. */
export function valueIn(kind: Kind, number: number, unit: string): number | null {
  if (number === 0 && unit === '') return 0;
  const [units, written] =
    kind === 'growth' ? [UNITS.size, unit.replace(/ ?\/ ?1k$/, '')] : [UNITS[kind], unit];
  // Every map has a `constructor`, which is no unit.
  const factor = Object.hasOwn(units, written) ? units[written] : undefined;
  return factor === undefined ? null : number * factor;
}

/** Whether the unit is one of any kind. */
export function isUnit(unit: string): boolean {
  return (['rate', 'time', 'size', 'growth', 'share'] as const).some(
    (kind) => valueIn(kind, 1, unit) !== null,
  );
}

/** A slip of the unit: `MB` for MiB, `sec` for s. Null when it is none. */
export function unitMeant(unit: string): string | null {
  return SLIPS.find(([pattern]) => pattern.test(unit))?.[1] ?? null;
}

const SLIPS: readonly (readonly [RegExp, string])[] = [
  [/^kb$|^kib$/i, 'KiB'],
  [/^mb$|^mib$/i, 'MiB'],
  [/^gb$|^gib$/i, 'GiB'],
  [/^bytes?$|^b$/i, 'B'],
  [/^sec(ond)?s?$/i, 's'],
  [/^millis?$|^msec$/i, 'ms'],
  [/^micros?$|^usec$/i, 'us'],
  [/^(rps|req\/sec|requests\/s|reqs\/s)$/i, 'req/s'],
  [/^percent$/i, '%'],
];
