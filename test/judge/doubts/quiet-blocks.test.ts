/** Blocks in which others had the machine, and what the quiet ones beside them may still say. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Judgement, judgement } from '../../../src/judge/judge.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { type BlockRatios, repeat, UNDISTURBED } from '../../support/block.ts';
import type { BlockMeasurement, Gate, RunnerObservation } from '../../support/draft.ts';
import { warningsOf } from '../../support/english.ts';
import { buildMeasurement, httpScenario, normals, observed } from '../../support/measurement.ts';

const BUSY: Partial<RunnerObservation> = { foreign: 0.8 };
/** As an exactly allowed slowdown: what passes nobody at more than one of twenty. */
const AT_TOLERANCE = -Math.log(0.95);

/** Throughput and CPU time alike; noise of 1 % a block on top. `hit`: whether others had the machine then. */
function judged(
  blocks: readonly { d: number; hit: boolean }[],
  {
    planned = blocks.length,
    runner = BUSY,
    sd = 0.01,
    seed = 1,
    gate = {},
    edit = () => {},
  }: {
    planned?: number;
    runner?: Partial<RunnerObservation>;
    sd?: number;
    seed?: number;
    gate?: Partial<Gate>;
    edit?: (block: BlockMeasurement) => void;
  } = {},
): Judgement['verdict']['subjects'][number] & { open: boolean } {
  const z = normals(seed);
  const ratios = blocks.map(({ d }): BlockRatios => {
    const value = () => d + sd * z();
    return { throughput: value(), cpu: value(), p99: 0.01 * (d + 1) };
  });
  const { verdict, open } = judgement(
    buildMeasurement({
      gate: { measureAll: false, ...gate },
      slices: 40,
      load: (name) => httpScenario(name, { latency: { perSecond: null } }),
      subjects: [
        {
          blocks: ratios,
          planned,
          looks: looksFor(planned),
          edit: (block) => {
            if (blocks[block.index]?.hit) block.runner = { ...UNDISTURBED, ...runner };
            edit(block);
          },
        },
      ],
    }),
  );
  const [subject] = verdict.subjects;
  assert.ok(subject);
  return { ...subject, open: open.size > 0 };
}

/** `x`: others had the machine. */
const at = (pattern: string, d: number, hitD = d) =>
  [...pattern].map((letter) => ({ d: letter === 'x' ? hitD : d, hit: letter === 'x' }));

describe('a run in which others had the machine in more than a fifth of the blocks', () => {
  it('A run of unchanged code passes by its quiet blocks too, and says how many these were', () => {
    const subject = judged(at('.x.x.x.x', 0));
    assert.equal(subject.verdict, 'unchanged');
    assert.deepEqual(subject.reasons, []);
    assert.equal(
      warningsOf(subject).join(),
      "the machine was too disturbed during 4 of 8 blocks, for example: other processes used 80% of the cores' time. The 4 quiet blocks alone pass as well, so the verdict stands.",
    );
    assert.ok(subject.metrics.every(({ verdict, gating }) => !gating || verdict === 'unchanged'));
  });

  it('A run with one such block of the first four is measured on, and ends with the next quiet one', () => {
    assert.equal(judged(at('.x..', 0), { planned: 12 }).open, true);
    const after = judged(at('.x...', 0), { planned: 12 });
    assert.deepEqual([after.open, after.verdict], [false, 'unchanged']);
  });

  it('A run is measured on until four blocks were quiet, and is inconclusive where there never are', () => {
    assert.equal(judged(at('x.xx.x.x', 0), { planned: 12 }).open, true);
    assert.equal(judged(at('x.xx.x.x.', 0), { planned: 12 }).open, false);
    const never = judged(at('x.xx.x.xxxxx', 0));
    assert.deepEqual([never.open, never.verdict], [false, 'inconclusive']);
    assert.deepEqual(
      never.reasons.map(({ code }) => code),
      ['machine-too-disturbed'],
    );
  });

  it('A slowdown that shows in the quiet blocks alone passes nobody, however many blocks hide it', () => {
    for (const pattern of ['x.x.x.x.x.', 'xx.xx.xx.xx.', 'x.xx.xx.xx.xx.']) {
      for (let seed = 1; seed <= 8; seed++) {
        const { verdict } = judged(at(pattern, AT_TOLERANCE, 0), { seed });
        assert.ok(verdict === 'inconclusive' || verdict === 'regression', `${pattern} ${verdict}`);
      }
    }
  });

  it('A head that looks better only while others have the machine is no improvement', () => {
    const subject = judged(at('x.x.x.x.x.x.', 0, -0.2));
    assert.equal(subject.verdict, 'inconclusive');
    assert.equal(judged(at('x.x.x.x.x.x.', -0.2)).verdict, 'improvement');
  });

  it('A slowdown that is shown by all blocks is red, whatever the quiet ones say', () => {
    assert.equal(judged(at('x.xx.xx.xx.x', 0.1)).verdict, 'regression');
    assert.equal(judged(at('xxxx', 0.1)).verdict, 'regression');
    for (const measureAll of [false, true]) {
      const red = judged(at('x.xx.xx.xx.x', 0.1), { gate: { measureAll } });
      assert.deepEqual([red.open, red.verdict], [false, 'regression']);
      const told = warningsOf(red).join();
      assert.match(told, /the machine was too disturbed during 8 of 12 blocks/);
      assert.doesNotMatch(told, /pass as well/);
    }
    const brought = judged(at('xx.xx.xx.xx.', 0, 0.1), { sd: 0.005 });
    assert.notEqual(brought.verdict, 'unchanged');
  });

  it('A head that uses up its quota, or makes others wait, is not let off by the blocks in which it does not', () => {
    const slow = {
      spinWallUs: repeat(4000, 8),
      spinCpuUs: repeat(2000, 8),
    };
    for (const runner of [{ throttled: 9 }, { pressure: 0.5 }, slow]) {
      const subject = judged(at('.x.x.x.x.x', 0), { runner });
      assert.equal(subject.verdict, 'inconclusive', JSON.stringify(runner));
      // That others were there as well is an explanation.
      const both = judged(at('.x.x.x.x.x', 0), { runner: { ...runner, ...BUSY } });
      assert.equal(both.verdict, 'unchanged', JSON.stringify(runner));
    }
  });

  it('A run beside others that take 35 % of all cores in every block passes, and tells of them', () => {
    const subject = judged(at('xxxxxx', 0), { runner: { foreign: 0.35 } });
    assert.equal(subject.verdict, 'unchanged');
    assert.match(
      warningsOf(subject).join(),
      /6 blocks were kept although the machine was disturbed/,
    );
  });

  it('A run says as often as on a quiet machine that unchanged code is slower', () => {
    const reds = (pattern: string) =>
      Array.from({ length: 60 }, (_, seed) => judged(at(pattern, 0), { sd: 0.04, seed })).filter(
        ({ verdict }) => verdict === 'regression',
      ).length;
    assert.equal(reds('x..x..x..x..'), reds('............'));
  });

  it('A run whose throughput and CPU time are too noisy has nothing that the quiet blocks could clear', () => {
    const gate = { metricsNamed: false, metrics: ['throughput', 'cpu'] } as const;
    const subject = judged(at('.x.x.x.x', 0), {
      sd: 0.3,
      gate: { ...gate, metrics: [...gate.metrics] },
    });
    assert.equal(subject.verdict, 'inconclusive');
    assert.deepEqual(
      subject.reasons.map(({ code }) => code),
      ['machine-too-disturbed'],
    );
    assert.doesNotMatch(warningsOf(subject).join(), /pass as well/);
  });
});

describe('what others hide in the blocks in which they had the machine, and the quiet ones show', () => {
  const pattern = '.x.x.x.x';
  /** Not the same in every block, or there would be no noise to be clear of. */
  const uneven = (index: number) => (index % 4 === 0 ? 0.95 : 1.05);

  it('A head that stalls now and then in each quiet block does not pass', () => {
    /** Two of the arm's twenty slices take longer: in all, `share` of its time more. */
    const stall = (block: BlockMeasurement, arm: 'base' | 'head', share: number) => {
      const own = [...block.sliceOrder].flatMap((letter, i) => (letter === arm[0] ? [i] : []));
      for (const i of [own[3], own[15]] as number[]) {
        block.sliceUs[i] = (block.sliceUs[i] as number) * (1 + 10 * share);
      }
    };
    const edit = (quietly: number) => (block: BlockMeasurement) => {
      if (pattern[block.index] === '.') stall(block, 'head', quietly * uneven(block.index));
      else stall(block, block.index % 4 === 1 ? 'head' : 'base', 1);
    };
    const gate: Partial<Gate> = { metrics: ['throughput'] };
    assert.equal(judged(at(pattern, 0), { gate, edit: edit(0) }).verdict, 'unchanged');
    assert.equal(judged(at(pattern, 0), { gate, edit: edit(0.08) }).verdict, 'inconclusive');
  });

  it('A head that pauses now and then in each quiet block does not pass', () => {
    const edit = (quietly: number) => (block: BlockMeasurement) => {
      const latency = observed(block, 'head').latency ?? assert.fail();
      if (pattern[block.index] === '.') latency.p99Us *= 1 + quietly * uneven(block.index);
      else latency.p99Us *= block.index % 4 === 1 ? 5 : 0.2;
    };
    const gate: Partial<Gate> = { metrics: ['throughput', 'cpu', 'p99'] };
    assert.equal(judged(at(pattern, 0), { gate, edit: edit(0) }).verdict, 'unchanged');
    assert.equal(judged(at(pattern, 0), { gate, edit: edit(0.4) }).verdict, 'inconclusive');
  });
});
