import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GateableMetric } from '../../../src/config/experiment/metrics.ts';
import type { Finding } from '../../../src/judge/findings/finding.ts';
import { judge, judgement } from '../../../src/judge/judge.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { findingText } from '../../../src/report/findings/finding.ts';
import type { BlockRatios } from '../../support/block.ts';
import type { BlockMeasurement } from '../../support/draft.ts';
import { httpScenario, measurementOf, observed, SIGNS } from '../../support/measurement.ts';

const METRICS: GateableMetric[] = ['throughput', 'cpu', 'p99', 'memory'];
const quiet = (i: number): BlockRatios => {
  const off = 0.004 * (SIGNS[i % SIGNS.length] as number);
  return { throughput: off, cpu: off, p99: 5 * off, memory: off };
};

/** Of the planned blocks, so many. `full`: the servers were the limit; `lacks`: what a block was measured without. */
function measured(
  blocks: readonly BlockRatios[],
  {
    gate = {},
    full = true,
    lacks = () => [],
    planned = 26,
  }: {
    gate?: object;
    full?: boolean;
    lacks?: (index: number) => readonly ('slices' | 'latency')[];
    planned?: number;
  } = {},
) {
  const edit = (block: BlockMeasurement) => {
    const without = lacks(block.index);
    for (const arm of ['base', 'head'] as const) {
      const own = observed(block, arm);
      const us = block.sliceUs.filter((_, i) => block.sliceOrder[i] === arm[0]);
      const wallMs = us.reduce((sum, one) => sum + one, 0) / 1000;
      own.cpuTicksMs = full ? wallMs : wallMs / 2;
      own.busiestThreadMs = own.cpuTicksMs;
      if (without.includes('latency')) own.latency = null;
      if (without.includes('slices')) {
        own.cpuMs = [];
        [own.memoryAfter, own.rssBytes, own.pssBytes, own.peakBytes] = [[], [], [], null];
      }
    }
    if (without.includes('latency')) block.latencyOrder = '';
    if (without.includes('slices')) {
      [block.sliceOrder, block.sliceUs, block.sliceGood] = ['', [], []];
    }
  };
  const record = measurementOf({
    noiseOf: 'both',
    gate: { metrics: [...METRICS], ...gate },
    load: (name) => httpScenario(name, { latency: { perSecond: null } }),
    subjects: [{ blocks: [...blocks], planned, looks: looksFor(planned), edit }],
  });
  // One core for the servers, which is what full means here.
  record.plan.cores = { ...record.plan.cores, generator: [0], servers: [1] };
  return record;
}

const of = (count: number, ratios = quiet) => Array.from({ length: count }, (_, i) => ratios(i));
const next = (record: ReturnType<typeof measured>) => judgement(record).next.get('api/plain');
const noLatency = () => ['latency'] as const;

describe('the next block', () => {
  it('The next block has slices alone until speed is decided, where the servers are the limit', () => {
    assert.deepEqual(next(measured(of(1), { lacks: noLatency })), {
      slices: true,
      latency: false,
      steady: false,
    });
  });

  it('The next block has the open loop beside the slices where a server has time left, from the second on', () => {
    assert.equal(next(measured([], { full: false }))?.latency, false);
    assert.equal(next(measured(of(1), { full: false, lacks: noLatency }))?.latency, true);
  });

  it('The next block of a short plan has the open loop early enough for four values of it', () => {
    const first = (planned: number) => {
      const lacks = (count: number) => next(measured(of(count), { planned, lacks: noLatency }));
      return [0, 1, 2].findIndex((count) => lacks(count)?.latency === true);
    };
    assert.deepEqual([4, 5, 6, 7].map(first), [0, 1, 2, 2]);
    const { subjects } = judge(measured(of(4), { planned: 4, gate: { metricsNamed: false } }));
    assert.equal(subjects[0]?.verdict, 'unchanged');
  });

  it('The next block has the open loop alone when everything else is decided', () => {
    const record = measured(of(8), { lacks: noLatency });
    assert.deepEqual(next(record), { slices: false, latency: true, steady: false });
    assert.deepEqual([...judgement(record).open], ['api/plain']);
  });

  it('The next block has the open loop after six blocks, whether speed is decided or not', () => {
    const loud = (i: number) => ({
      ...quiet(i),
      throughput: 0.2 * (SIGNS[i % SIGNS.length] as number),
    });
    assert.equal(next(measured(of(5, loud), { lacks: noLatency }))?.latency, false);
    assert.deepEqual(next(measured(of(6, loud), { lacks: noLatency })), {
      slices: true,
      latency: true,
      steady: false,
    });
  });

  it('The next block has no part for the quiet blocks’ sake where these can clear nothing: of two contenders, and of what is left out', () => {
    const busy = (gate: object = {}, ratios = quiet) => {
      const record = measured(of(12, ratios), { gate });
      for (const block of record.subjects[0]?.blocks ?? []) block.runner.foreign = 0.9;
      return record;
    };
    assert.equal(next(busy())?.latency, true);
    const contest = busy();
    for (const server of contest.experiment.servers) {
      const of = (name: string) => ({ ...server, name, root: '.' });
      server.contenders = { base: of('a'), head: of('b') };
    }
    assert.equal(next(contest)?.latency, false);
    const loud = (i: number) => ({ ...quiet(i), p99: 2 * (SIGNS[i % SIGNS.length] as number) });
    assert.equal(next(busy({ metricsNamed: false }, loud))?.latency, false);
    assert.equal(next(busy({ metricsNamed: true }, loud))?.latency, true);
  });

  it('The next block comes to nothing when the parts of several blocks together have decided all', () => {
    const record = measured(of(16), {
      lacks: (index) => (index < 8 ? ['latency'] : ['slices']),
    });
    const { verdict, open } = judgement(record);
    assert.equal(verdict.verdict, 'unchanged');
    assert.deepEqual([...open], []);
    const [subject] = verdict.subjects;
    const blocks = Object.fromEntries(subject?.metrics.map((one) => [one.name, one.blocks]) ?? []);
    assert.ok((blocks.throughput as number) <= 8 && (blocks.p99 as number) <= 8);
  });
});

describe('a subject that is red', () => {
  const slow = (i: number) => ({
    ...quiet(i),
    throughput: 0.2 + 0.002 * (SIGNS[i % SIGNS.length] as number),
  });
  const record = (measureAll: boolean | undefined) =>
    measured(of(6, slow), { gate: { measureAll }, lacks: noLatency });

  it('A subject that is red by one metric needs no more blocks, and says of the others that they were not measured to the end', () => {
    const { verdict, open } = judgement(record(false));
    assert.equal(verdict.verdict, 'regression');
    assert.deepEqual([...open], []);
    const p99 = verdict.subjects[0]?.metrics.find(({ name }) => name === 'p99');
    assert.equal(p99?.verdict, 'inconclusive');
    assert.match(
      findingText(p99?.reasons[0] as Finding),
      /^not measured to the end: the check is red already/,
    );
  });

  it('A subject that is red goes on where the sizes of all metrics are asked for, and in files that do not say', () => {
    for (const measureAll of [true, undefined]) {
      assert.deepEqual([...judgement(record(measureAll)).open], ['api/plain']);
    }
  });

  it('A subject that is not red goes on whatever is asked for', () => {
    const calm = measured(of(6), { gate: { measureAll: false }, lacks: noLatency });
    assert.deepEqual([...judgement(calm).open], ['api/plain']);
    assert.notEqual(judge(calm).verdict, 'regression');
  });
});
