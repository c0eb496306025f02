/** Metrics that a machine is too noisy for: what they leave of the verdict, and when measuring stops for them. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Gate } from '../../../src/config/experiment/experiment.ts';
import { judge, judgement } from '../../../src/judge/judge.ts';
import { blocksToPass, procedureOf, smallestKept } from '../../../src/judge/power/power.ts';
import { cautiousSd, smallestVisible } from '../../../src/judge/power/smallest-visible.ts';
import { oneAttempt } from '../../../src/judge/statistics/sequential.ts';
import type { MetricVerdict, SubjectVerdict } from '../../../src/judge/verdict/verdict.ts';
import { looksFor } from '../../../src/plan/looks.ts';
import { findingText } from '../../../src/report/findings/finding.ts';
import { headline } from '../../../src/report/headline/headline.ts';
import { phraseToText } from '../../../src/report/markup/phrase.ts';
import {
  buildMeasurement,
  fewLooks,
  httpScenario,
  measurementOf,
  normals,
  observed,
} from '../../support/measurement.ts';
import { metric } from '../judged.ts';
import { type Given, judged, LOOSE, METRICS, measured } from './noisy-metrics.ts';

/** Metrics that a warning says are too noisy. */
function warned({ warnings }: SubjectVerdict) {
  return warnings.flatMap(({ code, severity, subject }) => {
    if (code !== 'too-noisy') return [];
    assert.equal(severity, 'warning');
    return [subject];
  });
}

function tooNoisy(one: MetricVerdict) {
  const [reason] = one.reasons;
  assert.equal(reason?.code, 'too-noisy');
  return reason.code === 'too-noisy' ? reason : assert.fail();
}

describe('a metric that is too noisy for the budget', () => {
  it('A metric of the default list that is too noisy is not judged, and the others make the verdict', () => {
    const subject = judged({ sd: { p99: 0.9 } });
    assert.equal(subject.verdict, 'unchanged');
    const p99 = metric(subject, 'p99');
    assert.deepEqual([p99.verdict, p99.gating], ['inconclusive', false]);
    assert.equal(metric(subject, 'memory').gating, true);
    assert.deepEqual(warned(subject), ['p99']);
  });

  it('A metric that the user named makes the verdict inconclusive, and so does one of an older file', () => {
    for (const metricsNamed of [true, undefined]) {
      const gate = metricsNamed === undefined ? {} : { metricsNamed };
      const measurement = measured({ sd: { p99: 0.9 } });
      delete measurement.experiment.gate.metricsNamed;
      Object.assign(measurement.experiment.gate, gate);
      const [subject] = judge(measurement).subjects;
      assert.equal(subject?.verdict, 'inconclusive');
      assert.equal(metric(subject as SubjectVerdict, 'p99').gating, true);
    }
  });

  it('A worsening that is shown is a regression, however noisy the metric is', () => {
    const subject = judged({ sd: { p99: 0.9 }, worse: { p99: 2 } });
    assert.equal(subject.verdict, 'regression');
    assert.deepEqual(
      [metric(subject, 'p99').verdict, metric(subject, 'p99').gating],
      ['regression', true],
    );
  });

  it('A worsening that the metric would show by itself, though not beside the others, is not let off', () => {
    // p = 0.004 with three degrees of freedom to spare: below 1 %, above 1 % ÷ 4.
    const subject = judged({ sd: { p99: 0.9 }, worse: { p99: 0.63 } });
    const p99 = metric(subject, 'p99');
    assert.ok((p99.p as number) < 0.01 && (p99.p as number) > 0.0025, `${p99.p}`);
    assert.deepEqual(
      [p99.verdict, p99.gating, subject.verdict],
      ['inconclusive', true, 'inconclusive'],
    );
  });

  it('A metric that the budget can decide is judged as ever', () => {
    // 13.5 % is kept in 80 of 100 runs.
    const subject = judged({ sd: { p99: 0.2 }, worse: { p99: 0.12 } });
    assert.deepEqual(
      [metric(subject, 'p99').verdict, metric(subject, 'p99').gating],
      ['inconclusive', true],
    );
    assert.equal(subject.verdict, 'inconclusive');
  });

  it('What is not judged is told beside a verdict that another metric leaves open, and once where it is the reason', () => {
    const open = judged({ sd: { throughput: 0.2, p99: 0.2 }, worse: { p99: 0.12 } });
    assert.equal(open.verdict, 'inconclusive');
    assert.deepEqual(
      open.reasons.map(({ subject }) => subject),
      ['p99'],
    );
    assert.deepEqual(warned(open), ['throughput']);
    const both = judged({ sd: { throughput: 0.2, cpu: 0.2 } });
    assert.equal(both.verdict, 'inconclusive');
    assert.deepEqual(
      both.reasons.map(({ code, subject }) => [code, subject]),
      [
        ['too-noisy', 'throughput'],
        ['too-noisy', 'cpu'],
      ],
    );
    assert.deepEqual(warned(both), []);
  });

  it('A metric is too noisy by the values that it has, when the first blocks have none', () => {
    const subject = judged({ blocks: 10, without: 3, sd: { p99: 0.4 }, worse: { p99: 0.02 } });
    assert.equal(subject.verdict, 'unchanged');
    const p99 = metric(subject, 'p99');
    assert.deepEqual([p99.blocks, p99.verdict, p99.gating], [7, 'inconclusive', false]);
    const ofTen = smallestKept({ sd: p99.sd as number }, oneAttempt(looksFor(10)));
    assert.ok(tooNoisy(p99).data.keeps > Math.expm1(ofTen), `${tooNoisy(p99).data.keeps}`);
    assert.deepEqual(warned(subject), ['p99']);
  });

  it('The last look at fewer values than there are blocks decides by all of the level that is left', () => {
    const subject = judged({ blocks: 10, without: 3, sd: { p99: 0.1 } });
    assert.deepEqual([subject.verdict, metric(subject, 'p99').verdict], ['unchanged', 'unchanged']);
    assert.deepEqual(warned(subject), []);
  });

  it('A metric that is open at the end and does not look worse is not judged, and the tolerance that would do is above its own', () => {
    // 19 % would be kept in 80 of 100 runs: this one has the bad luck of a mean of 7 %.
    const subject = judged({ sd: { p99: 0.3 }, worse: { p99: 0.07 }, gate: LOOSE });
    const p99 = metric(subject, 'p99');
    assert.ok((p99.mde as number) > 0.2 && (p99.change as number) > 0.07);
    assert.deepEqual([subject.verdict, p99.gating], ['unchanged', false]);
    const { keeps, tolerance, budgetNeededMs } = tooNoisy(p99).data;
    assert.ok(keeps > tolerance, `${keeps}`);
    assert.ok((budgetNeededMs as number) > 20 * 6000);
  });

  it('Throughput or CPU time must have been judged for a pass', () => {
    const one = judged({ sd: { throughput: 0.2 } });
    assert.equal(one.verdict, 'unchanged');
    assert.equal(metric(one, 'throughput').gating, false);
    const both = judged({ sd: { throughput: 0.2, cpu: 0.2 } });
    assert.equal(both.verdict, 'inconclusive');
    assert.deepEqual(
      both.reasons.map(({ code, subject }) => [code, subject]),
      [
        ['too-noisy', 'throughput'],
        ['too-noisy', 'cpu'],
      ],
    );
    assert.deepEqual(warned(both), []);
  });
});

describe('a latency whose open loop was none', () => {
  /** The generator sends late to these arms, in every third block. */
  const lateFor = (arms: readonly ('base' | 'head')[], gate: Partial<Gate> = {}) => {
    const measurement = measured({ gate });
    for (const block of measurement.subjects[0]?.blocks.filter(({ index }) => index % 3 === 0) ??
      []) {
      for (const arm of arms) {
        const { segments } = observed(block, arm).latency ?? assert.fail();
        segments.late = [...segments.scheduled];
      }
    }
    return judge(measurement).subjects[0] as SubjectVerdict;
  };

  it('A latency that was sent late for base too is not judged, and a warning says why', () => {
    for (const arms of [['base'], ['base', 'head']] as const) {
      const subject = lateFor(arms);
      const p99 = metric(subject, 'p99');
      assert.deepEqual([subject.verdict, p99.gating], ['unchanged', false]);
      assert.equal(metric(subject, 'p50').reasons[0]?.code, 'sent-late');
      const told = subject.warnings.filter(({ code }) => code === 'no-open-loop');
      assert.deepEqual(
        told.map((one) => findingText(one)),
        [
          'p99 latency is not judged here: the load generator sent requests late in 7 of 20 blocks, and not with head alone. What would help: a core of its own, a quieter machine, or a lower `rate`. To have it decide all the same, name it in `metrics`.',
        ],
      );
    }
  });

  it('The share of late blocks is one of those that had an open loop', () => {
    const late = [5, 9, 12, 15];
    assert.equal(metric(judged({ late }), 'p99').verdict, 'unchanged');
    const p99 = metric(judged({ late, without: 4 }), 'p99');
    assert.deepEqual([p99.gating, p99.reasons[0]?.code], [false, 'no-open-loop']);
  });

  it('A latency that was sent late for head alone, or that the user named, leaves the subject undecided', () => {
    for (const subject of [lateFor(['head']), lateFor(['base', 'head'], { metricsNamed: true })]) {
      const p99 = metric(subject, 'p99');
      assert.deepEqual([subject.verdict, p99.gating], ['inconclusive', true]);
      assert.equal(p99.reasons[0]?.code, 'sent-late');
    }
  });
});

describe('a latency that was sent late for both arms, in about half of the segments', () => {
  /** Of ten segments, by block. */
  const lateIn = (base: readonly number[], head: readonly number[], blocks = 20) => {
    const measurement = measured({});
    for (const block of measurement.subjects[0]?.blocks.slice(0, blocks) ?? []) {
      for (const [arm, counts] of [
        ['base', base],
        ['head', head],
      ] as const) {
        const { segments } = observed(block, arm).latency ?? assert.fail();
        const late = counts[block.index % counts.length] as number;
        segments.late = segments.scheduled.map((count, i) => (i < late ? count : 0));
      }
    }
    return metric(judge(measurement).subjects[0] as SubjectVerdict, 'p99');
  };

  it('Which arm is named is then an accident, and head is not blamed for it', () => {
    // Head alone is over the half in three blocks of five, base in two.
    const p99 = lateIn([5, 6, 4, 5, 6], [6, 5, 6, 6, 4]);
    assert.deepEqual([p99.gating, p99.reasons[0]?.code], [false, 'no-open-loop']);
  });

  it('Five blocks are too few to say so of head', () => {
    const p99 = lateIn([5, 5, 5, 5, 6], [6, 6, 6, 6, 4], 5);
    assert.deepEqual([p99.gating, p99.reasons[0]?.code], [true, 'sent-late']);
  });

  it('Head that is shown to be late more often, or late twice as often, is undecided', () => {
    for (const [base, head] of [
      [
        [4, 4, 5, 4],
        [7, 6, 7, 7],
      ],
      [
        [1, 5, 0, 2],
        [6, 6, 6, 10],
      ],
    ] as const) {
      const p99 = lateIn(base, head);
      assert.deepEqual([p99.gating, p99.reasons[0]?.code], [true, 'sent-late']);
    }
  });
});

describe('the budget of a metric that is too noisy', () => {
  const isOpen = (given: Given) =>
    judgement(measured({ blocks: 6, planned: 20, ...given })).open.size > 0;

  it('No more of the budget is spent when the first look shows that it would be in vain', () => {
    assert.equal(isOpen({}), false);
    assert.equal(isOpen({ sd: { p99: 0.9 } }), false);
    assert.equal(isOpen({ sd: { p99: 0.9 }, gate: { metricsNamed: true } }), true);
  });

  it('The budget is spent where the noise of few blocks may be an accident, and always for throughput and CPU time', () => {
    const plan = oneAttempt([6, 10, 14, 20]);
    const sd = 0.35;
    const ratio = smallestKept({ sd }, plan) / Math.log(1.2);
    assert.ok(ratio > 1 && ratio < 1.5, `${ratio}`);
    assert.equal(isOpen({ sd: { p99: sd } }), true);
    assert.equal(isOpen({ sd: { throughput: 0.9 } }), true);
    assert.equal(isOpen({ sd: { cpu: 0.9 } }), true);
  });

  it('No more of the budget is spent when the generator was late too often, and it is spent while that may be an accident', () => {
    const few = { blocks: 8, sd: { p99: 0.3 } };
    assert.equal(isOpen({ ...few, late: [1, 2, 3, 5] }), false);
    assert.equal(isOpen({ ...few, late: [1, 2, 3] }), true);
    assert.equal(isOpen({ ...few, late: [1, 2, 3, 5], gate: { metricsNamed: true } }), true);
  });

  it('The budget is spent on what looks worse, however noisy it is', () => {
    assert.equal(isOpen({ sd: { p99: 0.9 }, worse: { p99: 0.6 } }), false);
    assert.equal(isOpen({ sd: { p99: 0.9 }, worse: { p99: 0.9 } }), true);
  });

  it('The budget that would do counts the blocks that have no open loop', () => {
    const p99 = metric(
      judged({ blocks: 10, without: 3, sd: { p99: 0.4 }, worse: { p99: 0.02 } }),
      'p99',
    );
    const needed = blocksToPass(
      { sd: p99.sd as number },
      Math.log(1.2),
      7,
      Math.log1p(p99.change as number),
    );
    assert.equal(tooNoisy(p99).data.budgetNeededMs, ((needed as number) + 6) * 6000);
  });

  it('The first line of a subject whose speed is too noisy asks for no other budget and tolerance than its reasons', () => {
    const z = normals(4);
    const noise = Array.from({ length: 20 }, z);
    const off = noise.reduce((sum, one) => sum + one / 20, 0);
    for (const more of [0.02, 0.03, 0.04]) {
      const ofOne = (d: number) => noise.map((one) => d + 0.1 * (one - off));
      const [throughput, cpu] = [ofOne(more), ofOne(0.02)];
      const blocks = throughput.map((value, i) => ({ throughput: value, cpu: cpu[i] as number }));
      const verdict = judge(
        measurementOf({
          noiseOf: 'both',
          gate: { metricsNamed: false },
          load: (name) => httpScenario(name, { latency: { perSecond: null } }),
          subjects: [{ blocks, looks: looksFor(20) }],
        }),
      );
      const [subject] = verdict.subjects;
      const asked = subject?.reasons.flatMap((one) => (one.code === 'too-noisy' ? [one.data] : []));
      const [first, second, ...others] = asked ?? [];
      assert.ok(first && second && others.length === 0);
      const budgets = [first.budgetNeededMs, second.budgetNeededMs];
      const longest = budgets.includes(null) ? null : Math.max(...(budgets as number[]));
      assert.equal(subject?.budgetNeededMs, longest);
      const kept = [first, second].map(({ keeps }) => `${Math.ceil(100 * keeps)}%`);
      const { title, action } = headline(verdict);
      assert.match(phraseToText(title), /within tolerance \(throughput and CPU per request\)/);
      const tolerances = `a tolerance of about ${kept[0]} for throughput and ${kept[1]} for CPU`;
      assert.ok(phraseToText(action).includes(tolerances), phraseToText(action));
    }
  });

  it('The finding tells the budget that would do, or that none does', () => {
    const noisy = tooNoisy(metric(judged({ sd: { p99: 0.45 } }), 'p99'));
    const needed = blocksToPass({ sd: 0.45 }, Math.log(1.2), 20) as number;
    assert.equal(noisy.data.budgetNeededMs, needed * 6000);
    assert.match(
      findingText({ ...noisy, severity: 'warning' }),
      /^p99 latency is not judged here: too noisy\. In this budget only a worsening from .*% on would be red in 80% of such runs\. What would decide it: a budget of about .* min, or a tolerance of about 32% \(now 20%\), or a quieter machine\. To have it decide all the same, name it in `metrics`\.$/,
    );
    assert.match(findingText(noisy), /^not judged here: too noisy\..*quieter machine$/);
    const hopeless = tooNoisy(metric(judged({ sd: { p99: 0.9 } }), 'p99'));
    assert.equal(hopeless.data.budgetNeededMs, null);
    assert.match(findingText(hopeless), /What would decide it: a quieter machine/);
    const wide = { ...hopeless, data: { ...hopeless.data, tolerance: 0.6, keeps: 0.8 } };
    assert.match(
      findingText(wide),
      /What would decide it: a tolerance of about 80% \(now 60%\), or/,
    );
    const blind = { ...noisy, data: { ...noisy.data, visible: 1.2 } };
    assert.match(
      findingText(blind),
      /In this budget not even a worsening of 100% would be red in 80% of such runs\./,
    );
  });

  it('From which worsening on this budget would be red goes by all of its looks, also where a first one has given the metric up', () => {
    const given = { sd: { p99: 0.45 }, planned: 20 };
    const early = metric(judged({ ...given, blocks: 6 }), 'p99');
    const schedule = oneAttempt(fewLooks(20));
    // Four metrics share the rate of false alarms, and a latency's two tests share its part.
    const last = schedule.looks.length - 1;
    const ofBudget = procedureOf(schedule, 0.01 / 4 / 2, last, 2);
    const noise = cautiousSd({ sd: early.sd as number, degreesOfFreedom: early.blocks - 1 });
    const expected = Math.expm1(smallestVisible(noise, Math.log(1.2), ofBudget));
    assert.equal(tooNoisy(early).data.visible?.toFixed(6), expected.toFixed(6));
    const toTheEnd = procedureOf(schedule, 0.01 / 4 / 2, last);
    const measuredOn = Math.expm1(smallestVisible(noise, Math.log(1.2), toTheEnd));
    assert.ok(expected > 1.01 * measuredOn, 'some runs give up what is worse by as much');
    const atFirst = procedureOf(schedule, 0.01 / 4 / 2, 0);
    assert.ok(Math.expm1(smallestVisible(noise, Math.log(1.2), atFirst)) > 2 * measuredOn);
  });

  it('The smallest tolerance that is kept, and the blocks that would keep one, agree by simulation', () => {
    const plan = oneAttempt(looksFor(20));
    const kept = smallestKept({ sd: 0.05 }, plan);
    assert.equal(blocksToPass({ sd: 0.05 }, kept, 19), 20);
    assert.ok((blocksToPass({ sd: 0.05 }, kept * 0.9, 20) as number) > 20);
    assert.equal(blocksToPass({ sd: 0.05 }, kept / 10, 20), null);
  });
});

it('Unchanged code whose p99 is undecidable is hardly ever inconclusive, and never red too often', () => {
  const z = normals(5);
  const words: Record<string, number> = {};
  const jobs = 400;
  for (let job = 0; job < jobs; job++) {
    const { verdict } = judge(
      buildMeasurement({
        slices: 4,
        noiseOf: 'both',
        gate: { metrics: [...METRICS], metricsNamed: false },
        load: (name) => httpScenario(name, { latency: { perSecond: null } }),
        subjects: [
          {
            blocks: Array.from({ length: 20 }, () => ({
              ...{ throughput: 0.02 * z(), cpu: 0.02 * z(), p99: 0.9 * z(), memory: 0.01 * z() },
            })),
          },
        ],
      }),
    );
    words[verdict] = (words[verdict] ?? 0) + 1;
  }
  assert.ok((words.unchanged ?? 0) >= 0.97 * jobs, JSON.stringify(words));
  assert.ok((words.regression ?? 0) <= 0.02 * jobs, JSON.stringify(words));
});
