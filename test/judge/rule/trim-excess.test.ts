import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RARE } from '../../../src/judge/findings/thresholds.ts';
import { hiddenWorsening, trimExcess } from '../../../src/judge/rule/trim-excess.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { repeat } from '../../support/block.ts';
import type { BlockMeasurement } from '../../support/draft.ts';
import { quoting, textOf } from '../../support/english.ts';
import { measurementOf, observed } from '../../support/measurement.ts';

const TOLERANCE = { throughput: 0.05, cpu: 0.05, memory: 0.05 };

function findings(
  edit: (block: BlockMeasurement) => void,
  blocks = 6,
  pairs: 'live' | 'exclusive' = 'live',
) {
  const { subjects } = measurementOf({
    slices: pairs === 'live' ? 40 : 80,
    pairs,
    subjects: [{ blocks: repeat({}, blocks), edit }],
  });
  return trimExcess(subjects[0]?.blocks ?? [], TOLERANCE);
}

/** Not the same in every block, or there would be no noise to be clear of. */
const uneven = (share: number, { index }: BlockMeasurement) =>
  share * (1 + 0.05 * (index % 2 ? 1 : -1));

/** One group of ten takes much more CPU: in all, `share` of the arm's CPU time more. */
const periodicJob = (arm: Arm, share: number) => (block: BlockMeasurement) => {
  const cpuMs = observed(block, arm).cpuMs as number[];
  cpuMs[block.index] = (cpuMs[block.index] as number) * (1 + 10 * uneven(share, block));
  // Ticks that agree with the run times.
  observed(block, arm).cpuTicksMs = null;
};

/** Two of the arm's twenty slices take longer: in all, `share` of its time more. */
const stall = (arm: Arm, share: number) => (block: BlockMeasurement) => {
  const own = [...block.sliceOrder].flatMap((letter, i) => (letter === arm[0] ? [i] : []));
  for (const i of [own[3], own[15]] as number[]) {
    block.sliceUs[i] = (block.sliceUs[i] as number) * (1 + 10 * uneven(share, block));
  }
};

describe('rare work', () => {
  it('Rare work that trimming cuts away is found, with the arm and the size', () => {
    const [finding, ...others] = findings(periodicJob('head', 0.06));
    assert.deepEqual(others, []);
    assert.equal(finding?.metric, 'cpu');
    assert.ok(Math.abs((finding?.excess as number) - Math.log(1.06)) < 1e-3);
    assert.match(textOf(finding?.finding) as string, /^head does more rare work than base/);
    assert.match(textOf(finding?.finding) as string, /about 6% \(1\.2 µs\) of CPU per request/);
  });

  it('Rare work of base is found too, with the other sign', () => {
    const [finding] = findings(periodicJob('base', 0.06));
    assert.match(textOf(finding?.finding) as string, /^base does more rare work than head/);
    assert.ok((finding?.excess as number) < 0);
  });

  it('Rare work below half the tolerance is not told', () => {
    assert.equal(RARE.share, 0.5);
    assert.deepEqual(findings(periodicJob('head', 0.024)), []);
    assert.equal(findings(periodicJob('head', 0.026)).length, 1);
  });

  it('Rare work that comes in one block only is not told', () => {
    const once = (block: BlockMeasurement) => {
      if (block.index === 2) periodicJob('head', 0.8)(block);
    };
    assert.deepEqual(findings(once), []);
  });

  it('Rare work in fewer than four blocks is not told', () => {
    assert.deepEqual(findings(periodicJob('head', 0.2), 3), []);
    assert.deepEqual(findings(stall('head', 0.2), 3), []);
  });

  it('Rare work in both arms alike is not told', () => {
    const both = (block: BlockMeasurement) => {
      for (const arm of ['base', 'head'] as const) {
        periodicJob(arm, 0.2)(block);
        stall(arm, 0.2)(block);
      }
    };
    assert.deepEqual(findings(both), []);
  });

  it('Rare work cannot be told where only ticks are known, for they are not trimmed', () => {
    const blind = (block: BlockMeasurement) => {
      observed(block, 'head').cpuMs = null;
      observed(block, 'head').cpuTicksMs = 4000;
    };
    assert.deepEqual(findings(blind), []);
  });
});

describe('rare stalls', () => {
  it('Rare stalls that trimming cuts away are found, with the arm and the size', () => {
    const [finding, ...others] = findings(stall('head', 0.25));
    assert.deepEqual(others, []);
    assert.equal(finding?.metric, 'throughput');
    assert.ok(Math.abs((finding?.excess as number) - Math.log(1.25)) < 1e-3);
    assert.match(
      textOf(finding?.finding) as string,
      /^head stalls more than base does.*about 20% of throughput/,
    );
    assert.match(
      textOf(findings(stall('base', 0.25))[0]?.finding) as string,
      /^base stalls more than head/,
    );
  });

  it('Rare stalls below half the tolerance are not told', () => {
    assert.deepEqual(findings(stall('head', 0.025)), []);
    assert.equal(findings(stall('head', 0.027)).length, 1);
  });

  it('Rare stalls of one block are not told', () => {
    assert.deepEqual(
      findings((block) => {
        if (block.index === 0) stall('head', 2)(block);
      }),
      [],
    );
  });

  it('Rare stalls in a block without any answer count for nothing, and break nothing', () => {
    const [finding] = findings((block) => {
      stall('head', 0.25)(block);
      if (block.index === 6) block.sliceGood.fill(0);
    }, 7);
    assert.ok(Math.abs((finding?.excess as number) - Math.log(1.25)) < 1e-3);
  });
});

describe('rare work and stalls of exclusive pairs', () => {
  it('Rare work and stalls of exclusive pairs are found with their size, each arm against its own middle', () => {
    const [work, ...none] = findings(periodicJob('head', 0.06), 6, 'exclusive');
    assert.deepEqual(none, []);
    assert.equal(work?.metric, 'cpu');
    assert.ok(Math.abs((work?.excess as number) - Math.log(1.06)) < 1e-3);
    // Two of forty slices of the arm.
    const [stalled] = findings(stall('base', 0.25), 6, 'exclusive');
    assert.equal(stalled?.metric, 'throughput');
    assert.ok(Math.abs((stalled?.excess as number) + Math.log(1.125)) < 1e-3);
  });

  it('Rare work and stalls of exclusive pairs in both arms alike are not told', () => {
    const both = (block: BlockMeasurement) => {
      for (const arm of ['base', 'head'] as const) {
        periodicJob(arm, 0.2)(block);
        stall(arm, 0.2)(block);
      }
    };
    assert.deepEqual(findings(both, 6, 'exclusive'), []);
  });

  it('Rare work and stalls of exclusive pairs do not come out of a machine that is slower for one arm of every block', () => {
    // All of the arm's slices, not few of them: that is in the judged figure.
    const slow = (block: BlockMeasurement) => {
      for (let i = 0; i < block.sliceUs.length / 2; i++) {
        block.sliceUs[i] = 1.3 * (block.sliceUs[i] as number);
      }
    };
    assert.deepEqual(findings(slow, 10, 'exclusive'), []);
  });
});

/** What is found beside the figure decides nothing here. */
const ANY = quoting('');

describe('"not worse" may not be said', () => {
  const hidden = (d: number, excess: number, metric: 'throughput' | 'cpu' = 'throughput') =>
    textOf(
      hiddenWorsening(
        [{ metric, excess, finding: ANY }],
        { metric, estimate: { d, se: 0.01, sd: 0.02, degreesOfFreedom: 5, blocks: 6 } },
        0.05,
      ),
    );
  const delta = -Math.log(0.95);

  it('"not worse" may not be said from the tolerance on, in words of the metric', () => {
    assert.equal(
      hidden(0, delta),
      'head stalls in few slices: over all of them it serves 5% fewer requests per second',
    );
    assert.equal(hidden(0, delta - 1e-9), null);
    assert.equal(
      hidden(0.01, Math.log(1.2) - 0.01, 'cpu'),
      'head does rare work in few slices: over all of them it uses 20% more CPU per request',
    );
  });

  it('"not worse" may not be said unless the rest makes up for it', () => {
    assert.equal(hidden(-0.2, 0.24), null);
    assert.notEqual(hidden(-0.2, 0.26), null);
  });

  it('And base’s own stalls do not matter', () => {
    assert.equal(hidden(0.04, -0.3), null);
    assert.equal(hidden(0.2, -0.01), null);
  });

  it('"not worse" may not be said of the metric that was found, and of no other', () => {
    const estimate = { d: 0, se: 0.01, sd: 0.02, degreesOfFreedom: 5, blocks: 6 };
    const rare = [{ metric: 'cpu' as const, excess: 1, finding: ANY }];
    assert.equal(hiddenWorsening(rare, { metric: 'throughput', estimate }, 0.05), null);
    assert.equal(hiddenWorsening(rare, { metric: 'cpu', estimate: null }, 0.05), null);
  });
});
