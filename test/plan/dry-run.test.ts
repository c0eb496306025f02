import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Experiment, SubjectId } from '../../src/config/experiment/experiment.ts';
import type { Scenario } from '../../src/config/experiment/scenario.ts';
import type { Server } from '../../src/config/experiment/server.ts';
import { outlineOf } from '../../src/plan/dry-run.ts';
import { looksFor } from '../../src/plan/looks.ts';
import { planSubject } from '../../src/plan/make.ts';
import { planText, renderOutline } from '../../src/report/plan/outline.ts';
import { holdScenario } from '../config/claims/known.ts';
import { measurementOf } from '../support/measurement.ts';
import { estimateOf } from './pilot-estimate.ts';

/** Every subject, in pairs of base and head. */
const PAIRS = { lacking: [], against: 'base' } as const;
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
    const outline = outlineOf(experiment({}, 1), CORES, { ...PAIRS, lacking });
    assert.equal(outline.hypotheses, 4);
    assert.match(
      renderOutline(outline, { base: 'main', head: 'this', reach: [], notes: [] }),
      /^2 comparisons can fail the job; 4, with those that cannot be measured here, share a/m,
    );
    const [stored] = outlineOf(experiment(), CORES, { ...PAIRS, against: 'stored' }).subjects;
    assert.deepEqual(stored?.looks, [46]);
  });

  it('The outline of a run says that claims have their share of the false-alarm rate', () => {
    const asked = experiment({}, 1);
    const { server, scenario } = asked.subjects[0] as SubjectId;
    const claim = {
      text: 'api.throughput >= 1k',
      gate: false,
      metric: 'throughput',
      left: { server, scenario },
      op: '>=',
      right: null,
      factor: 1,
      offset: 1000,
    } as const;
    const outline = outlineOf({ ...asked, claims: [claim, claim] }, CORES, PAIRS);
    assert.match(
      renderOutline(outline, { base: 'main', head: 'this', reach: [], notes: [] }),
      /^2 comparisons can fail the job and share a false-alarm rate of 1% with 2 claims\.$/m,
    );
  });

  it('Where head can be compared with nothing, neither blocks nor comparisons nor a budget are promised', () => {
    const outline = outlineOf(experiment(), CORES, { ...PAIRS, against: 'nothing' });
    assert.deepEqual(
      outline.subjects.map(({ looks, gates, longestMs }) => ({ looks, gates, longestMs })),
      Array.from({ length: 2 }, () => ({ looks: [], gates: [], longestMs: 0 })),
    );
    assert.deepEqual([outline.hypotheses, outline.longestMs], [0, 12_000]);
    const text = renderOutline(outline, { base: 'none', head: 'x', reach: [], notes: [] });
    assert.match(text, /^ {2}alone: +a pilot run, as head can be compared with nothing$/m);
    assert.match(text, /^2 subjects, builds not counted: about 20 s\.$/m);
    assert.match(text, /^No metric can fail the job; errors always can\.$/m);
    assert.doesNotMatch(text, /budget:|gates:|arms:|tolerance|when nothing has changed/);
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

  it('A plan takes no longer than the outline of a run has said, whatever is warmed up, held steady or held open', () => {
    const estimate = estimateOf({ startMs: 150 });
    for (const budgetMs of [20_000, 120_000, 600_000]) {
      for (const pairs of ['live', 'exclusive'] as const) {
        for (const warmUpMs of [undefined, 2000, 60_000]) {
          for (const load of [{}, { steadyMs: 5000 }, { latency: { perSecond: null } }]) {
            const asked = experiment({ budgetMs }, 1);
            const server = { ...(asked.servers[0] as Server), pairs, warmUpMs };
            const scenario = { ...asked.scenarios[0], ...load } as Scenario;
            const one = { ...asked, servers: [server], scenarios: [scenario] };
            const [{ longestMs = 0, short = null } = {}] = outlineOf(one, CORES, PAIRS).subjects;
            const { plan, overrunMs } = planSubject({
              ...{ subject: one.subjects[0] as SubjectId, scenario, arms: ['base', 'head'] },
              ...{ pairs, cores: null, budgetMs, estimate, seed: 1, looks: { kind: 'after-each' } },
              load: { kind: 'sized', warmUpMs: warmUpMs ?? null },
            });
            const takesMs = plan.blocks.length * plan.blockMs;
            const said = JSON.stringify({ budgetMs, pairs, warmUpMs, load, longestMs, takesMs });
            assert.ok(takesMs <= 1.01 * longestMs, said);
            assert.equal(short !== null, overrunMs > 0, said);
          }
        }
      }
    }
  });

  it('A hold of many connections takes the time that its scenario says, four times, whatever the budget', () => {
    const asked = experiment({}, 1);
    const scenario = holdScenario('s0', { connections: 100_000, openPerSecond: 4000 });
    const one = { ...asked, scenarios: [scenario] };
    const outline = outlineOf(one, CORES, PAIRS);
    const [subject] = outline.subjects;
    assert.deepEqual(subject?.looks, [4]);
    assert.ok(Math.abs((subject?.longestMs ?? 0) - 4 * 91_000) < 1000);
    const text = renderOutline(outline, { base: 'a', head: 'b', reach: [], notes: [] });
    assert.match(
      text,
      /budget: {2}2 min, about 4 blocks, which take about 7 min, judged after 4 bl/,
    );
    assert.match(
      text,
      /^! api\/s0: the budget is too short for four blocks .*opens, holds and closes/m,
    );
    assert.match(text, /at most about 7 min, mostly about 7 min/);
    const limited = outlineOf(
      { ...one, gate: { ...one.gate, jobBudgetMs: 120_000 } },
      CORES,
      PAIRS,
    );
    const told = renderOutline(limited, { base: 'a', head: 'b', reach: [], notes: [] });
    assert.match(
      told,
      /^! api\/s0: `job-budget` \(2 min\) is too short .*it will not be measured/m,
    );
  });

  it('A long warm-up is named before anything is built', () => {
    const asked = experiment({}, 1);
    const servers = asked.servers.map((server) => ({ ...server, warmUpMs: 60_000 }));
    const outline = outlineOf({ ...asked, servers }, CORES, PAIRS);
    assert.equal(outline.longestMs, 4 * 122_000 + 6000 + 120_000);
    const text = renderOutline(outline, { base: 'a', head: 'b', reach: [], notes: [] });
    assert.match(
      text,
      /^! .*it will take 368 s longer\. Of each block's 122\.0 s, 120\.0 s go to warming/m,
    );
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
