import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DISTURBED } from '../../../src/judge/findings/thresholds.ts';
import { judge, unresolved } from '../../../src/judge/judge.ts';
import { disturbance } from '../../../src/judge/machine/disturbed.ts';
import type { Disturbance } from '../../../src/measure/observed/disturbance.ts';
import { disturbanceText } from '../../../src/report/findings/disturbance.ts';
import { repeat, UNDISTURBED } from '../../support/block.ts';
import type {
  BlockMeasurement,
  RunnerObservation,
  SubjectMeasurement,
} from '../../support/draft.ts';
import { reasonOf, warningsOf } from '../../support/english.ts';
import { measurementOf } from '../../support/measurement.ts';

const runner = (changes: Partial<RunnerObservation>) => ({ ...UNDISTURBED, ...changes });
const spins = (ratio: number) =>
  runner({ spinWallUs: repeat(2000 * ratio, 8), spinCpuUs: repeat(2000, 8) });

describe('a block is disturbed', () => {
  const cases: [name: string, trips: RunnerObservation, near: RunnerObservation, words: RegExp][] =
    [
      [
        'by steal',
        runner({ steal: 0.021 }),
        runner({ steal: DISTURBED.steal }),
        /2\.1%.*\(steal\)/,
      ],
      ['by throttling', runner({ throttled: 1 }), runner({ throttled: 0 }), /CPU quota/],
      ['by pressure', runner({ pressure: 0.06 }), runner({ pressure: 0.05 }), /for 6% of the time/],
      ['by other processes', runner({ foreign: 0.11 }), runner({ foreign: 0.1 }), /11%/],
      ['by what spins met', spins(1.12), spins(1.09), /spins took 12% longer/],
    ];
  for (const [name, trips, near, words] of cases) {
    it(name, () => {
      assert.match(disturbanceText(disturbance(trips) as Disturbance), words);
      assert.equal(disturbance(near), null);
    });
  }

  it('A block is disturbed by nothing that the machine does not tell', () => {
    const silent = { steal: null, throttled: null, pressure: null, foreign: null };
    assert.equal(disturbance({ ...silent, spinWallUs: [], spinCpuUs: [] }), null);
  });

  it('A block is not disturbed by one spin that was interrupted', () => {
    const spinWallUs = [9000, ...repeat(2000, 7)];
    assert.equal(disturbance(runner({ spinWallUs })), null);
  });
});

describe('a disturbed machine', () => {
  function judged(replaced: number, left: Partial<RunnerObservation>[], d = 0) {
    const measurement = measurementOf({
      subjects: [
        {
          blocks: repeat({ throughput: d }, 20),
          edit: (block: BlockMeasurement) => {
            block.runner = runner(left[block.index] ?? {});
          },
        },
      ],
    });
    const [subject] = measurement.subjects as [SubjectMeasurement];
    const [block] = subject.blocks as [BlockMeasurement];
    subject.replaced = repeat(
      { disturbance: { kind: 'steal' as const, share: 0.07 }, block },
      replaced,
    );
    return judge(measurement).subjects[0] as ReturnType<typeof judge>['subjects'][number];
  }
  /** By others: seventeen of twenty blocks leave too few quiet ones. */
  const others: Partial<RunnerObservation>[] = [{ steal: 0.11 }, { foreign: 0.51 }];
  /** What head could bring about itself: more than a fifth of the blocks is too much, whatever the others say. */
  const own: Partial<RunnerObservation>[] = [{ throttled: 1 }, { pressure: 0.26 }, spins(1.51)];
  const trips = [...others, ...own];
  const cureOf = ({ throttled, pressure, foreign }: Partial<RunnerObservation>) => {
    if (throttled) return "Raise the container's CPU quota to whole cores, or take it away";
    if (pressure) return 'Give the job more cores, or nothing else to do';
    const advice = ', or, if these processes belong to your server, name them in `beside`';
    return `Run again on a quieter machine${foreign ? advice : ''}`;
  };

  it('A disturbed machine that did little else lets nothing pass, however plain the figures', () => {
    for (const trip of trips) {
      const hit = own.includes(trip) ? 5 : 17;
      for (const d of [0, -0.2]) {
        const subject = judged(0, repeat(trip, hit), d);
        const { verdict, reasons, metrics, budgetNeededMs } = subject;
        assert.deepEqual(
          reasons.map(({ code }) => code),
          ['machine-too-disturbed'],
        );
        assert.equal(verdict, 'inconclusive');
        const reason = reasonOf(subject) as string;
        assert.match(
          reason,
          /^the machine was too disturbed during \d+ of 20 blocks, for example: .+\. [A-Z]/,
        );
        assert.ok(reason.includes(`during ${hit} of 20 blocks`), reason);
        assert.ok(reason.endsWith(cureOf(trip)), reason);
        for (const { name, verdict: word } of metrics) {
          // That no request failed is so, however busy the machine was.
          assert.equal(word, name === 'errors' ? 'unchanged' : 'inconclusive', name);
        }
        assert.equal(budgetNeededMs, null);
      }
    }
  });

  it('A disturbed machine is measured on while there are blocks left: quiet ones may outweigh the others', () => {
    const open = (steal: number) =>
      unresolved(
        measurementOf({
          subjects: [
            {
              blocks: repeat({}, 6),
              planned: 20,
              edit: (block) => {
                block.runner = runner({ steal: block.index < 2 ? steal : 0 });
              },
            },
          ],
        }),
      );
    assert.equal(open(0.11).length, 1);
    assert.deepEqual(open(0.1), []);
  });

  it('A disturbed machine that did so in a fifth of the blocks decides', () => {
    for (const trip of trips) assert.equal(judged(0, repeat(trip, 4), 0.2).verdict, 'regression');
  });

  it('A disturbed machine whose noise both arms met decides, with a warning that counts the blocks', () => {
    assert.equal(judged(4, repeat({ steal: 0.1 }, 20), 0.2).verdict, 'regression');
    const subject = judged(4, repeat({ steal: 0.05 }, 10));
    assert.equal(subject.verdict, 'unchanged');
    assert.deepEqual(warningsOf(subject), [
      "4 blocks were measured again because the machine was disturbed, for example: the hypervisor gave 7% of the cores' time to others (steal).",
      "10 blocks were kept although the machine was disturbed, for example: the hypervisor gave 5% of the cores' time to others (steal). Both arms met the same, and the interval holds what noise is left; a quieter machine would make it narrower.",
    ]);
    assert.match(warningsOf(judged(1, [])).join(), /^1 block was measured again/);
  });
});
