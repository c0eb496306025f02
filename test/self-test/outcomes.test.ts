/** What is counted over resampled jobs, and how sure that is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import { outcomesOf, outcomesOfResampled } from '../../src/self-test/outcomes.ts';
import { wilsonInterval } from '../../src/self-test/rates.ts';

const RUNS = 6;
const JOBS = 1000;

/** Of so many runs, each of which is drawn for a job by chance; `isRed`: by the number of the job. */
function outcomes(isRed: (job: number) => boolean) {
  const random = mersenne(3);
  const verdictOf = (word: string) => ({ verdict: word, subjects: [] }) as unknown as Verdict;
  const drawn = Array.from({ length: JOBS }, () => {
    const counts = new Uint8Array(2 * RUNS);
    for (let i = 0; i < 5; i++) {
      const unit = uniformInt(random, 0, RUNS - 1);
      counts[unit] = (counts[unit] as number) + 1;
    }
    return counts;
  });
  const all = drawn.map((_, job) => ({
    verdict: verdictOf(isRed(job) ? 'regression' : 'unchanged'),
    blocks: 5,
    mirrored: verdictOf('unchanged'),
  }));
  const found = outcomesOfResampled(
    { outcomes: all, drawn, runs: RUNS },
    { blockMs: 1000, leadMs: 0 },
  );
  const red = found?.verdicts.find(({ word }) => word === 'regression')?.rate;
  assert.ok(found?.eitherWay && red);
  return { eitherWay: found.eitherWay, interval: red.interval };
}

describe('the intervals of resampled jobs', () => {
  it('They are no narrower with a few false alarms than with none, of which few runs say little', () => {
    const none = outcomes(() => false);
    const few = outcomes((job) => job < 4);
    assert.deepEqual(none.interval, wilsonInterval(0, RUNS));
    assert.equal(few.interval[1], none.interval[1]);
    assert.equal(few.eitherWay.atMost, none.eitherWay.atMost);
    assert.ok(few.eitherWay.atMost > 0.15);
  });

  it('They are no narrower where nearly all did it than where all did', () => {
    const all = outcomes(() => true);
    const most = outcomes((job) => job >= 4);
    assert.deepEqual(all.interval, wilsonInterval(1, RUNS));
    assert.equal(most.interval[0], all.interval[0]);
  });
});

it('Of two jobs no number of blocks and no time lies below zero, however far apart they are', () => {
  const job = (blocks: number) => ({
    verdict: { verdict: 'unchanged', subjects: [] } as unknown as Verdict,
    blocks,
    mirrored: null,
  });
  const found = outcomesOf([job(10), job(20)], { blockMs: 1000, leadMs: 0 });
  // By Student's t with one degree of freedom: 15 ± 12.706 × 5.
  assert.deepEqual(
    [found?.blocks, found?.seconds].map((one) => one?.interval?.map((end) => end.toFixed(1))),
    [
      ['0.0', '78.5'],
      ['0.0', '78.5'],
    ],
  );
});
