/**
 * Simulated comparisons of two contenders in which every answer could be wrong: they are equal in all that is judged, and each claim says
 * that of one of them which is only just so. How many jobs have a wrong answer, is what the false-alarm rate promises.
 */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';
import type { Claim, ClaimOp } from '../../src/config/experiment/claim.ts';
import type { MetricName } from '../../src/config/experiment/metrics.ts';
import { judge } from '../../src/judge/judge.ts';
import type { BlockRatios } from './block.ts';
import { versus } from './contenders.ts';
import type { HoldObservation, Measurement, Scenario } from './draft.ts';
import { buildMeasurement, httpScenario, normals, observed } from './measurement.ts';

export interface Jobs {
  seed: number;
  jobs: number;
  /** Of a block's logarithms. */
  sd: number;
  rate: number;
}

/** Shares of the jobs with any wrong answer. */
export interface Wrong {
  any: number;
  claims: number;
  ranking: number;
}

const PLAIN = { server: 'b', scenario: 'plain' };
const IDLE = { server: 'b', scenario: 'idle' };
const METRICS = ['throughput', 'cpu', 'memory'] as const;

/** Every claim is exactly true: so it may not be refuted. A strict one is exactly false: so it may not hold. */
const CLAIMS: readonly Claim[] = [
  claim('throughput', '>='),
  claim('throughput', '>'),
  claim('cpu', '<='),
  claim('memory', '<='),
  claim('memory', '<'),
  { ...claim('p99', '<='), right: null, offset: 0.0015 },
  { ...claim('dropped', '<='), left: IDLE, right: { ...IDLE, server: 'a' } },
];

function claim(metric: MetricName, op: ClaimOp): Claim {
  const right = { ...PLAIN, server: 'a' };
  return { text: metric, gate: true, metric, left: PLAIN, op, right, factor: 1, offset: 0 };
}

export function wrongAnswers({ seed, jobs, sd, rate }: Jobs): Wrong {
  const z = normals(seed);
  const random = mersenne(seed + 1);
  const chance = () => uniformFloat64(random);
  const counts = { any: 0, claims: 0, ranking: 0 };
  for (let job = 0; job < jobs; job++) {
    const verdict = judge(measured(z, chance, { sd, rate }));
    const isWrong = (verdict.claims ?? []).some(({ claim: { op }, answer }) =>
      op === '>' || op === '<' ? answer === 'holds' : answer === 'refuted',
    );
    const isRanked = (verdict.versus?.ranking ?? []).some(
      ({ gating, pairs }) => gating && pairs.some(({ outcome }) => outcome === 'better'),
    );
    if (isWrong) counts.claims += 1;
    if (isRanked) counts.ranking += 1;
    if (isWrong || isRanked) counts.any += 1;
  }
  const share = (count: number) => count / jobs;
  return { any: share(counts.any), claims: share(counts.claims), ranking: share(counts.ranking) };
}

function measured(
  z: () => number,
  chance: () => number,
  { sd, rate }: { sd: number; rate: number },
): Measurement {
  const blocks = Array.from({ length: 20 }, (): BlockRatios => {
    const shared = z();
    const value = () => sd * (0.5 * shared + Math.sqrt(0.75) * z());
    return { throughput: value(), cpu: value(), memory: value(), p99: value() };
  });
  const measurement = buildMeasurement({
    slices: 4,
    // So small a tolerance that what counts as a difference is not held up by its floor.
    gate: { falseAlarmRate: rate, metrics: [...METRICS], tolerance: TINY },
    load,
    claims: [...CLAIMS],
    subjects: [
      { server: 'a-vs-b', scenario: 'plain', blocks },
      { server: 'a-vs-b', scenario: 'idle', blocks: blocks.map(() => ({})), edit: burst(chance) },
    ],
  });
  measurement.experiment.servers = [versus('a', 'b')];
  return measurement;
}

/** Both lose connections in bursts, in a third of the blocks. */
function burst(chance: () => number) {
  const dropped = () => (chance() < 1 / 3 ? 1 + Math.floor(40 * chance()) : 0);
  return (block: Parameters<typeof observed>[0]): void => {
    for (const arm of ['base', 'head'] as const) observed(block, arm).hold = holdOf(dropped());
  };
}

/** Of ten thousand connections that were opened, so many were dropped. */
export function holdOf(dropped: number): HoldObservation {
  return {
    opened: 10_000,
    refused: 0,
    timedOut: 0,
    dropped,
    openMs: 1000,
    connectP50Us: 100,
    connectP99Us: 300,
    connectMaxUs: 900,
    rssBeforeBytes: 1e6,
    rssHeldBytes: 5e7,
  };
}

function load(name: string): Scenario {
  if (name === 'plain') return httpScenario(name, { latency: { perSecond: null } });
  return {
    kind: 'hold',
    name,
    protocol: 'http1',
    tls: null,
    connections: 10_000,
    openPerSecond: 10_000,
    holdMs: 10_000,
    perSecond: 100,
    timeoutMs: 10_000,
    request: null,
    socket: null,
    serverCores: null,
  };
}

const TINY = {
  throughput: 1e-6,
  cpu: 1e-6,
  'cpu-beside': 1e-6,
  p50: 1e-6,
  p90: 1e-6,
  p99: 1e-6,
  memory: 1e-6,
  pss: 1e-6,
  'peak-memory': 1e-6,
  'memory-growth': 1,
  'memory-per-connection': 1e-6,
  'throughput-cv': 1e-6,
  'connect-p50': 1e-6,
  'connect-p99': 1e-6,
};
