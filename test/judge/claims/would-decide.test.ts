/** What an undecided claim would take, and how long is measured for it: src/judge/claims/would-decide.ts, answer.ts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge, judgement } from '../../../src/judge/judge.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { claimRows } from '../../../src/report/claims/rows.ts';
import { answerOf, around, codes, contest } from './claimed.ts';

describe('more blocks', () => {
  it('More blocks are measured while a claim is undecided, though the metrics are decided', () => {
    const blocks = around({ throughput: 0, cpu: 0 }, 10);
    const quick = contest(['b.throughput >= a.throughput * 0.5'], [{ blocks, planned: 20 }]);
    assert.deepEqual([...judgement(quick).open], []);
    const slow = contest(['b.throughput >= a.throughput * 0.999'], [{ blocks, planned: 20 }]);
    assert.deepEqual([...judgement(slow).open], ['a-vs-b/plain']);
  });

  it('More blocks of one load are not measured for a claim about two, where the other one has ended', () => {
    const openBeside = (planned: number, stoppedBy?: 'job-budget') => {
      const blocks = around({ throughput: 0, cpu: 0 }, 10);
      const measurement = contest(
        ['b.heavy.throughput >= b.plain.throughput'],
        [
          { scenario: 'heavy', blocks, planned, looks: looksFor(planned) },
          { scenario: 'plain', blocks, planned: 20, looks: looksFor(20) },
        ],
      );
      const [heavy] = measurement.subjects;
      if (heavy !== undefined && stoppedBy !== undefined) heavy.stoppedBy = stoppedBy;
      assert.equal(answerOf(measurement).answer, 'undecided');
      return [...judgement(measurement).open];
    };
    assert.deepEqual(openBeside(20), ['a-vs-b/heavy', 'a-vs-b/plain']);
    assert.deepEqual(openBeside(10), []);
    // It had to stop before it was decided.
    assert.deepEqual(openBeside(20, 'job-budget'), ['a-vs-b/heavy']);
  });

  it('More blocks would decide it after the load that has ended first, and that is told in place of the other one that has not gone on', () => {
    const blocks = around({ throughput: 0 }, 10, 0.015);
    const claim = answerOf(
      contest(
        ['b.heavy.throughput >= b.plain.throughput * 0.98'],
        [
          { scenario: 'heavy', blocks, planned: 10, looks: looksFor(10) },
          { scenario: 'plain', blocks, planned: 20, looks: looksFor(20) },
        ],
      ),
    );
    assert.deepEqual([claim.answer, codes(claim)], ['undecided', ['claim-needs-blocks']]);
  });

  it('More blocks are told when they would decide it, with the budget that they take', () => {
    const blocks = around({ throughput: 0 }, 20, 0.03);
    const claim = answerOf(contest(['b.throughput >= a.throughput * 0.98'], [{ blocks }]));
    assert.equal(claim.answer, 'undecided');
    assert.deepEqual(codes(claim), ['claim-needs-blocks']);
    assert.ok((claim.budgetNeededMs ?? 0) > 120_000, `${claim.budgetNeededMs}`);
  });

  it('More blocks are asked for, and no budget, where measuring ended before the last that was planned', () => {
    const looks = looksFor(20);
    for (const d of [-0.15, -0.113]) {
      const blocks = around({ throughput: d }, 5, 0.1);
      const text = 'b.throughput >= a.throughput * 1.12';
      const claim = answerOf(contest([text], [{ blocks, planned: 20, looks }]));
      const { data } = claim.reasons[0] ?? {};
      assert.deepEqual(
        [claim.answer, codes(claim), claim.budgetNeededMs, data],
        ['undecided', ['claim-stopped'], null, { blocks: 5, planned: 20 }],
      );
    }
  });

  it('More time is asked for by the setting that ended the measurement', () => {
    const decides = (stoppedBy?: 'job-budget' | 'slow-blocks') => {
      const measurement = contest(
        ['b.throughput >= a.throughput * 1.12'],
        [{ blocks: around({ throughput: -0.113 }, 5, 0.1), planned: 20, looks: looksFor(20) }],
      );
      measurement.experiment.gate.jobBudgetMs = 1_200_000;
      const [subject] = measurement.subjects;
      if (subject !== undefined && stoppedBy !== undefined) subject.stoppedBy = stoppedBy;
      return claimRows({ ...judge(measurement) })[0]?.decides;
    };
    const ended = 'measuring ended after 5 of 20 blocks, before this was decided';
    assert.equal(
      decides('job-budget'),
      `${ended}, at the time limit of the job (\`job-budget\`, 20 min): set a larger one, or measure less in one job (\`only\`)`,
    );
    assert.equal(
      decides('slow-blocks'),
      `${ended}, as they took far longer than the pilot run led to expect: set a larger \`budget\``,
    );
    assert.equal(decides(), `${ended}, as when a job is cancelled: run it again`);
  });

  it('More blocks are not promised where the truth lies at what is claimed', () => {
    const claim = answerOf(
      contest(['b.throughput >= a.throughput'], [{ blocks: around({ throughput: 0 }) }]),
    );
    assert.equal(claim.answer, 'undecided');
    assert.deepEqual(codes(claim), ['claim-at-the-bound']);
    assert.equal(claim.budgetNeededMs, null);
  });

  it('More blocks are too few before the first look', () => {
    const blocks = around({ throughput: 1 }, 3);
    const claim = answerOf(contest(['b.cpu >= a.cpu'], [{ blocks, planned: 20 }]));
    assert.deepEqual([claim.answer, ...codes(claim)], ['undecided', 'claim-too-few-blocks']);
  });
});
