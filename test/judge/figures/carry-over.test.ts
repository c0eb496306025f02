import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stayOf, withoutCarryOver } from '../../../src/judge/figures/carry-over.ts';
import { pairValue } from '../../../src/judge/rule/estimate.ts';
import type { BlockMeasurement } from '../../support/draft.ts';
import { measurementOf, normals, observed } from '../../support/measurement.ts';
import { fc } from '../../support/properties.ts';

const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });

/** A noisy block of 46 pairs. `stay`: by what factor a slice is faster that follows one of its own arm; `head`: how much faster head is. */
function blockOf(seed: number, { stay = 1, head = 1 }: { stay?: number; head?: number } = {}) {
  const z = normals(seed);
  const { subjects } = measurementOf({
    slices: 96,
    seed,
    subjects: [{ blocks: [{ throughput: 0, cpu: 0 }] }],
  });
  const block = subjects[0]?.blocks[0] as BlockMeasurement;
  const { sliceOrder } = block;
  const faster = (i: number) =>
    (sliceOrder[i] === 'h' ? head : 1) * (i > 0 && sliceOrder[i] === sliceOrder[i - 1] ? stay : 1);
  block.sliceUs = block.sliceUs.map((us, i) => (us * Math.exp(0.05 * z())) / faster(i));
  for (const arm of ['base', 'head'] as const) {
    const own = observed(block, arm);
    own.cpuTicksMs = null;
    own.cpuMs = (own.cpuMs as number[]).map((ms, group) => {
      const places = [0, 1, 2, 3].map((i) => 4 * group + i).filter((i) => sliceOrder[i] === arm[0]);
      const cost = places.reduce((sum, i) => sum + 1 / faster(i), 0) / places.length;
      return ms * cost * Math.exp(0.03 * z());
    });
  }
  return block;
}

/** The same with the arms' names exchanged. */
function exchanged(block: BlockMeasurement): BlockMeasurement {
  const { arms, sliceOrder } = block;
  const letters = [...sliceOrder].map((letter) => (letter === 'b' ? 'h' : 'b'));
  return {
    ...block,
    sliceOrder: letters.join(''),
    arms: {
      base: observed({ ...block, arms }, 'head'),
      head: observed({ ...block, arms }, 'base'),
    },
  };
}

const METRICS = ['throughput', 'cpu'] as const;
const blockValue = (metric: (typeof METRICS)[number], block: BlockMeasurement) =>
  pairValue(metric, block) as number;

describe('carry-over', () => {
  it('Carry-over is taken out without a look at who is who: with the arms exchanged the value changes its sign alone', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.8, max: 1.2, noNaN: true }), (seed, stay) => {
        const block = blockOf(seed, { stay, head: 1.07 });
        for (const metric of METRICS) {
          const [value, other] = [blockValue(metric, block), blockValue(metric, exchanged(block))];
          assert.ok(Math.abs(value + other) < 1e-12, `${metric}: ${value} and ${other}`);
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('Carry-over of any size leaves the value of a block what it would be without any', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.8, max: 1.2, noNaN: true }), (seed, stay) => {
        const change =
          blockValue('throughput', blockOf(seed, { stay })) -
          blockValue('throughput', blockOf(seed));
        assert.ok(Math.abs(change) < 1e-9, `${change}`);
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it('Carry-over is not mistaken for a change: one that is the same in all slices is in the value to the last digit', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.7, max: 1.4, noNaN: true }), (seed, head) => {
        for (const metric of METRICS) {
          const change =
            blockValue(metric, blockOf(seed, { head })) - blockValue(metric, blockOf(seed));
          assert.ok(Math.abs(change + Math.log(head)) < 1e-9, `${metric}: ${change}`);
        }
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it('Carry-over is not read from a few odd slices, nor from fewer than three on a side', () => {
    const logs = [0.1, 0.1, 9, 0, 0, 0, 0.2];
    const stays = [1, 1, 1, -1, -1, -1, 0];
    const [first, , odd, base, , , neither] = withoutCarryOver(logs, stays);
    assert.ok(Math.abs((first as number) - 0.05) < 1e-12);
    assert.ok(Math.abs((base as number) - 0.05) < 1e-12);
    assert.ok(Math.abs((odd as number) - 8.95) < 1e-12);
    assert.equal(neither, 0.2);
    assert.deepEqual(withoutCarryOver(logs.slice(0, 5), stays.slice(0, 5)), logs.slice(0, 5));
  });

  it('Carry-over of slices in which nothing was answered is none', () => {
    const logs = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0.1, 0, 0, 0];
    assert.deepEqual(withoutCarryOver(logs, [1, 1, 1, -1, -1, -1]), logs);
  });

  it('Carry-over counts who followed itself, from a place on and before another', () => {
    assert.equal(stayOf('bhhb', 0, 4), 1);
    assert.equal(stayOf('hbbh', 0, 4), -1);
    assert.equal(stayOf('bhhbbhhb', 4, 8), 0);
    assert.equal(stayOf('bhhbhbbh', 4, 8), -1);
  });
});
