/** A result by hand, so that a change of the judge changes no golden file of the self-test's. */
import { goalsOf } from '../../src/self-test/goals.ts';
import { exactEnds, meanOf, rateOf, wilsonInterval } from '../../src/self-test/rates.ts';
import type { DoseResult, Outcomes, SelfTestResult } from '../../src/self-test/result.ts';
import { buildSelfTest } from './build.ts';

const WORDS = ['regression', 'improvement', 'unchanged', 'inconclusive', 'invalid'] as const;

export function example(method: 'knob' | 'pauses'): SelfTestResult {
  const { record } = buildSelfTest({ doses: [{ asked: 0, blocks: 1 }], sd: 0.01 });
  const doses = method === 'knob' ? KNOB : PAUSES;
  const hasJobs = doses.some(({ whole }) => whole !== null);
  return {
    schemaVersion: 2,
    tool: record.tool,
    startedAt: record.startedAt,
    environment: record.environment,
    otherMachines: [],
    baseBusy: method === 'pauses' ? 0.94 : 1,
    runEffects: [
      {
        metric: 'throughput',
        runs: 16,
        blocks: 150,
        sdWithin: 0.0125,
        sdBetween: 0.0039,
        sdBetweenInterval: [0, 0.0078],
        f: 1.91,
        p: 0.026,
        inflation: 2.9,
        inflationInterval: [1, 6.4],
        blocksPerRun: 20,
        ps: [
          0.01, 0.02, 0.04, 0.09, 0.21, 0.26, 0.33, 0.4, 0.52, 0.55, 0.61, 0.7, 0.72, 0.85, 0.9,
          0.97,
        ],
      },
    ],
    subject: 'api/plain',
    seed: 42,
    method,
    knob: method === 'knob' ? 'KNOB_CPU_ITERATIONS' : null,
    calibration: method === 'knob' ? record.calibration : null,
    budgetMs: 180_000,
    gate: { tolerance: 0.05, falseAlarmRate: 0.01, metrics: ['throughput', 'cpu'] },
    resampling: {
      jobs: 1000,
      blocksPerJob: 30,
      looks: [9, 15, 21, 30],
      blockMs: 6000,
      leadMs: hasJobs ? 9400 : null,
    },
    doses,
    goals: goalsOf(doses, { tolerance: 0.05, method }),
  };
}

/** Counts in the order of WORDS. */
function outcomes(counts: readonly number[], blocks: readonly number[], isDrawn = false): Outcomes {
  const jobs = counts.reduce((a, b) => a + b, 0);
  return {
    jobs,
    verdicts: WORDS.map((word, i) => {
      const rate = rateOf(counts[i] as number, jobs);
      const share = rate.share ?? 0;
      const isCertain = share === 0 || share === 1;
      return {
        word,
        rate: isDrawn && !isCertain ? { ...rate, interval: wilsonInterval(share, 60.5) } : rate,
      };
    }),
    blocks: meanOf(blocks),
    seconds: meanOf(blocks.map((count) => 9.4 + 6 * count)),
    eitherWay: null,
    mde: { throughput: 0.0312, cpu: 0.028 },
  };
}

/** `count`: red one way or the other. */
function unchanged(of: Outcomes, count: number): Outcomes {
  const [low, high] = exactEnds(count, of.jobs, 0.025);
  const [least, most] = exactEnds(count, of.jobs, 0.05);
  const eitherWay = {
    count,
    of: of.jobs,
    share: count / of.jobs / 2,
    interval: [low / 2, high / 2] as [number, number],
    atLeast: least / 2,
    atMost: most / 2,
  };
  return { ...of, eitherWay };
}

const NONE: DoseResult = {
  name: 'none',
  asked: 0,
  expected: { throughput: 0, cpu: 0 },
  blocks: 60,
  replaced: 2,
  sizes: [
    {
      metric: 'throughput',
      blocks: 60,
      runs: 6,
      sd: 0.0301,
      change: -0.0018,
      interval: [-0.0092, 0.0057],
      injected: 0,
      by: 'ruler',
      ratio: null,
    },
  ],
  resampled: unchanged(outcomes([2, 0, 990, 8, 0], [9, 9, 9, 15], true), 3),
  disjoint: unchanged(outcomes([0, 0, 4, 0, 0], [9, 9, 9, 15]), 0),
  whole: unchanged(outcomes([0, 0, 10, 0, 0], [9, 9, 15, 9, 9, 9, 9, 15, 9, 9]), 0),
  strict: { tolerance: 0.03, resampled: outcomes([0, 0, 950, 50, 0], [15, 15, 21, 21], true) },
};

const KNOB: DoseResult[] = [
  NONE,
  {
    name: '3pc',
    asked: 0.03,
    expected: { throughput: -0.03, cpu: 0.0309 },
    blocks: 60,
    replaced: 0,
    sizes: [
      {
        metric: 'throughput',
        blocks: 60,
        runs: 6,
        sd: 0.031,
        change: -0.0286,
        interval: [-0.0365, -0.0207],
        injected: -0.03,
        by: 'ruler',
        ratio: { value: 0.953, interval: [0.69, 1.217], state: 'not shown' },
      },
      {
        metric: 'p99',
        blocks: 60,
        runs: 6,
        sd: 0.09,
        change: 0.031,
        interval: [0.008, 0.055],
        injected: null,
        by: null,
        ratio: null,
      },
    ],
    resampled: outcomes([540, 0, 455, 5, 0], [15, 15, 21, 9], true),
    disjoint: outcomes([1, 0, 2, 0, 0], [9, 15, 21]),
    whole: null,
    strict: { tolerance: 0.03, resampled: outcomes([1000, 0, 0, 0, 0], [15, 21, 21, 21], true) },
  },
  {
    name: '5pc',
    asked: 0.05,
    expected: { throughput: -0.05, cpu: 0.0526 },
    blocks: 60,
    replaced: 0,
    sizes: [
      {
        metric: 'cpu',
        blocks: 60,
        runs: 6,
        sd: 0.01,
        change: 0.0532,
        interval: [0.0505, 0.0559],
        injected: 0.0526,
        by: 'ruler',
        ratio: { value: 1.011, interval: [0.96, 1.063], state: 'reached' },
      },
    ],
    resampled: outcomes([850, 0, 100, 45, 5], [9, 15, 15, 9], true),
    disjoint: null,
    whole: outcomes([9, 0, 0, 1, 0], [9, 15, 15, 9, 9, 9, 21, 9, 15, 30]),
    strict: null,
  },
];

/** Without whole jobs. */
const PAUSES: DoseResult[] = [
  { ...NONE, replaced: 0, whole: null, strict: null },
  {
    name: '10pc',
    asked: 0.1,
    expected: { throughput: null, cpu: 0 },
    blocks: 18,
    replaced: 0,
    sizes: [
      {
        metric: 'throughput',
        blocks: 18,
        runs: 6,
        sd: 0.02,
        change: -0.131,
        interval: [-0.14, -0.122],
        injected: null,
        by: null,
        ratio: null,
      },
    ],
    resampled: null,
    disjoint: null,
    whole: null,
    strict: null,
  },
];
