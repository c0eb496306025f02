/** Builds whole Measurement records from per-block true log-ratios, for tests of what comes after measuring. */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Claim } from '../../src/config/experiment/claim.ts';
import type { CommandScenario, WebSocketScenario } from '../../src/config/experiment/scenario.ts';
import type { Pairs } from '../../src/config/experiment/server.ts';
import { blockPlans, seedFor } from '../../src/plan/order.ts';
import { SCHEMA } from '../../src/system/shapes/schema-versions.ts';
import type { Arm } from '../../src/terms/arm.ts';
import {
  type BlockRatios,
  blockOf,
  type NoiseOf,
  OPEN_LOOP_LOAD,
  repeat,
  SEGMENTS,
  SLICE_REQUESTS,
  UNDISTURBED,
} from './block.ts';
import {
  type ArmObservation,
  type BlockMeasurement,
  type Draft,
  draftOf,
  type Gate,
  type HttpRequest,
  type HttpScenario,
  Measurement,
  type Phases,
  type Pilot,
  type Scenario,
  type SubjectMeasurement,
  type SubjectPlan,
} from './draft.ts';
import { READY, STOP } from './manners.ts';

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
  slices?: number;
  seed?: number;
  /** How the arms of every block meet; `live` when absent. */
  pairs?: Pairs;
  /** Whose cost differs from block to block; head's when absent. */
  noiseOf?: NoiseOf;
  /** Changes the scenario of this name; all are plain HTTP otherwise. */
  load?: (name: string) => Scenario;
}

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
  const { seed = 7, slices = 8, arms = ['base', 'head'], pairs = 'live', noiseOf } = spec;
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
          const block = blockOf(plan, index, { arms, pairs, ...(noiseOf && { noiseOf }) }, ratios);
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

/** A load by wrk. */
export function commandScenario(name = 'wrk'): Draft<CommandScenario> {
  return {
    kind: 'command',
    name,
    protocol: 'http1',
    tls: null,
    command: 'wrk {url}',
    output: 'wrk',
    path: '/',
    timeoutMs: 60_000,
    serverCores: null,
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

/** Echoes on `/ws`, with these changes. */
export function webSocketScenario(
  name: string,
  wishes: Partial<Draft<WebSocketScenario>> = {},
): Draft<WebSocketScenario> {
  return {
    kind: 'websocket',
    name,
    protocol: 'websocket',
    mode: 'echo',
    tls: null,
    path: '/ws',
    headers: {},
    subprotocol: null,
    connections: 4,
    message: { bytes: 32, binary: false },
    timeoutMs: 5000,
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
