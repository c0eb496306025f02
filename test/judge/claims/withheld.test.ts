/**
 * What forbids a word of the gate forbids the same answer to a claim and the same place in a ranking: every kind of claim against every
 * doubt, and it makes no difference which of the two is named first.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge } from '../../../src/judge/judge.ts';
import { Verdict } from '../../../src/judge/verdict/verdict.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import type { BlockRatios } from '../../support/block.ts';
import type { BlockMeasurement, Measurement, Scenario, SubjectPlan } from '../../support/draft.ts';
import { httpScenario, observed, SIGNS } from '../../support/measurement.ts';
import { codes, contest } from './claimed.ts';

/** Asked of `x`, which is in trouble under `plain` and in none under `other`, and of `y`, which is in none. */
interface Row {
  /** ln of what x costs over y. */
  ratios?: BlockRatios;
  trouble: (block: BlockMeasurement, x: Arm, first: Arm) => void;
  load?: Partial<Extract<Scenario, { kind: 'http' }>>;
  /** Without the trouble, and with it. */
  claims: Record<string, readonly [Answer, Answer]>;
  /** Of x and y under `plain`, likewise; of the metrics that count. */
  ranking?: Record<string, readonly [string, string]>;
  /** Why, of all that is withheld. */
  because: readonly string[];
}

type Answer = 'holds' | 'refuted' | 'undecided';

const LATENCY = { latency: { perSecond: null } };
const [HOLDS, REFUTED, SAME] = [
  ['holds', 'undecided'],
  ['refuted', 'undecided'],
  ['same', 'open'],
] as const;
const STAYS = ['holds', 'holds'] as const;

const ROWS: Record<string, Row> = {
  'x stalls in few slices': {
    trouble: (block, x) => {
      const at = block.sliceOrder.indexOf(x[0] as string);
      block.sliceUs = block.sliceUs.map((us, i) => (i === at ? 4 * us : us));
    },
    claims: {
      'x.plain.throughput >= y.plain.throughput * 0.95': HOLDS,
      'x.plain.throughput < y.plain.throughput * 0.95': REFUTED,
      'y.plain.throughput <= x.plain.throughput * 1.05': HOLDS,
      'x.plain.throughput >= y.plain.throughput - 2k': HOLDS,
      'x.plain.throughput >= 38k': HOLDS,
      'x.plain.throughput < 38k': REFUTED,
      'x.plain.throughput >= x.other.throughput * 0.95': HOLDS,
      'x.plain.throughput >= x.other.throughput - 2k': HOLDS,
      'y.plain.throughput >= 38k': STAYS,
      'x.plain.cpu <= y.plain.cpu * 1.05': STAYS,
      'x.plain.memory <= y.plain.memory * 1.05': STAYS,
    },
    ranking: { throughput: SAME },
    because: [
      'rare-stalls',
      'hidden-worsening',
      'claim-all-values-disagree',
      'claim-all-requests-disagree',
    ],
  },
  'x does rare work in few slice groups': {
    trouble: (block, x) => {
      const { cpuMs } = observed(block, x);
      if (cpuMs !== null) cpuMs[1] = 4 * (cpuMs[1] as number);
    },
    claims: {
      'x.plain.cpu <= y.plain.cpu * 1.05': HOLDS,
      'x.plain.cpu > y.plain.cpu * 1.05': REFUTED,
      'x.plain.cpu <= y.plain.cpu + 1us': HOLDS,
      'x.plain.cpu <= 21us': HOLDS,
      'x.plain.cpu <= x.other.cpu * 1.05': HOLDS,
      'x.plain.cpu <= x.other.cpu + 1us': HOLDS,
      'y.plain.cpu <= 21us': STAYS,
      'x.plain.throughput >= 38k': STAYS,
    },
    ranking: { cpu: SAME },
    because: [
      'rare-work',
      'hidden-worsening',
      'claim-all-values-disagree',
      'claim-all-requests-disagree',
    ],
  },
  'x pauses rarely, which typical segments leave out': {
    load: LATENCY,
    trouble: (block, x) => {
      const { latency } = observed(block, x);
      if (latency !== null) latency.p99Us *= 30;
    },
    claims: {
      'x.plain.p99 <= y.plain.p99 * 1.2': HOLDS,
      'x.plain.p99 > y.plain.p99 * 1.2': REFUTED,
      'x.plain.p99 <= y.plain.p99 + 1ms': HOLDS,
      'x.plain.p99 <= 5ms': HOLDS,
      'x.plain.p99 > 5ms': REFUTED,
      'x.plain.p99 <= x.other.p99 * 1.2': HOLDS,
      'x.plain.p99 <= x.other.p99 + 1ms': HOLDS,
      'x.plain.p99 <= 100ms': STAYS,
      'y.plain.p99 <= 5ms': STAYS,
      'x.plain.p50 <= y.plain.p50 * 1.2': STAYS,
    },
    because: ['claim-all-requests-disagree', 'claim-all-values-disagree'],
  },
  'x comes up in one of two states': {
    trouble: (block, x) => {
      if (block.index % 5 !== 4) return;
      block.sliceUs = block.sliceUs.map((us, i) => (block.sliceOrder[i] === x[0] ? us / 0.92 : us));
    },
    claims: {
      'x.plain.throughput >= y.plain.throughput * 0.94': HOLDS,
      'y.plain.throughput <= x.plain.throughput * 1.06': HOLDS,
      'x.plain.throughput >= y.plain.throughput - 2400': HOLDS,
      'x.plain.throughput >= 37600': HOLDS,
      'x.plain.throughput >= x.other.throughput * 0.94': HOLDS,
      'x.plain.throughput >= x.other.throughput - 2400': HOLDS,
      'x.plain.throughput >= y.plain.throughput * 0.8': STAYS,
      'x.plain.throughput >= 30k': STAYS,
      'y.plain.throughput >= 37600': STAYS,
    },
    ranking: { throughput: SAME },
    because: ['claim-states-disagree', 'states-disagree'],
  },
  'the machine is disturbed in all blocks': {
    load: LATENCY,
    trouble: (block) => {
      block.runner.steal = 0.5;
    },
    claims: {
      'x.plain.throughput >= y.plain.throughput * 0.9': HOLDS,
      'x.plain.throughput >= y.plain.throughput - 4k': HOLDS,
      'x.plain.throughput >= 35k': HOLDS,
      'x.plain.throughput >= x.other.throughput * 0.9': HOLDS,
      'x.plain.cpu <= 25us': HOLDS,
      'x.plain.p99 <= 5ms': HOLDS,
      'x.plain.p99 <= y.plain.p99 + 1ms': HOLDS,
      'x.plain.memory <= y.plain.memory * 1.1': HOLDS,
      'x.plain.memory <= 100MiB': HOLDS,
      'x.plain.errors <= y.plain.errors': HOLDS,
      'x.other.throughput >= 35k': STAYS,
    },
    ranking: { throughput: SAME, cpu: SAME, memory: SAME, p99: SAME },
    because: ['machine-too-disturbed'],
  },
  'whoever is started first is slower': {
    trouble: (block, _x, first) => slower(block, first, 1.06),
    claims: {
      'x.plain.throughput >= y.plain.throughput * 0.9': HOLDS,
      'x.plain.throughput >= y.plain.throughput - 4k': HOLDS,
      'x.plain.throughput >= 35k': HOLDS,
      'x.plain.throughput >= x.other.throughput * 0.9': HOLDS,
      'x.plain.cpu <= y.plain.cpu * 1.1': HOLDS,
      'x.plain.memory <= y.plain.memory * 1.1': HOLDS,
    },
    ranking: { throughput: SAME, cpu: SAME },
    // By their figures alone, the two places look like two states.
    because: ['order-matters', 'states-disagree', 'claim-states-disagree'],
  },
  'whoever is started first is slower, and x is slower in either place': {
    ratios: { throughput: Math.log(1.2) },
    trouble: (block, _x, first) => slower(block, first, 1.06),
    claims: {
      'y.plain.throughput >= x.plain.throughput * 1.05': STAYS,
      'x.plain.throughput <= y.plain.throughput': STAYS,
      // Only that they differ is shown so.
      'y.plain.throughput >= x.plain.throughput * 0.9': HOLDS,
      'x.plain.throughput >= y.plain.throughput * 0.7': HOLDS,
    },
    ranking: { throughput: ['y', 'y'] },
    because: ['order-matters'],
  },
  'x never becomes steady': {
    trouble: (block, x) => {
      let slices = 0;
      block.sliceUs = block.sliceUs.map((us, i) =>
        block.sliceOrder[i] === x[0] ? us * (1 + 0.02 * slices++) : us,
      );
    },
    claims: {
      'x.plain.throughput >= y.plain.throughput * 0.5': HOLDS,
      'x.plain.throughput >= y.plain.throughput - 30k': HOLDS,
      'x.plain.throughput >= 20k': HOLDS,
      'x.plain.throughput >= x.other.throughput * 0.5': HOLDS,
      'x.plain.cpu <= y.plain.cpu * 1.1': HOLDS,
      'x.plain.memory <= 100MiB': HOLDS,
      'y.plain.throughput >= 20k': HOLDS,
      'y.other.throughput >= 20k': STAYS,
    },
    ranking: { throughput: SAME, cpu: SAME },
    because: ['never-steady'],
  },
  'x was not the limit of its closed loop, where requests share connections': {
    ratios: { throughput: Math.log(1.2), cpu: 0 },
    load: { protocol: 'http2', streams: 10 },
    trouble: (block, x) => idle(block, x),
    claims: {
      // That it is slower may be that the other finds more requests waiting at once.
      'y.plain.throughput >= x.plain.throughput * 1.12': HOLDS,
      'y.plain.throughput >= x.plain.throughput + 4k': HOLDS,
      'x.plain.throughput <= y.plain.throughput * 0.9': HOLDS,
      'x.plain.throughput >= 30k': STAYS,
    },
    ranking: { throughput: ['y', 'open'] },
    because: ['throughput-of-a-wait'],
  },
  'x was not the limit of its closed loop, and its CPU time is what it happens to be': {
    ratios: { cpu: Math.log(1.2) },
    trouble: (block, x) => idle(block, x),
    claims: {
      'x.plain.cpu >= y.plain.cpu * 1.12': HOLDS,
      'x.plain.cpu >= y.plain.cpu + 2us': HOLDS,
      'y.plain.cpu <= x.plain.cpu * 0.9': HOLDS,
      'x.plain.throughput >= 35k': STAYS,
    },
    ranking: { cpu: ['y', 'open'] },
    because: ['cpu-of-spare-time'],
  },
  'the generator was the limit of x': {
    ratios: { throughput: Math.log(1.2) },
    trouble: (block, x) => {
      idle(block, x);
      observed(block, x).generatorBusy = 0.99;
    },
    claims: {
      'y.plain.throughput >= x.plain.throughput * 1.12': HOLDS,
      'y.plain.throughput >= x.plain.throughput + 4k': HOLDS,
      'x.plain.throughput <= 45k': HOLDS,
      'x.plain.throughput <= x.other.throughput * 1.1': HOLDS,
      'x.plain.throughput >= y.plain.throughput * 0.8': STAYS,
      'x.plain.throughput >= 30k': STAYS,
    },
    ranking: { throughput: ['y', 'open'] },
    because: ['claim-generator-limited'],
  },
  'the generator sent late': {
    load: LATENCY,
    trouble: (block, x) => {
      const { latency } = observed(block, x);
      if (latency !== null) latency.segments.late = [...latency.segments.scheduled];
    },
    claims: {
      'x.plain.p99 <= y.plain.p99 * 1.2': HOLDS,
      'x.plain.p99 <= y.plain.p99 + 1ms': HOLDS,
      'x.plain.p99 <= 5ms': HOLDS,
      'x.plain.p99 <= x.other.p99 * 1.2': HOLDS,
      'x.plain.throughput >= 38k': STAYS,
    },
    ranking: { p99: SAME },
    because: ['sent-late'],
  },
  'x has a queue': {
    ratios: { p99: Math.log(1.5) },
    load: LATENCY,
    trouble: (block, x) => {
      const { latency } = observed(block, x);
      latency?.segments.durationUs.fill(200_000);
      latency?.segments.p50Us.fill(50_000);
    },
    claims: {
      // It can only be longer than it was seen to be.
      'x.plain.p99 >= y.plain.p99 * 1.1': STAYS,
      'y.plain.p99 <= x.plain.p99': STAYS,
      'x.plain.p99 <= y.plain.p99 * 2': HOLDS,
      'x.plain.p99 <= y.plain.p99 + 2ms': HOLDS,
      'x.plain.p99 <= 5ms': HOLDS,
      'x.plain.p99 <= x.other.p99 * 1.2': HOLDS,
    },
    ranking: { p99: ['y', 'open'] },
    because: ['rate-not-kept', 'claim-at-the-bound'],
  },
};

function slower(block: BlockMeasurement, arm: Arm, by: number): void {
  block.sliceUs = block.sliceUs.map((us, i) => (block.sliceOrder[i] === arm[0] ? by * us : us));
}

/** It has used next to none of its cores. */
function idle(block: BlockMeasurement, arm: Arm): void {
  const seen = observed(block, arm);
  seen.cpuTicksMs = 1;
  seen.busiestThreadMs = 1;
  // What a request costs at a fixed rate is not known.
  if (seen.latency !== null) seen.latency.cpuMs = null;
}

const ORDERS = { second: ['y', 'x'], first: ['x', 'y'] } as const;

function measured(row: Row, place: keyof typeof ORDERS, isTroubled: boolean): Measurement {
  const pair = ORDERS[place];
  const x: Arm = place === 'second' ? 'head' : 'base';
  const sign = place === 'second' ? 1 : -1;
  const blocks = Array.from({ length: 20 }, (_, i) => noisy(row.ratios ?? {}, sign, i));
  const measurement = contest(
    Object.keys(row.claims),
    ['plain', 'other'].map((scenario) => ({ pair, blocks, scenario })),
    { slices: 24, load: (name) => httpScenario(name, row.load) },
  );
  const [{ blocks: orders }] = measurement.plan.subjects as [SubjectPlan];
  for (const block of isTroubled ? (measurement.subjects[0]?.blocks ?? []) : []) {
    row.trouble(block, x, orders[block.index]?.startOrder[0] as Arm);
  }
  return measurement;
}

/** A little more and less than these, in turn. */
function noisy(ratios: BlockRatios, sign: number, index: number): BlockRatios {
  const noise = 0.005 * (SIGNS[index % SIGNS.length] as number);
  const all = { throughput: 0, cpu: 0, p99: 0, memory: 0, ...ratios };
  return Object.fromEntries(Object.entries(all).map(([metric, d]) => [metric, sign * (d + noise)]));
}

interface Found {
  answers: Record<string, string>;
  places: Record<string, string>;
  reasons: string[];
}

function found(row: Row, measurement: Measurement): Found {
  const verdict = judge(measurement);
  // As whoever reads the file again does.
  const { claims = [], versus } = Verdict.parse(verdict);
  const pairs = (versus?.ranking ?? [])
    .filter(({ scenario, metric }) => scenario === 'plain' && metric in (row.ranking ?? {}))
    .flatMap(({ metric, pairs: [pair] }) => (pair === undefined ? [] : [{ metric, ...pair }]));
  return {
    answers: Object.fromEntries(claims.map(({ claim, answer }) => [claim.text, answer])),
    places: Object.fromEntries(
      pairs.map(({ metric, outcome, better }) => [metric, better ?? outcome]),
    ),
    reasons: [
      ...claims.filter(({ answer }) => answer === 'undecided').flatMap(codes),
      ...pairs
        .filter(({ outcome }) => outcome === 'open')
        .flatMap(({ reasons }) => reasons.map(({ code }) => code)),
    ],
  };
}

function wanted(row: Row, at: 0 | 1): Omit<Found, 'reasons'> {
  const only = (of: Record<string, readonly [string, string]>) =>
    Object.fromEntries(Object.entries(of).map(([key, both]) => [key, both[at]]));
  return { answers: only(row.claims), places: only(row.ranking ?? {}) };
}

for (const [name, row] of Object.entries(ROWS)) {
  describe(`Where ${name}`, () => {
    for (const place of ['second', 'first'] as const) {
      it(`Without it, and x named ${place}, all that is asked is answered`, () => {
        const { reasons, ...rest } = found(row, measured(row, place, false));
        assert.deepEqual(rest, wanted(row, 0));
        assert.deepEqual(reasons, []);
      });

      it(`With x named ${place}, what it forbids is withheld, and nothing else`, () => {
        const { reasons, ...rest } = found(row, measured(row, place, true));
        assert.deepEqual(rest, wanted(row, 1));
        for (const code of reasons) assert.ok(row.because.includes(code), code);
      });
    }
  });
}
