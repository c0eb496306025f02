/** Builds whole Measurement records from per-block true log-ratios, for tests of what comes after measuring. */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Claim } from '../../src/config/claims/claim.ts';
import type { Pairs } from '../../src/config/experiment.ts';
import type { MetricName } from '../../src/config/metrics.ts';
import { blockPlans, seedFor } from '../../src/plan/order.ts';
import { SCHEMA } from '../../src/system/schema-versions.ts';
import type { Arm } from '../../src/terms/arm.ts';
import {
  type ArmObservation,
  type BlockMeasurement,
  type BlockPlan,
  draftOf,
  type Gate,
  type HttpRequest,
  type HttpScenario,
  Measurement,
  type Phases,
  type Pilot,
  type RunnerObservation,
  type Scenario,
  type SubjectMeasurement,
  type SubjectPlan,
} from './draft.ts';
import { READY, STOP } from './manners.ts';

/** True d = ln(cost_head / cost_base) of one block, per metric; absent is 0. Positive: head is worse. */
export type BlockRatios = Partial<Record<MetricName, number>>;

export interface SubjectSpec {
  server?: string;
  scenario?: string;
  /** One entry per measured block. */
  blocks: readonly BlockRatios[];
  /** Blocks in the plan; as many as were measured when absent. */
  planned?: number;
  looks?: number[];
  /** Not in the plan at all: it failed before planning. */
  unplanned?: boolean;
  failure?: SubjectMeasurement['failure'];
  restarts?: number;
  /** Changes one block after it was built. */
  edit?: (block: BlockMeasurement) => void;
}

export interface MeasurementSpec {
  subjects: readonly SubjectSpec[];
  gate?: Partial<Gate>;
  claims?: Claim[];
  arms?: Arm[];
  stored?: Measurement['stored'];
  slices?: number;
  seed?: number;
  /** How the arms of every block meet; `live` when absent. */
  pairs?: Pairs;
  /** Changes the scenario of this name; all are plain HTTP otherwise. */
  load?: (name: string) => Scenario;
}

/** What base does; head does `exp(d)` times the cost. */
const BASE = { requestsPerSecond: 40_000, cpuUsPerRequest: 20, rssBytes: 50 * 1024 ** 2 };
const LATENCY_US = { p50Us: 400, p90Us: 700, p99Us: 1500, p999Us: 4000, maxUs: 9000 };
const SLICE_REQUESTS = 1000;
const MEMORY_SAMPLES = 4;
const SEGMENTS = 10;
/** Of the open loop, per second and in all. */
const OPEN_LOOP_LOAD = { perSecond: 24_000, scheduled: 24_000 };

/** What the config file's defaults come to. */
export const TOLERANCE: Gate['tolerance'] = {
  throughput: 0.05,
  cpu: 0.05,
  'cpu-beside': 0.05,
  p50: 0.1,
  p90: 0.15,
  p99: 0.2,
  memory: 0.05,
  pss: 0.05,
  'peak-memory': 0.05,
  'memory-growth': 100 * 1024,
  'memory-per-connection': 0.05,
  'throughput-cv': 0.5,
  'connect-p50': 0.2,
  'connect-p99': 0.5,
};
const PHASES: Phases = {
  latency: {
    perSecond: OPEN_LOOP_LOAD.perSecond,
    segmentRequests: OPEN_LOOP_LOAD.scheduled / SEGMENTS,
    segmentsPerArm: SEGMENTS,
  },
  steadyMs: null,
};
const NO_ERRORS = { connect: 0, timeout: 0, closed: 0, protocol: 0, status: 0, body: 0 };

/** A measurement that the schema accepts; every estimate of the judge gives back the true ratios. */
export function measurementOf(spec: MeasurementSpec): Measurement {
  return Measurement.parse(buildMeasurement(spec));
}

/** Four looks, as plans of older forms have them: of a schedule with few it is plain which look decided. Never before six blocks. */
export function fewLooks(planned: number): number[] {
  const looks = [0.3, 0.5, 0.7, 1].map((share) =>
    Math.max(6, Math.ceil(Number((share * planned).toFixed(9)))),
  );
  return [...new Set(looks)];
}

/** The same without the schema's check, for thousands of them. */
export function buildMeasurement(spec: MeasurementSpec): Measurement {
  const { seed = 7, slices = 8, arms = ['base', 'head'], stored = null, pairs = 'live' } = spec;
  const subjects = spec.subjects.map((subject) => ({
    server: 'api',
    scenario: 'plain',
    planned: subject.blocks.length,
    ...subject,
  }));
  const tool = { name: 'throughput-gate', version: '0.1.0' };
  const plans = subjects.map(
    ({ server, scenario, planned, looks }): SubjectPlan => ({
      server,
      scenario,
      pairs,
      cores: null,
      phases: PHASES,
      warmupRequests: 4000,
      sliceRequests: SLICE_REQUESTS,
      blockMs: 6000,
      looks: looks ?? fewLooks(planned),
      ends: [(looks ?? fewLooks(planned)).at(-1) as number],
      forecast: null,
      blocks: draftOf(
        blockPlans({
          seed: seedFor(seed, `${server}/${scenario}`),
          arms,
          pairs,
          count: planned,
          slices,
          phases: PHASES,
        }),
      ),
    }),
  );
  return {
    schemaVersion: SCHEMA.measurement,
    tool,
    startedAt: '2026-11-23T17:20:00.000Z',
    environment: {
      os: 'linux',
      kernel: '6.11.0',
      cpuModel: 'Model A',
      cpuCount: 4,
      memoryBytes: 16 * 1024 ** 3,
      runnerImage: null,
      node: 'v24.21.0',
    },
    sources: Object.fromEntries(
      arms.map((arm) => [arm, { commit: null, description: `${arm} folder` }]),
    ),
    experiment: {
      servers: unique(subjects.map(({ server }) => server)).map((name) => ({
        name,
        workdir: '.',
        build: null,
        buildTimeoutMs: 1_800_000,
        start: 'node server.js',
        listen: pairs === 'exclusive' ? { kind: 'fixed', port: 8080 } : { kind: 'port' },
        pairs,
        ready: { ...READY, timeoutMs: 10_000 },
        stop: STOP,
        env: {},
        before: null,
        after: null,
      })),
      scenarios: unique(subjects.map(({ scenario }) => scenario)).map((name) =>
        spec.load === undefined ? httpScenario(name) : spec.load(name),
      ),
      subjects: subjects.map(({ server, scenario }) => ({ server, scenario })),
      gate: {
        budgetMs: 120_000,
        tolerance: { ...TOLERANCE },
        limits: { errors: 0.001, refused: 0, dropped: 0, 'longest-stall': 0.1 },
        falseAlarmRate: 0.01,
        metrics: ['throughput', 'cpu'],
        failOnInconclusive: false,
        failOnNoBaseline: false,
        jobBudgetMs: null,
        onRegression: 'fail' as const,
        ...spec.gate,
      },
      claims: spec.claims ?? [],
    },
    flags: [],
    plan: {
      schemaVersion: SCHEMA.plan,
      tool,
      seed,
      arms,
      cores: { generator: [0], servers: [1], note: null },
      subjects: plans.filter((_, i) => subjects[i]?.unplanned !== true),
      lacking: [],
    },
    stored,
    attempts: [],
    confirmationOf: null,
    injection: null,
    subjects: subjects.map(
      ({ server, scenario, blocks, failure = null, restarts = 0, edit }, i) => ({
        server,
        scenario,
        pilot: pilotOf(arms),
        blocks: blocks.map((ratios, index) => {
          const plan = plans[i]?.blocks[index];
          const block = blockOf(plan, index, { arms, pairs }, ratios);
          edit?.(block);
          return block;
        }),
        replaced: [],
        failure,
        restarts,
        errorSamples: [],
      }),
    ),
  };
}

/** `GET /<name>` over cleartext HTTP/1.1, with these changes. */
export function httpScenario(name: string, wishes: Partial<HttpScenario> = {}): HttpScenario {
  return {
    kind: 'http',
    name,
    protocol: 'http1',
    engine: 'builtin',
    tls: null,
    connections: 32,
    streams: 1,
    timeoutMs: 5000,
    requests: [httpRequest({ path: `/${name}` })],
    latency: null,
    steadyMs: null,
    serverCores: null,
    ...wishes,
  };
}

/** `GET /`, with these changes. */
export function httpRequest(wishes: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    path: '/',
    headers: {},
    body: null,
    bodyFile: null,
    weight: 1,
    ids: null,
    expect: { status: 200, body: null },
    ...wishes,
  };
}

/** What an arm did in a block, to look at or to change. Throws when the block does not have the arm. */
export function observed(block: BlockMeasurement, arm: Arm): ArmObservation {
  const observation = block.arms[arm];
  if (observation === undefined) throw new RangeError(`block ${block.index} has no ${arm}`);
  return observation;
}

/** The same value this many times. */
export function repeat<T>(value: T, times: number): T[] {
  return Array.from({ length: times }, () => value);
}

/**
 * Above and below: as many of each at every look of 20 blocks. Two blocks with the same sign share a balanced pair of
 * orders, so that none of the orders goes with a sign.
 */
export const SIGNS = [...'++--+-++--++--++--+-'].map((sign) => (sign === '+' ? 1 : -1));

/** Independent standard normal numbers from a seed (Box and Muller 1958). */
export function normals(seed: number): () => number {
  const random = mersenne(seed);
  return () =>
    Math.sqrt(-2 * Math.log(positive(random))) * Math.cos(2 * Math.PI * positive(random));
}

function positive(random: RandomGenerator): number {
  return 1 - uniformFloat64(random);
}

function blockOf(
  plan: BlockPlan | undefined,
  index: number,
  { arms, pairs }: { arms: readonly Arm[]; pairs: Pairs },
  ratios: BlockRatios,
): BlockMeasurement {
  const { sliceOrder = '', latencyOrder = '' } = plan ?? {};
  const letters = [...sliceOrder];
  const cost = (arm: Arm, metric: MetricName) =>
    arm === 'head' ? Math.exp(ratios[metric] ?? 0) : 1;
  const sliceMs = (arm: Arm) =>
    ((1e3 * SLICE_REQUESTS) / BASE.requestsPerSecond) * cost(arm, 'throughput');
  const armOf = (letter: string): Arm => (letter === 'h' ? 'head' : 'base');
  const block: BlockMeasurement = {
    index,
    pairs,
    sliceOrder,
    sliceUs: letters.map((letter) => 1e3 * sliceMs(armOf(letter))),
    sliceGood: letters.map(() => SLICE_REQUESTS),
    latencyOrder: pairs === 'live' ? latencyOrder : '',
    runner: { ...UNDISTURBED },
    arms: {},
  };
  for (const arm of arms) {
    const slices = letters.filter((letter) => armOf(letter) === arm).length;
    const good = slices * SLICE_REQUESTS;
    // Of a live pair both arms' slices are in every group.
    const groups = Math.ceil((pairs === 'live' ? letters.length : slices) / 4);
    const cpuMs = (good / groups / 1e3) * BASE.cpuUsPerRequest * cost(arm, 'cpu');
    block.arms[arm] = {
      startMs: 120,
      good,
      attempted: good,
      errors: { ...NO_ERRORS },
      cpuMs: repeat(cpuMs, groups),
      cpuTicksMs: 10 * Math.round((groups * cpuMs) / 10),
      busiestThreadMs: groups * cpuMs,
      generatorBusy: 0.5,
      memoryAfter: Array.from({ length: MEMORY_SAMPLES }, (_, i) =>
        Math.round(((i + 1) * good) / MEMORY_SAMPLES),
      ),
      rssBytes: repeat(Math.round(BASE.rssBytes * cost(arm, 'memory')), MEMORY_SAMPLES),
      pssBytes: repeat(Math.round(BASE.rssBytes * cost(arm, 'pss')), MEMORY_SAMPLES),
      peakBytes: Math.round(BASE.rssBytes * cost(arm, 'peak-memory')),
      latency: {
        ...OPEN_LOOP_LOAD,
        // What a request costs does not depend on how many there are.
        cpuMs: repeat(
          (OPEN_LOOP_LOAD.scheduled / SEGMENTS / 1e3) * BASE.cpuUsPerRequest * cost(arm, 'cpu'),
          SEGMENTS,
        ),
        segments: {
          scheduled: repeat(OPEN_LOOP_LOAD.scheduled / SEGMENTS, SEGMENTS),
          late: repeat(0, SEGMENTS),
          durationUs: repeat(
            (1e6 * OPEN_LOOP_LOAD.scheduled) / OPEN_LOOP_LOAD.perSecond / SEGMENTS,
            SEGMENTS,
          ),
          p50Us: repeat(LATENCY_US.p50Us * cost(arm, 'p50'), SEGMENTS),
          p90Us: repeat(LATENCY_US.p90Us * cost(arm, 'p90'), SEGMENTS),
          p99Us: repeat(LATENCY_US.p99Us * cost(arm, 'p99'), SEGMENTS),
        },
        p50Us: LATENCY_US.p50Us * cost(arm, 'p50'),
        p90Us: LATENCY_US.p90Us * cost(arm, 'p90'),
        p99Us: LATENCY_US.p99Us * cost(arm, 'p99'),
        p999Us: LATENCY_US.p999Us * cost(arm, 'p999'),
        maxUs: LATENCY_US.maxUs * cost(arm, 'max'),
        histogram: '',
      },
      steady: null,
      hold: null,
    };
  }
  return block;
}

/** A machine that did nothing else. */
export const UNDISTURBED: RunnerObservation = {
  steal: 0,
  throttled: 0,
  pressure: 0,
  foreign: 0,
  spinWallUs: repeat(2000, 8),
  spinCpuUs: repeat(2000, 8),
};

function pilotOf(arms: readonly Arm[]): Pilot {
  const burst = {
    requestsPerSecond: 30_000,
    latencyP50Ms: 1,
    latencyP99Ms: 3,
    durationS: 1,
    completed: 30_000,
    errors: 0,
    timeouts: 0,
    statuses: { 200: 30_000 },
  };
  const seen = {
    startMs: 120,
    engine: 'http1',
    rate: 40_000,
    medianLatencyUs: 700,
    inFlight: { asked: 32, perSecond: 40_000, meanLatencyUs: 790 },
    warmUp: { windowWork: 4000, perSecond: repeat(40_000, 12), steadyFrom: 2 },
    burst,
  };
  return {
    arms: Object.fromEntries(arms.map((arm) => [arm, seen])),
    sliceSd: 0.04,
    runner: { ...UNDISTURBED },
  };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
