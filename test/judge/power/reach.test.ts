/** What a tolerance needs, as the dry run tells it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Experiment } from '../../../src/config/experiment/experiment.ts';
import { type Reach, reachOf, usualMsOf } from '../../../src/judge/power/reach.ts';
import { outlineOf } from '../../../src/plan/dry-run.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { renderOutline } from '../../../src/report/plan/outline.ts';
import { beyondReachText, needsText } from '../../../src/report/plan/reach.ts';
import { measurementOf } from '../../support/measurement.ts';
import { wholeRule } from '../../support/whole-rule.ts';

const CORES = { generator: [0], servers: [1], note: null };

function outline(
  tolerance: Partial<Experiment['gate']['tolerance']>,
  budgetMs = 120_000,
  pairs: 'live' | 'exclusive' = 'live',
) {
  const { experiment } = measurementOf({ subjects: [{ blocks: [{}] }] });
  const { gate } = experiment;
  const changed = {
    ...experiment,
    servers: experiment.servers.map((server) => ({ ...server, pairs })),
    gate: { ...gate, budgetMs, tolerance: { ...gate.tolerance, ...tolerance } },
  };
  return outlineOf(changed, CORES, { lacking: [], against: 'base' });
}

const reach = (tolerance: number, budgetMs?: number): Reach =>
  reachOf(outline({ throughput: tolerance, cpu: tolerance }, budgetMs))[0] as Reach;

describe('what a tolerance needs', () => {
  it('An unchanged job takes longer where a tolerance needs more blocks, and never more than its budget', () => {
    const usual = (tolerance: number, budgetMs?: number) => {
      const plan = outline({ throughput: tolerance, cpu: tolerance }, budgetMs);
      return usualMsOf(plan, reachOf(plan));
    };
    const plain = outline({}).usualMs;
    assert.equal(usual(0.05), plain);
    const needed = reach(0.005).needs.find(({ blockSd }) => blockSd === 0.01)?.budgetMs;
    assert.equal(usual(0.005), 6000 + (needed as number));
    assert.ok((needed as number) > plain);
    assert.equal(usual(0.005, 60_000), outline({}, 60_000).longestMs);
  });

  it('A tolerance needs more blocks the smaller it is and the more blocks differ', () => {
    const blocks = [0.05, 0.02, 0.01].map((tolerance) =>
      reach(tolerance).needs.map((need) => need.blocks),
    );
    assert.deepEqual(blocks, [
      [4, 4, 4],
      [4, 4, 9],
      [4, 9, 31],
    ]);
  });

  it('A tolerance needs the budget that its blocks take, and no plan has more than 60 of them', () => {
    for (const { blocks, budgetMs } of reach(0.01).needs) {
      assert.equal(budgetMs, (blocks as number) * 2600);
    }
    assert.deepEqual(reach(0.005).needs.at(-1), { blockSd: 0.02, blocks: null, budgetMs: null });
  });

  for (const { tolerance, sd } of [
    { tolerance: 0.01, sd: 0.01 },
    { tolerance: 0.01, sd: 0.02 },
  ]) {
    it(`With what it needs, unchanged code is unchanged in 80 of 100 jobs by the whole rule: tolerance ${100 * tolerance} %, noise ${100 * sd} %`, () => {
      const need = reach(tolerance).needs.find(({ blockSd }) => blockSd === sd);
      const looks = looksFor(need?.blocks as number);
      const rule = { sd, tolerance, alpha: 0.01 / 4, looks };
      const { unchanged } = wholeRule({ ...rule, effect: 0, jobs: 1000, seed: 5 });
      assert.ok(unchanged.share > 0.8 - 3 * unchanged.se, `${unchanged.share}`);
    });
  }

  it('A tolerance is out of reach where the budget has fewer blocks than it needs at a noise of 1 %, and what it keeps is within', () => {
    assert.equal(reach(0.01).outOfReach, null);
    const { outOfReach } = reach(0.01, 20_000);
    const { keeps } = outOfReach as NonNullable<Reach['outOfReach']>;
    assert.ok(keeps > 0.01 && keeps < 0.02, `${keeps}`);
    assert.equal(reach(keeps + 1e-9, 20_000).outOfReach, null);
  });

  it('Each tolerance of a subject has a line of its own, and only throughput and CPU time have one', () => {
    const both = reachOf(outline({ throughput: 0.02, cpu: 0.03 }));
    assert.deepEqual(
      both.map(({ metrics, tolerance }) => [metrics, tolerance]),
      [
        [['throughput'], 0.02],
        [['cpu'], 0.03],
      ],
    );
  });

  it('Of arms that take turns nothing is known beforehand', () => {
    assert.deepEqual(reachOf(outline({}, 120_000, 'exclusive')), []);
  });

  it('What a tolerance needs is one sentence', () => {
    assert.equal(
      needsText(reach(0.01)),
      'a tolerance of 1% needs about 4 blocks (20 s) if they differ by 0.5%, 9 (30 s) if they differ by 1% and 31 (2 min) if they differ by 2%',
    );
  });

  it('A tolerance that no plan has blocks enough for has no time, and no budget is named for it', () => {
    assert.match(needsText(reach(0.005)), / and more than 60 if they differ by 2%$/);
    const text = beyondReachText(reach(0.001), 'request') ?? '';
    assert.match(text, /code are inconclusive; a `tolerance` of [\d.]+% would do/);
  });

  it('A tolerance that is out of reach is a warning with what would do, and none is said of others', () => {
    assert.equal(beyondReachText(reach(0.05), 'request'), null);
    assert.equal(
      beyondReachText(reach(0.01, 20_000), 'request'),
      'api/plain: a tolerance of 1% for throughput and CPU per request is probably too small for 20 s. Blocks often differ by 1%, and then more than 20 of 100 runs of unchanged code are inconclusive; a `budget` of about 30 s or a `tolerance` of 1.1% would do. How much they differ here, the pilot run says',
    );
  });

  it('The outline of a run tells both, and advises settings as they are written', () => {
    const short = outline({ throughput: 0.01, cpu: 0.01 }, 20_000);
    const told = { base: 'main', head: 'this', reach: reachOf(short), notes: [] };
    const text = renderOutline(short, told);
    const inFlags = renderOutline(short, { ...told, form: 'flags' });
    assert.match(inFlags, /; a `--budget` of about 30 s or a `--tolerance` of 1\.1% would do/);
    assert.match(text, /^ {2}needs: {3}a tolerance of 1% needs about 4 blocks/m);
    assert.match(
      text,
      /^! .*: a tolerance of 1% for throughput and CPU per request is probably too small/m,
    );
  });
});
