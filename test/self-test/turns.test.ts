import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { knobInjection } from '../../src/self-test/doses.ts';
import { RULER, type SelfTestRecord } from '../../src/self-test/record.ts';
import { blocksOfRun, chunksOf, turnsOf } from '../../src/self-test/turns.ts';
import { repeat } from '../support/block.ts';
import { measurementOf } from '../support/measurement.ts';

const dose = (name: string, asked: number, units: number) => ({
  name,
  asked,
  injection: knobInjection('KNOB', units),
  expected: { throughput: -asked, cpu: asked },
});
const record = {
  seed: 7,
  doses: [dose('none', 0, 0), dose('5pc', 0.05, 50)],
  ruler: { units: 400, injection: knobInjection('KNOB', 400) },
} as unknown as SelfTestRecord;

describe('doses that take turns', () => {
  it('Every dose and the ruler come once in each round, and what has no turn is unchanged', () => {
    const { turns = [], env } = turnsOf(record, 1);
    assert.equal(turns.length, 6);
    for (const round of [turns.slice(0, 3), turns.slice(3)]) {
      assert.deepEqual(round.map((turn) => turn.dose).sort(), ['5pc', 'none', RULER]);
    }
    assert.equal(env.head.KNOB, '00000000');
    assert.equal(turns.find((turn) => turn.dose === RULER)?.env.head.KNOB, '00000400');
    assert.equal(blocksOfRun(record), 12);
  });

  it('The order is another one in other rounds and runs, and the same for the same seed', () => {
    const orders = Array.from({ length: 20 }, (_, index) =>
      (turnsOf(record, index).turns ?? []).map((turn) => turn.dose).join(),
    );
    assert.ok(new Set(orders).size > 10);
    assert.deepEqual(turnsOf(record, 3), turnsOf(record, 3));
  });

  it('A run is taken apart into what it has of each dose, with the orders of those blocks', () => {
    const run = {
      ...measurementOf({ subjects: [{ blocks: repeat({ cpu: 0.01 }, 12) }] }),
      injection: turnsOf(record, 1),
    };
    const chunks = chunksOf([run], ['none', '5pc', RULER]);
    const seen = [...chunks.values()].map(([chunk]) => {
      const indices = chunk?.subjects[0]?.blocks.map(({ index }) => index) ?? [];
      assert.deepEqual(
        chunk?.plan.subjects[0]?.blocks.map(({ index }) => index),
        indices,
      );
      assert.equal(indices.length, 4);
      for (const [i, index] of indices.entries()) {
        const turn = run.injection.turns?.[Math.floor(index / 2)]?.dose;
        assert.equal(
          turn,
          [...chunks.keys()][[...chunks.values()].findIndex(([one]) => one === chunk)],
        );
        if (i % 2 === 1) assert.equal(index, (indices[i - 1] as number) + 1);
      }
      return indices;
    });
    assert.deepEqual(
      seen.flat().sort((a, b) => a - b),
      Array.from({ length: 12 }, (_, i) => i),
    );
  });
});
