/** Blocks and jobs that the bench of old against new draws from recorded slices. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recentre, runJob } from '../../bench/recorded/jobs.ts';
import {
  type Quad,
  quadsOf,
  shortBlock,
  valueBefore,
  valueNow,
} from '../../bench/recorded/quads.ts';
import type { BlockMeasurement } from '../../src/measure/observed/measurement.ts';
import { measurementOf } from '../support/measurement.ts';

/** A block of two groups, in which head needs `cost` times base's time, and 90 % of it where it followed itself. */
function recorded(cost: number) {
  const block = measurementOf({ subjects: [{ blocks: [{}] }] }).subjects[0]
    ?.blocks[0] as BlockMeasurement;
  const us = (letter: string, follows: boolean) =>
    (letter === 'h' ? cost : 1) * (follows ? 900 : 1000);
  const sliceOrder = 'bhhbhbbh';
  const letters = [...sliceOrder];
  return {
    ...block,
    sliceOrder,
    sliceUs: letters.map((letter, i) => us(letter, i > 0 && letters[i - 1] === letter)),
    sliceGood: letters.map(() => 10),
    arms: {
      base: { ...block.arms.base, cpuMs: [2, 2] },
      head: { ...block.arms.head, cpuMs: [2 * cost, 2 * cost] },
    },
  } as BlockMeasurement;
}

const near = (found: number | undefined, wanted: number) =>
  assert.ok(Math.abs((found as number) - wanted) < 1e-12, `${found}`);

describe('groups of recorded slices', () => {
  it('Groups of recorded slices have the ratios of their neighbours, and who followed itself', () => {
    const quads = quadsOf(recorded(1.2));
    assert.deepEqual(
      quads.map(({ kind, pairs, cpu }) => [kind, pairs.map(({ stay }) => stay), cpu.stay]),
      [
        ['bhhb', [0, 1], 1],
        ['hbbh', [0, -1], -1],
      ],
    );
    const logs = quads.flatMap(({ pairs }) => pairs.map(({ log }) => log));
    near(logs[0], Math.log(1.2));
    near(logs[1], Math.log(1.2 * 0.9));
    near(logs[2], Math.log(1.2));
    near(logs[3], Math.log(1.2 / 0.9));
    for (const { cpu } of quads) near(cpu.log, Math.log(1.2));
  });

  it('Groups of recorded slices without an answer are left out', () => {
    const block = recorded(1.2);
    const sliceGood = block.sliceGood.map((good, i) => (i === 5 ? 0 : good));
    assert.deepEqual(
      quadsOf({ ...block, sliceGood }).map(({ kind }) => kind),
      ['bhhb'],
    );
  });

  it('Carry-over moves the value of an unbalanced block as it was judged before, and not as it is now', () => {
    const [bhhb, hbbh] = quadsOf(recorded(1.2)) as [Quad, Quad];
    const quads = [
      ...Array.from({ length: 7 }, () => bhhb),
      ...Array.from({ length: 4 }, () => hbbh),
    ];
    near(valueNow(quads)?.throughput, Math.log(1.2));
    assert.ok((valueBefore(quads)?.throughput as number) < Math.log(1.2) - 0.005);
  });

  it('A short block has as many groups of either kind, and none of them twice', () => {
    const quads = quadsOf(recorded(1.2));
    const many = Array.from({ length: 6 }, () => quads.map((quad) => ({ ...quad }))).flat();
    const short = shortBlock(many, 8, (n) => n - 1);
    assert.equal(short.filter(({ kind }) => kind === 'bhhb').length, 4);
    assert.equal(short.length, 8);
    assert.equal(new Set(short).size, 8);
  });

  it('A short block takes groups twice where a kind has too few', () => {
    const quads = quadsOf(recorded(1.2));
    assert.equal(shortBlock(quads, 8, () => 0).length, 8);
  });
});

describe('a job on recorded values', () => {
  const rule = {
    looks: [4, 6],
    fail: [0.001, 0.01],
    pass: [0.01, 0.04],
    blockS: (index: number) => (index < 5 ? 2 : 3),
    stopsWhenRed: true,
  };
  const around = (throughput: number, cpu: number) =>
    [1, -1, 1, -1, 1, -1].map((sign) => ({
      throughput: throughput + 0.001 * sign,
      cpu: cpu + 0.001 * sign,
    }));

  it('A job on recorded values ends when both metrics are decided', () => {
    assert.deepEqual(runJob(around(0, 0), 0.05, rule), {
      throughput: 'unchanged',
      cpu: 'unchanged',
      blocks: 4,
      seconds: 8,
    });
  });

  it('A job on recorded values ends when one is red, unless red is not the end', () => {
    // CPU time lies at the border of red, where nothing is decided.
    const values = around(0.08, 0.0244).map((value, i) => ({
      ...value,
      cpu: value.cpu + (i % 2 === 0 ? 0.03 : -0.03),
    }));
    const stopped = runJob(values, 0.05, rule);
    assert.deepEqual(
      [stopped.throughput, stopped.cpu, stopped.blocks],
      ['regression', 'inconclusive', 4],
    );
    const whole = runJob(values, 0.05, { ...rule, stopsWhenRed: false });
    assert.deepEqual([whole.throughput, whole.blocks, whole.seconds], ['regression', 6, 13]);
  });

  it("A value has its run's mean taken out, its spread made good, and the wanted change put in", () => {
    const mean = { throughput: 0.01, cpu: 0.02 };
    const found = recentre({ throughput: 0.04, cpu: 0.02 }, { mean, count: 4 }, 0.03);
    near(found.throughput, -Math.log(0.97) + 0.03 * Math.sqrt(4 / 3));
    near(found.cpu, -Math.log(0.97));
  });
});
