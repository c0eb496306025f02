import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { trendFindings } from '../../../src/judge/health/trend.ts';
import { judge } from '../../../src/judge/judge.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { repeat } from '../../support/block.ts';
import type { BlockMeasurement, Measurement } from '../../support/draft.ts';
import { reasonOf, textOf, warningsOf } from '../../support/english.ts';
import { measurementOf, normals } from '../../support/measurement.ts';

const SLICES = 80;

/** In the blocks up to `until`, `arm` changes by this share per second; every slice has 1 % of noise. */
function drifting(
  changes: readonly { arm: Arm; perSecond: number; from?: number; until: number }[],
  { blocks = 20, sd = 0.01, slower = 0 } = {},
): Measurement {
  const draw = normals(11);
  const edit = (block: BlockMeasurement) => {
    let elapsedUs = 0;
    block.sliceUs = block.sliceUs.map((us, i) => {
      const own = changes.find(
        ({ arm, from = 0, until }) =>
          arm[0] === block.sliceOrder[i] && block.index >= from && block.index < until,
      );
      const length = us * Math.exp(sd * draw() - (own?.perSecond ?? 0) * (elapsedUs / 1e6));
      elapsedUs += length;
      return length;
    });
  };
  return measurementOf({
    slices: SLICES,
    subjects: [{ blocks: repeat({ throughput: slower }, blocks), edit }],
  });
}

const found = (measurement: Measurement) =>
  trendFindings(measurement.subjects[0]?.blocks ?? [], measurement.subjects[0]?.pilot ?? null);

describe('a server that never becomes steady', () => {
  it('A server that never becomes steady gets that verdict, with the arm, the direction, the size and a picture', () => {
    const [subject] = judge(drifting([{ arm: 'base', perSecond: -0.05, until: 20 }])).subjects;
    assert.equal(subject?.verdict, 'inconclusive');
    assert.match(
      reasonOf(subject) as string,
      /^the server never becomes steady: base's throughput falls by (4\.\d|5)% per second \(in 20 of 20 blocks\)\. Look for what grows, /,
    );
    assert.deepEqual(
      subject?.pictures.map(({ arm, of, perSecond }) => [arm, of, perSecond.length]),
      [['base', 'block', SLICES / 2]],
    );
    const seen = subject?.pictures[0]?.perSecond ?? [];
    assert.ok((seen.at(-1) as number) < (seen[0] as number));
  });

  it('A server that never becomes steady because it gets faster may only need a longer warm-up, and one that gets slower does not', () => {
    const reason = (perSecond: number) => {
      return textOf(found(drifting([{ arm: 'base', perSecond, until: 20 }])).doubt) as string;
    };
    assert.match(reason(0.05), /base's throughput rises.*or give it longer.*`warm-up: 60s`/);
    assert.doesNotMatch(reason(-0.05), /warm-up/);
  });

  it('A server that never becomes steady is no excuse when it is head alone, and shown to be slower', () => {
    const [slower] = judge(drifting([{ arm: 'head', perSecond: -0.2, until: 20 }])).subjects;
    assert.equal(slower?.verdict, 'regression');
    assert.match(warningsOf(slower).join(), /never becomes steady: head's/);
    assert.equal(slower?.pictures.length, 1);
    // Never steady, and not shown to be slower: inconclusive.
    const [faster] = judge(drifting([{ arm: 'head', perSecond: 0.05, until: 20 }])).subjects;
    assert.equal(faster?.verdict, 'inconclusive');
  });

  it('A server that never becomes steady excuses a head that is shown to be slower only where base alone gets slower, too', () => {
    const verdict = (base: number, head: number) => {
      const changes = [
        { arm: 'base' as const, perSecond: base, until: 20 },
        { arm: 'head' as const, perSecond: head, until: 20 },
      ];
      return judge(drifting(changes, { slower: 0.2 })).subjects[0]?.verdict;
    };
    // A moment later base may be as slow as head.
    assert.equal(verdict(-0.05, 0), 'inconclusive');
    assert.equal(verdict(-0.05, 0.05), 'inconclusive');
    // A moment later head is as slow, or slower still.
    assert.equal(verdict(0.05, 0), 'regression');
    assert.equal(verdict(0.05, -0.05), 'regression');
    assert.equal(verdict(-0.05, -0.05), 'regression');
    assert.equal(verdict(0.05, 0.05), 'regression');
  });

  it('A server that never becomes steady is told of both arms, although their ratio is sound', () => {
    const both = found(
      drifting([
        { arm: 'base', perSecond: 0.06, until: 20 },
        { arm: 'head', perSecond: 0.06, until: 20 },
      ]),
    );
    assert.match(textOf(both.doubt) as string, /base's .* rises by 6.* and head's .* rises by 6/);
    assert.deepEqual(
      both.pictures.map(({ arm }) => arm),
      ['base', 'head'],
    );
  });

  it('A server that never becomes steady shows its warm-up too, where that never ended', () => {
    const measurement = drifting([{ arm: 'head', perSecond: 0.06, until: 20 }]);
    const warmUp = { windowWork: 1000, perSecond: [1000, 2000, 3000], steadyFrom: null };
    const { pilot } = measurement.subjects[0] as Measurement['subjects'][number];
    const head = pilot?.arms.head as NonNullable<typeof pilot>['arms']['head'];
    if (pilot && head) pilot.arms.head = { ...head, warmUp };
    assert.deepEqual(
      found(measurement).pictures.map(({ of }) => of),
      ['warm-up', 'block'],
    );
    const steady = { ...measurement.subjects[0], blocks: drifting([]).subjects[0]?.blocks ?? [] };
    const { doubt, warnings, pictures } = trendFindings(steady.blocks, pilot);
    assert.equal(doubt, null);
    assert.deepEqual(pictures, []);
    assert.deepEqual(warnings.map(textOf), [
      'head was not steady at the end of the longest warm-up that it gets (3 windows); no trend is shown within its blocks, so its figures stand. A longer `warm-up` may help.',
    ]);
  });

  it('A server that never becomes steady needs more than a quarter of the blocks', () => {
    const some = (until: number) =>
      textOf(found(drifting([{ arm: 'head', perSecond: -0.06, until }])).doubt);
    assert.equal(some(5), null);
    assert.match(some(6) as string, /in 6 of 20 blocks/);
  });

  it('And a mean over all blocks that no bad moment of the machine explains', () => {
    const some = (until: number) =>
      textOf(found(drifting([{ arm: 'head', perSecond: -0.06, until }], { blocks: 6 })).doubt);
    assert.equal(some(3), null);
    assert.match(some(5) as string, /in 5 of 6 blocks/);
  });

  it('A server that never becomes steady needs 2 % per second', () => {
    const all = (perSecond: number) =>
      textOf(found(drifting([{ arm: 'head', perSecond, until: 20 }], { sd: 0.001 })).doubt);
    assert.equal(all(0.018), null);
    assert.match(all(0.022) as string, /rises by 2\.\d%/);
  });

  it('A server that never becomes steady is not one whose first moment is slow, which trimming leaves out', () => {
    // Of sixteen slices of an arm: two at a fifth of the speed are a moment, ten on a ramp are a server that warms up.
    const ramped = (until: number) => {
      const { doubt } = found(
        measurementOf({
          slices: 32,
          subjects: [
            {
              blocks: repeat({}, 6),
              edit: (block) => {
                const draw = normals(17 + block.index);
                block.sliceUs = block.sliceUs.map((us, i) => {
                  const slowness = 1 + 4 * Math.max(0, 1 - Math.floor(i / 2) / until);
                  return us * slowness * Math.exp(0.01 * draw());
                });
              },
            },
          ],
        }),
      );
      return textOf(doubt);
    };
    assert.equal(ramped(2), null);
    assert.match(
      ramped(10) as string,
      /base's throughput rises by .*, and head's throughput rises/,
    );
  });

  it('A server that never becomes steady is not seen in noise, which may well slope', () => {
    assert.equal(found(drifting([], { sd: 0.15 })).doubt, null);
  });

  it('A server that never becomes steady is not one that the machine pulls up and down', () => {
    const moody = drifting([
      { arm: 'head', perSecond: -0.06, until: 8 },
      { arm: 'head', perSecond: 0.06, from: 8, until: 16 },
    ]);
    assert.equal(found(moody).doubt, null);
  });

  it('A server that never becomes steady cannot be seen in a few slices', () => {
    const few = measurementOf({
      slices: 12,
      subjects: [
        {
          blocks: repeat({}, 6),
          edit: (block) => {
            block.sliceUs = block.sliceUs.map((us, i) => us * (1 + 0.01 * i));
          },
        },
      ],
    });
    assert.equal(found(few).doubt, null);
  });
});
