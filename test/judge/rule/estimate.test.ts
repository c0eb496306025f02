import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { trimmedMean, trimmedMeanOfLogs } from '../../../src/judge/figures/trimmed.ts';
import {
  armCost,
  estimatePaired,
  estimateUnpaired,
  pairValue,
} from '../../../src/judge/rule/estimate.ts';
import type { BlockMeasurement } from '../../support/draft.ts';
import { buildMeasurement, measurementOf, observed } from '../../support/measurement.ts';
import { fc } from '../../support/properties.ts';

const close = (actual: number | null, expected: number, within = 1e-9) =>
  assert.ok(
    actual !== null && Math.abs(actual - expected) < within,
    `${actual} is not ${expected}`,
  );

const METRICS = ['throughput', 'cpu', 'memory'] as const;

function block(edit: (block: BlockMeasurement) => void = () => {}, slices = 40): BlockMeasurement {
  const ratios = { throughput: 0.08, cpu: 0.06, memory: -0.03 };
  const { subjects } = buildMeasurement({ slices, subjects: [{ blocks: [ratios], edit }] });
  return subjects[0]?.blocks[0] as BlockMeasurement;
}

/** Indices of the slices of one arm. */
function slicesOf({ sliceOrder }: BlockMeasurement, letter: 'b' | 'h'): number[] {
  return [...sliceOrder].flatMap((l, i) => (l === letter ? i : []));
}

describe('trimmedMean', () => {
  it('trimmedMean drops a fifth on each side', () => {
    close(trimmedMean([1, 2, 3, 4, 1000]), 3);
    close(trimmedMean([10, 1, 2, 3, 4, 5, 6, 7, 8, -90]), 4.5);
  });
  it('trimmedMeanOfLogs is the trimmed mean of all the logarithms, for any values and at their ends', () => {
    const value = fc.oneof(
      fc.double({ min: 0, noNaN: true }),
      fc.constantFrom(0, Number.NaN, Infinity),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 100 }), (values) => {
        assert.equal(trimmedMeanOfLogs(values), trimmedMean(values.map(Math.log)));
      }),
      { seed: 3 },
    );
  });

  it('trimmedMean drops nothing of four', () => close(trimmedMean([1, 2, 3, 10]), 4));
  it('trimmedMean takes what is infinite by its rank', () => {
    close(trimmedMean([1, 2, 3, 4, Number.POSITIVE_INFINITY]), 3);
    assert.equal(trimmedMean([1, 2, Number.POSITIVE_INFINITY]), null);
    assert.equal(trimmedMean([1, 2, 3, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]), null);
  });
  it('trimmedMean has no value of nothing', () => assert.equal(trimmedMean([]), null));
});

describe('the value of a block', () => {
  it('The value of a block is the true log-ratio of costs, positive when head is worse', () => {
    close(pairValue('throughput', block()), 0.08);
    close(pairValue('cpu', block()), 0.06);
    close(pairValue('memory', block()), -0.03, 1e-7);
  });

  it('The value of a block is in seconds and bytes per arm', () => {
    close(armCost('throughput', block(), 'base'), 1 / 40_000);
    close(armCost('cpu', block(), 'base'), 20e-6);
    close(armCost('memory', block(), 'base'), 50 * 1024 ** 2);
    close(armCost('throughput', block(), 'head'), Math.exp(0.08) / 40_000);
  });

  it('The value of a block does not feel a burst of noise in few slices', () => {
    const noisy = block((b) => {
      b.sliceUs[3] = 50 * (b.sliceUs[3] as number);
      b.sliceUs[10] = 9 * (b.sliceUs[10] as number);
      (b.arms.head?.cpuMs as number[])[2] = 999;
      for (const arm of ['base', 'head'] as const) observed(b, arm).cpuTicksMs = null;
    });
    close(pairValue('throughput', noisy), 0.08);
    close(pairValue('cpu', noisy), 0.06);
  });

  it('The value of a block cancels a drift inside a group', () => {
    const drifting = block((b) => {
      b.sliceUs = b.sliceUs.map((us, i) => us * Math.exp(0.01 * i));
    }, 16);
    close(pairValue('throughput', drifting), 0.08);
  });

  it('The value of a block takes a slice without answers as bad for its arm, not as no block', () => {
    const failOne = (letter: 'b' | 'h', timeUs: number) => (b: BlockMeasurement) => {
      const index = slicesOf(b, letter)[0] as number;
      b.sliceGood[index] = 0;
      b.sliceUs[index] = timeUs;
    };
    for (const timeUs of [0, 5e6]) {
      for (const letter of ['b', 'h'] as const) {
        close(pairValue('throughput', block(failOne(letter, timeUs))), 0.08);
        close(pairValue('cpu', block(failOne(letter, timeUs))), 0.06);
        close(
          armCost('throughput', block(failOne(letter, timeUs)), 'head'),
          Math.exp(0.08) / 40_000,
        );
      }
    }
  });

  it('The value of a block ranks a failed slice on the right side', () => {
    const values = (['b', 'h'] as const).map((letter) =>
      pairValue(
        'throughput',
        block((b) => {
          // Too few groups of either kind to have carry-over taken out.
          b.sliceOrder = 'bhhbhbbhbhhbhbbhbhhb';
          b.sliceUs = [...b.sliceOrder].map((letter) =>
            letter === 'h' ? 1000 * Math.exp(0.08) : 1000,
          );
          // Ten different pair values, 0.08 + 0.00 … 0.08 + 0.09.
          for (const index of slicesOf(b, 'h')) {
            b.sliceUs[index] = (b.sliceUs[index] as number) * Math.exp(0.01 * (index >> 1));
          }
          b.sliceGood[slicesOf(b, letter)[5] as number] = 0;
        }, 20),
      ),
    );
    // Without the failure: 0.125. The failed pair was 0.13, and moves to one end or the other.
    close(values[0] as number, 0.08 + (0.02 + 0.03 + 0.04 + 0.06) / 4);
    close(values[1] as number, 0.08 + (0.03 + 0.04 + 0.06 + 0.07) / 4);
  });

  it('The value of a block skips a pair in which nobody answered', () => {
    const both = block((b) => {
      b.sliceGood[0] = 0;
      b.sliceGood[1] = 0;
      b.sliceUs[0] = 0;
      b.sliceUs[1] = 0;
    });
    close(pairValue('throughput', both), 0.08);
  });

  it('The value of a block has no value when an arm answered nothing', () => {
    const dead = block((b) => {
      for (const index of slicesOf(b, 'h')) b.sliceGood[index] = 0;
      observed(b, 'head').good = 0;
    });
    for (const metric of ['throughput', 'cpu'] as const) {
      assert.equal(pairValue(metric, dead), null);
      assert.equal(armCost(metric, dead, 'head'), null);
    }
  });

  it('The value of a block counts what was answered late, not what failed', () => {
    const half = block((b) => {
      for (const index of slicesOf(b, 'h')) b.sliceGood[index] = 500;
    });
    close(pairValue('throughput', half), 0.08 + Math.LN2);
  });

  it('The value of a block goes by ticks, in both arms, where one has no run times', () => {
    const ticks = block((b) => {
      observed(b, 'base').cpuMs = null;
      observed(b, 'base').cpuTicksMs = 400;
      observed(b, 'head').cpuTicksMs = 440;
    });
    close(pairValue('cpu', ticks), Math.log(1.1));
    close(armCost('cpu', ticks, 'head'), 440 / 1000 / 20_000);
  });

  it('The value of a block goes by ticks where run times miss what ended', () => {
    const ended = block((b) => {
      observed(b, 'base').cpuTicksMs = 600;
      observed(b, 'head').cpuTicksMs = 900;
    });
    close(pairValue('cpu', ended), Math.log(1.5));
  });

  it('The value of a block has no CPU value where the kernel tells nothing, or less than a tick', () => {
    const silent = block((b) => {
      for (const arm of ['base', 'head'] as const) {
        observed(b, arm).cpuMs = null;
        observed(b, arm).cpuTicksMs = arm === 'base' ? null : 440;
      }
    });
    assert.equal(pairValue('cpu', silent), null);
    const short = block((b) => {
      observed(b, 'base').cpuMs = null;
      observed(b, 'base').cpuTicksMs = 0;
    });
    assert.equal(pairValue('cpu', short), null);
  });

  it('The value of a block leaves out a group whose run time was lost', () => {
    const lost = block((b) => {
      (b.arms.base?.cpuMs as number[])[4] = 0;
    });
    close(pairValue('cpu', lost), 0.06);
  });

  it('The value of a block has no memory value without a sample', () => {
    const unseen = block((b) => {
      observed(b, 'head').rssBytes = [];
    });
    assert.equal(pairValue('memory', unseen), null);
  });

  it('The value of a block is the same after the record went through a file', () => {
    const record = measurementOf({ subjects: [{ blocks: [{ throughput: 0.01 }] }] });
    const again = JSON.parse(JSON.stringify(record)) as typeof record;
    for (const metric of METRICS) {
      assert.equal(
        pairValue(metric, again.subjects[0]?.blocks[0] as BlockMeasurement),
        pairValue(metric, record.subjects[0]?.blocks[0] as BlockMeasurement),
      );
    }
  });
});

describe('the value of a block of an exclusive pair', () => {
  const inTurn = (edit: (block: BlockMeasurement) => void = () => {}, slices = 80) => {
    const ratios = { throughput: 0.08, cpu: 0.06, memory: -0.03 };
    const { subjects } = buildMeasurement({
      slices,
      pairs: 'exclusive',
      subjects: [{ blocks: [ratios, ratios], edit }],
    });
    return subjects[0]?.blocks as [BlockMeasurement, BlockMeasurement];
  };

  it('The value of a block of an exclusive pair is the true log-ratio of costs, whoever came first', () => {
    const blocks = inTurn();
    assert.notEqual(blocks[0].sliceOrder[0], blocks[1].sliceOrder[0]);
    for (const block of blocks) {
      close(pairValue('throughput', block), 0.08);
      close(pairValue('cpu', block), 0.06);
      close(pairValue('memory', block), -0.03, 1e-7);
      close(armCost('throughput', block, 'base'), 1 / 40_000);
      close(armCost('cpu', block, 'base'), 20e-6);
      close(armCost('cpu', block, 'head'), 20e-6 * Math.exp(0.06));
    }
  });

  it('The value of a block of an exclusive pair trims each arm by itself', () => {
    for (const block of inTurn((b) => {
      for (const letter of ['b', 'h'] as const) {
        // Noise hits other slices and groups of either arm.
        const own = slicesOf(b, letter).slice(letter === 'b' ? 0 : 20, letter === 'b' ? 8 : 28);
        for (const i of own) b.sliceUs[i] = 30 * (b.sliceUs[i] as number);
        const groups = observed(b, letter === 'b' ? 'base' : 'head').cpuMs as number[];
        assert.equal(groups.length, 10);
        groups[letter === 'b' ? 0 : 6] = 999;
      }
      for (const arm of ['base', 'head'] as const) observed(b, arm).cpuTicksMs = null;
    })) {
      close(pairValue('throughput', block), 0.08);
      close(pairValue('cpu', block), 0.06);
    }
  });

  it('The value of a block of an exclusive pair has the answers of its own four slices in a group', () => {
    for (const block of inTurn((b) => {
      // Head answers half of what it is asked in its last group, at the same CPU time.
      const own = slicesOf(b, 'h').slice(-4);
      for (const i of own) b.sliceGood[i] = 500;
    }, 16)) {
      // Two groups, one of them at twice the cost.
      close(pairValue('cpu', block), 0.06 + Math.LN2 / 2);
    }
  });

  it('The value of a block of an exclusive pair leaves out a lost group of one arm only, and goes by ticks when many are lost', () => {
    const lose = (count: number) => (b: BlockMeasurement) => {
      const groups = observed(b, 'base').cpuMs as number[];
      groups.fill(0, 0, count);
      observed(b, 'base').cpuTicksMs = null;
    };
    for (const block of inTurn(lose(2))) close(pairValue('cpu', block), 0.06);
    for (const block of inTurn(lose(3))) assert.equal(pairValue('cpu', block), null);
    for (const block of inTurn((b) => {
      observed(b, 'base').cpuTicksMs = 1600;
      observed(b, 'head').cpuTicksMs = 2000;
    })) {
      close(pairValue('cpu', block), Math.log(2000 / 1600));
    }
  });

  it('The value of a block of an exclusive pair takes failed slices as bad for their arm, and has none when an arm answered nothing', () => {
    for (const block of inTurn((b) => {
      b.sliceGood[slicesOf(b, 'h')[3] as number] = 0;
    })) {
      close(pairValue('throughput', block), 0.08);
    }
    for (const block of inTurn((b) => {
      for (const i of slicesOf(b, 'h')) b.sliceGood[i] = 0;
      observed(b, 'head').good = 0;
    })) {
      assert.equal(pairValue('throughput', block), null);
      assert.equal(pairValue('cpu', block), null);
    }
  });

  it('The value of a block of an exclusive pair is the cost of head where head is alone', () => {
    const { subjects } = buildMeasurement({
      slices: 8,
      pairs: 'exclusive',
      arms: ['head'],
      subjects: [{ blocks: [{ throughput: 0.08, cpu: 0.06 }] }],
    });
    const block = subjects[0]?.blocks[0] as BlockMeasurement;
    close(armCost('throughput', block, 'head'), Math.exp(0.08) / 40_000);
    close(armCost('cpu', block, 'head'), 20e-6 * Math.exp(0.06));
    for (const metric of METRICS) assert.equal(pairValue(metric, block), null);
  });
});

describe('the estimate', () => {
  it('The estimate is a mean with its standard error', () => {
    const estimate = estimatePaired([0.01, 0.03, 0.05, 0.07]);
    close(estimate?.d as number, 0.04);
    close(estimate?.sd as number, Math.sqrt(0.002 / 3));
    close(estimate?.se as number, Math.sqrt(0.002 / 3) / 2);
    assert.equal(estimate?.degreesOfFreedom, 3);
    assert.equal(estimate?.blocks, 4);
  });

  it('The estimate of a run carries what all of its blocks have in common, which more blocks do not take away', () => {
    const values = [0.01, 0.03, 0.05, 0.07];
    const estimate = estimatePaired(values, 0.004);
    close(estimate?.se as number, Math.sqrt(0.002 / 3 / 4 + 0.004 ** 2));
    close(estimate?.sd as number, 2 * (estimate?.se as number));
    const many = estimatePaired(
      Array.from({ length: 400 }, (_, i) => values[i % 4] ?? 0),
      0.004,
    );
    assert.ok((many?.se ?? 0) > 0.004);
  });

  it('The estimate needs two values', () => {
    assert.equal(estimatePaired([]), null);
    assert.equal(estimatePaired([0.1]), null);
    assert.equal(estimateUnpaired([0.1, 0.2], [0.1]), null);
  });

  it('The estimate of two groups of blocks is Welch’s', () => {
    const base = [0, 0.02, 0.04];
    const head = [0.1, 0.12, 0.16, 0.18];
    const [vb, vh] = [0.0004 / 3, (0.04 ** 2 + 0.02 ** 2 + 0.02 ** 2 + 0.04 ** 2) / 3 / 4];
    const variance = vb + vh;
    const estimate = estimateUnpaired(base, head);
    close(estimate?.d as number, 0.14 - 0.02);
    close(estimate?.se as number, Math.sqrt(variance));
    close(estimate?.degreesOfFreedom as number, variance ** 2 / (vb ** 2 / 2 + vh ** 2 / 3), 1e-6);
    assert.equal(estimate?.blocks, 4);
  });
});
