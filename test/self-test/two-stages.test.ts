import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { pairValue } from '../../src/judge/rule/estimate.ts';
import { poolOf } from '../../src/self-test/pool.ts';
import { shifted } from '../../src/self-test/shift.ts';
import { stagesOf } from '../../src/self-test/two-stages.ts';
import { measurementOf, normals } from '../support/measurement.ts';
import { buildSelfTest } from './build.ts';

function stages(runs: number, blocks: number, runSd: number, seed = 3) {
  const { chunks, record } = buildSelfTest({
    doses: [{ asked: 0, blocks: runs * blocks }],
    sd: 0.01,
    chunk: blocks,
    runSd,
    seed,
  });
  const pool = poolOf([...chunks.values()].flat(), record.subject, record.budgetMs);
  assert.ok(pool !== null);
  return stagesOf(pool.runs);
}

const value = (pooled: { block: Parameters<typeof pairValue>[1] }) =>
  pairValue('throughput', pooled.block) as number;

describe('blocks in two stages', () => {
  it('What a run has in common is taken out of its blocks, which keep the spread that they have', () => {
    const { twos } = stages(200, 4, 0.02);
    const means = Array.from({ length: 200 }, (_, own) =>
      mean(twos.filter(({ run }) => run === own).flatMap(({ two }) => two.map(value))),
    );
    assert.ok(Math.max(...means) - Math.min(...means) < 1e-9);
    const sd = sampleStandardDeviation(twos.flatMap(({ two }) => two.map(value)));
    assert.ok(Math.abs(sd / 0.01 - 1) < 0.06, String(sd));
  });

  it('The parts of runs have the spread of the variance component, and not that of their blocks as well', () => {
    const { effects } = stages(200, 4, 0.005);
    const sd = sampleStandardDeviation(effects.map(({ throughput }) => throughput));
    // The means of four blocks alone would lie 0.5 points apart, and with the run's part 0.7.
    assert.ok(Math.abs(sd / 0.005 - 1) < 0.2, String(sd));
  });

  it('Runs that have nothing in common have parts that are next to nothing', () => {
    const { effects } = stages(200, 4, 0);
    const sd = sampleStandardDeviation(effects.map(({ throughput }) => throughput));
    assert.ok(sd < 0.002, String(sd));
  });

  it('Two runs tell nothing of what runs have in common, and their blocks stay as they are', () => {
    const { twos, effects } = stages(2, 10, 0.02);
    assert.deepEqual(effects, []);
    const means = [0, 1].map((own) =>
      mean(twos.filter(({ run }) => run === own).flatMap(({ two }) => two.map(value))),
    );
    assert.ok(Math.abs((means[0] as number) - (means[1] as number)) > 0.003);
  });
});

describe('a shifted block', () => {
  it('A shifted block has that much more of both costs, exactly, and is otherwise as it was', () => {
    const draw = normals(2);
    const blocks = Array.from({ length: 2 }, () => ({
      throughput: 0.01 * draw(),
      cpu: 0.01 * draw(),
    }));
    const [block] = measurementOf({ slices: 16, subjects: [{ blocks }] }).subjects[0]?.blocks ?? [];
    assert.ok(block !== undefined);
    const moved = shifted(block, { throughput: 0.013, cpu: -0.004 });
    for (const [metric, by] of [
      ['throughput', 0.013],
      ['cpu', -0.004],
      ['p99', 0],
      ['memory', 0],
    ] as const) {
      const [before, after] = [pairValue(metric, block), pairValue(metric, moved)];
      assert.ok(Math.abs((after as number) - (before as number) - by) < 1e-12, metric);
    }
    assert.equal(shifted(block, { throughput: 0, cpu: 0 }), block);
  });
});
