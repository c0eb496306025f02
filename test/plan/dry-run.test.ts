import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Experiment } from '../../src/config/experiment.ts';
import { outlineOf } from '../../src/plan/dry-run.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { planText, renderOutline } from '../../src/report/outline.ts';
import { measurementOf } from '../support/measurement.ts';

/** Every subject, in pairs of base and head. */
const PAIRS = { lacking: [], singleLook: false };
const CORES = { generator: [0], servers: [1], note: null };

function experiment(gate: Partial<Experiment['gate']> = {}, subjects = 2): Experiment {
  const { experiment } = measurementOf({
    subjects: Array.from({ length: subjects }, (_, i) => ({ scenario: `s${i}`, blocks: [{}] })),
  });
  return { ...experiment, gate: { ...experiment.gate, ...gate } };
}

describe('the outline of a run', () => {
  it('The outline of a run has the looks that the budget holds, and the comparisons that share the false-alarm rate', () => {
    const { subjects, hypotheses } = outlineOf(experiment(), CORES, PAIRS);
    assert.deepEqual(subjects[0]?.looks, looksFor(46));
    assert.deepEqual(
      subjects[0]?.gates.map(({ metric, tolerance }) => [metric, tolerance]),
      [
        ['throughput', 0.05],
        ['cpu', 0.05],
      ],
    );
    assert.equal(hypotheses, 4);
  });

  it('The outline of a run counts what this machine lacks, as the rule does, and looks once at what is stored', () => {
    const lacking = [{ server: 'api', scenario: 's0' }];
    assert.equal(outlineOf(experiment({}, 1), CORES, { ...PAIRS, lacking }).hypotheses, 4);
    const [stored] = outlineOf(experiment(), CORES, { ...PAIRS, singleLook: true }).subjects;
    assert.deepEqual(stored?.looks, [46]);
  });

  it('The outline of a run has more blocks with a longer budget, and never fewer than four', () => {
    const looks = (budgetMs: number) =>
      outlineOf(experiment({ budgetMs }), CORES, PAIRS).subjects[0]?.looks;
    assert.deepEqual(looks(60_000), looksFor(23));
    assert.deepEqual(looks(5000), [4]);
    assert.equal(looks(6 * 3_600_000)?.at(-1), 60);
  });

  it('The outline of a run takes the budgets together, unless the job has a limit', () => {
    const free = outlineOf(experiment(), CORES, PAIRS);
    assert.equal(free.longestMs, 2 * 120_000 + 12_000);
    const limited = outlineOf(experiment({ jobBudgetMs: 150_000 }), CORES, PAIRS);
    assert.equal(limited.longestMs, 150_000 + 12_000);
    assert.ok(limited.usualMs <= limited.longestMs && free.usualMs < free.longestMs);
  });

  it('The outline of a run is told with everything that will happen', () => {
    const text = renderOutline(outlineOf(experiment({ jobBudgetMs: 150_000 }), CORES, PAIRS), {
      base: 'the merge base with main',
      head: 'this work tree',
      reach: [],
      notes: ['wrk is not on the PATH'],
    });
    for (const part of [
      /^base: the merge base with main$/m,
      /servers on 1; load generator on 0/,
      /^api\/s0$/m,
      /both alive at once/,
      /2 min, about 46 blocks, judged after every block from the 4th on/,
      /throughput \(5%\), CPU per request \(5%\)/,
      /4 comparisons can fail the job and share a false-alarm rate of 1%/,
      /at most about 3 min, 2 min 30 s of it measuring \(`job-budget`\), mostly/,
      /^! wrk is not on the PATH$/m,
    ]) {
      assert.match(text, part);
    }
  });
});

describe('the plan of a run that has met its subjects', () => {
  const plan = { looks: [4, 5, 6, 7, 8, 9, 10], blockMs: 6000 };

  it('The plan of a run that has met its subjects is one line', () => {
    assert.equal(
      planText([plan], null),
      'Plan: 1 subject, at most 10 blocks, judged after every block from the 4th on; at least 30 s and at most 1 min of measuring',
    );
    assert.equal(planText([], null), 'Plan: nothing to measure');
    const once = { looks: [4], blockMs: 12_500 };
    assert.equal(
      planText([once], null),
      'Plan: 1 subject, at most 4 blocks, judged after 4 blocks; about 50 s of measuring',
    );
  });

  it("The plan of a run that has met its subjects says when the job's limit is shorter", () => {
    assert.match(planText([plan, plan], 90_000), /limit is 1 min 30 s, so perhaps not every/);
    assert.doesNotMatch(planText([plan, plan], 120_000), /limit/);
  });
});
