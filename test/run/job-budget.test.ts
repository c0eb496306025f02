import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { JobClock, nearestFirst } from '../../src/run/job-budget.ts';

const subject = (scenario: string) => ({ server: 'api', scenario });
const verdict = (scenario: string, budgetNeededMs: number | null) => ({
  ...subject(scenario),
  budgetNeededMs,
});

describe('whose turn it is', () => {
  it('The next turn is of those who need least, and last of those of whom nothing is known', () => {
    const order = nearestFirst(
      [subject('a'), subject('b'), subject('c'), subject('d')],
      [verdict('a', null), verdict('b', 200), verdict('c', 100)],
    );
    assert.deepEqual(
      order.map(({ scenario }) => scenario),
      ['c', 'b', 'a', 'd'],
    );
  });

  it('The next turn keeps the order of the plan where there is no difference', () => {
    const subjects = [subject('z'), subject('a'), subject('m')];
    assert.deepEqual(nearestFirst(subjects, []), subjects);
  });
});

describe("the job's clock", () => {
  it("The job's clock without a limit always has time", () => {
    const clock = new JobClock(null);
    clock.used(1e12);
    assert.equal(clock.hasTimeFor({ blockMs: 6000 }, 60), true);
  });

  it("The job's clock has time for what fits, to the millisecond", () => {
    const clock = new JobClock(60_000);
    assert.equal(clock.hasTimeFor({ blockMs: 6000 }, 10), true);
    clock.used(1);
    assert.equal(clock.hasTimeFor({ blockMs: 6000 }, 10), false);
    assert.equal(clock.hasTimeFor({ blockMs: 6000 }, 9), true);
  });
});
