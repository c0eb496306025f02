/** The judge, from one subject whose measurement is complete, ended early or still goes on. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { lookEvents, soFar } from '../../src/judge/interim.ts';
import { judge, judgement, unresolved } from '../../src/judge/judge.ts';
import { repeat } from '../support/block.ts';
import type { Measurement } from '../support/draft.ts';
import { metricReasonOf, reasonOf } from '../support/english.ts';
import { measurementOf, normals } from '../support/measurement.ts';
import { both, CPU_ONLY, metric, one, spread, verdictOf } from './judged.ts';

describe('one subject', () => {
  it('One subject that did not change is unchanged, with its figures', () => {
    const subject = one({ blocks: both(spread(6, 0.001, 0.002)), planned: 20 });
    assert.equal(subject.verdict, 'unchanged');
    const throughput = metric(subject, 'throughput');
    assert.ok(Math.abs((throughput.change as number) - Math.expm1(-0.001)) < 1e-9);
    assert.ok(Math.abs((throughput.base as number) - 40_000) < 1e-3);
    // After six blocks of twenty: docs/adr/0062-interval-at-the-stop.md.
    const half = tQuantile(1 - 0.03 / Math.sqrt(6), 5) * 0.002;
    const [low, high] = throughput.interval as [number, number];
    assert.ok(Math.abs(low - Math.expm1(-(0.001 + half))) < 1e-9);
    assert.ok(Math.abs(high - Math.expm1(-(0.001 - half))) < 1e-9);
    assert.equal(throughput.blocks, 6);
    assert.equal(subject.budgetNeededMs, null);
  });

  it('One subject that got 8 % slower is a regression in both gating metrics', () => {
    const subject = one({ blocks: both(spread(6, 0.08, 0.005)), planned: 20 });
    assert.equal(subject.verdict, 'regression');
    for (const name of ['throughput', 'cpu'] as const) {
      assert.equal(metric(subject, name).verdict, 'regression');
    }
    assert.ok((metric(subject, 'throughput').change as number) < -0.07);
    assert.ok((metric(subject, 'cpu').change as number) > 0.08);
  });

  it('One subject that got faster is an improvement', () => {
    const subject = one({ blocks: both(spread(6, -0.08, 0.005)), planned: 20 });
    assert.equal(subject.verdict, 'improvement');
    assert.ok((metric(subject, 'throughput').change as number) > 0.08);
    assert.ok((metric(subject, 'cpu').change as number) < -0.07);
  });

  it('One subject that got a little slower is unchanged, and the reason says that it is shown', () => {
    const subject = one({ blocks: both(spread(6, 0.02, 0.001)), planned: 20 });
    assert.equal(subject.verdict, 'unchanged');
    assert.match(
      metricReasonOf(metric(subject, 'cpu')) as string,
      /smaller than half the tolerance/,
    );
  });

  it('One subject that is too noisy is inconclusive at the budget’s end, with the budget that would do', () => {
    const subject = one({ blocks: both(spread(20, 0.02, 0.02)) }, { noiseOf: 'both' });
    assert.equal(subject.verdict, 'inconclusive');
    assert.match(
      reasonOf(subject) as string,
      /throughput: .*smaller or larger than the tolerance; CPU per request: /,
    );
    // More than twenty blocks, of six seconds each.
    assert.ok((subject.budgetNeededMs as number) >= 21 * 6000);
    assert.equal((subject.budgetNeededMs as number) % 6000, 0);
  });

  it('One subject that is perhaps faster is unchanged at the end, not before', () => {
    const blocks = both(spread(20, -0.035, 0.014));
    assert.deepEqual(
      unresolved(measurementOf({ subjects: [{ blocks: blocks.slice(0, 14), planned: 20 }] })),
      ['api/plain'],
    );
    const subject = one({ blocks });
    assert.equal(subject.verdict, 'unchanged');
    assert.match(metricReasonOf(metric(subject, 'cpu')) as string, /perhaps better/);
  });

  it('One subject keeps the estimate of the look that decided', () => {
    const blocks = [...both(spread(6, 0, 0.001)), ...both(spread(14, 0.3, 0.001))];
    const subject = one({ blocks });
    assert.equal(metric(subject, 'cpu').blocks, 6);
    assert.ok(Math.abs(metric(subject, 'cpu').change as number) < 1e-9);
    assert.equal(subject.blocks, 20);
  });

  it('One subject with one metric decided goes on for the other', () => {
    const cpu = spread(10, 0, 0.001);
    const throughput = spread(10, 0.02, 0.02);
    const blocks = cpu.map((value, i) => ({ cpu: value, throughput: throughput[i] as number }));
    const subject = one({ blocks, planned: 20 });
    assert.equal(metric(subject, 'cpu').blocks, 6);
    assert.equal(metric(subject, 'throughput').blocks, 10);
    assert.equal(subject.verdict, 'inconclusive');
    assert.deepEqual(unresolved(measurementOf({ subjects: [{ blocks, planned: 20 }] })), [
      'api/plain',
    ]);
  });

  it('One subject regresses when one gating metric does', () => {
    const cpu = spread(6, 0.1, 0.003);
    const blocks = cpu.map((value) => ({ cpu: value, throughput: 0 }));
    const subject = one({ blocks, planned: 20 });
    assert.equal(subject.verdict, 'regression');
    assert.equal(metric(subject, 'throughput').verdict, 'unchanged');
  });

  it('One subject is not failed by a metric that only informs', () => {
    const blocks = spread(6, 0.3, 0.003).map((memory) => ({ memory }));
    const subject = one({ blocks, planned: 20 });
    assert.equal(subject.verdict, 'unchanged');
    assert.equal(metric(subject, 'memory').verdict, 'regression');
    assert.equal(metric(subject, 'memory').gating, false);
    assert.deepEqual(unresolved(measurementOf({ subjects: [{ blocks, planned: 20 }] })), []);
  });

  it('One subject gated by CPU alone does not care about throughput', () => {
    const blocks = spread(6, 0.1, 0.003).map((throughput) => ({ throughput }));
    const subject = one({ blocks, planned: 20 }, { gate: CPU_ONLY });
    assert.equal(subject.verdict, 'unchanged');
    assert.equal(metric(subject, 'throughput').gating, false);
  });

  it('One subject carries the flags that repeat it', () => {
    const record = measurementOf({ subjects: [{ blocks: repeat({}, 6) }] });
    record.flags = ['--config', 'gate.yml'];
    assert.deepEqual(judge(record).flags, ['--config', 'gate.yml']);
  });

  it('One subject without any noise is judged', () => {
    assert.equal(one({ blocks: repeat({}, 6) }).verdict, 'unchanged');
    assert.equal(one({ blocks: both(repeat(0.1, 6)) }).verdict, 'regression');
    assert.equal(one({ blocks: both(repeat(-0.1, 6)) }).verdict, 'improvement');
  });
});

describe('a run that ended early', () => {
  it('A run that ended early before the first look is inconclusive, and no change would have been visible', () => {
    const values = spread(4, 0.2, 0.005);
    const subject = one({ blocks: both(values), planned: 20 });
    assert.equal(subject.verdict, 'inconclusive');
    const { p, blocks, mde } = metric(subject, 'cpu');
    assert.equal(metricReasonOf(metric(subject, 'cpu')), 'stopped before it was decided');
    assert.equal(p, null);
    assert.equal(blocks, 4);
    assert.equal(mde, null);
  });

  it('A run that ended early between two looks shows every block, and judges at the last full look', () => {
    const values = [...spread(6, 0.03, 0.02), ...spread(2, 0.03, 0.02)];
    const subject = one({ blocks: both(values), planned: 20 });
    assert.equal(subject.verdict, 'inconclusive');
    assert.equal(metric(subject, 'cpu').blocks, 8);
    assert.equal(metricReasonOf(metric(subject, 'cpu')), 'stopped before it was decided');
  });

  it('A run that ended early after one block or none is inconclusive without figures', () => {
    for (const count of [0, 1]) {
      const subject = one({ blocks: repeat({}, count), planned: 20 });
      assert.equal(subject.verdict, 'inconclusive');
      assert.equal(metric(subject, 'cpu').change, null);
      assert.match(metricReasonOf(metric(subject, 'cpu')) as string, /too few blocks/);
    }
  });

  it('A run that ended early between subjects is as bad as its worst subject', () => {
    const verdict = verdictOf({
      subjects: [
        { server: 'a', blocks: both(spread(6, 0, 0.001)), planned: 20 },
        { server: 'b', blocks: [], planned: 20 },
      ],
    });
    assert.deepEqual(
      verdict.subjects.map((s) => s.verdict),
      ['unchanged', 'inconclusive'],
    );
    assert.equal(verdict.verdict, 'inconclusive');
  });

  it('A run that ended early gives the verdict that the whole run gives, wherever it was resolved', () => {
    const draw = normals(9);
    const values = Array.from({ length: 20 }, () => 0.02 + 0.02 * draw());
    const whole = one({ blocks: both(values) });
    const looks = [6, 10, 14, 20];
    const end = looks.find(
      (n) =>
        unresolved(measurementOf({ subjects: [{ blocks: both(values.slice(0, n)), planned: 20 }] }))
          .length === 0,
    ) as number;
    assert.ok(end > 6 && end < 20, `${end}`);
    const short = one({ blocks: both(values.slice(0, end)), planned: 20 });
    for (const name of ['throughput', 'cpu'] as const) {
      assert.deepEqual(metric(short, name).interval, metric(whole, name).interval);
      assert.equal(metric(short, name).verdict, metric(whole, name).verdict);
    }
  });
});

describe('while measuring', () => {
  it('While measuring, the judge tells each look once, and a subject’s end once', () => {
    const told = new Set<string>();
    const at = (count: number) =>
      measurementOf({
        subjects: [
          { server: 'quiet', blocks: both(spread(6, 0, 0.001)), planned: 20 },
          { server: 'noisy', blocks: both(spread(count, 0.02, 0.03)), planned: 20 },
        ],
      });
    const types = (m: Measurement) =>
      lookEvents(judgement(m), told).map((event) => `${event.type} ${event.subject}`);
    assert.deepEqual(types(at(6)), [
      'look quiet/plain',
      'resolved quiet/plain',
      'look noisy/plain',
    ]);
    assert.deepEqual(types(at(10)), ['look noisy/plain']);
    assert.deepEqual(types(at(20)), ['look noisy/plain', 'resolved noisy/plain']);
    assert.deepEqual(types(at(20)), []);
  });

  it('While measuring, the judge knows the figures of the subject that was asked for, whatever became of the others', () => {
    const record = measurementOf({
      subjects: [
        { server: 'a', blocks: repeat({ cpu: 0.1 }, 3), planned: 20 },
        { server: 'b', blocks: repeat({ cpu: 0.2 }, 3), planned: 20 },
      ],
    });
    const b = soFar(record, record.subjects[1] as (typeof record.subjects)[0]).figures;
    assert.deepEqual(
      b.map(({ name }) => name),
      ['throughput', 'cpu', 'memory', 'pss', 'peak-memory', 'memory-growth', 'errors'],
    );
    assert.ok(Math.abs((b[1]?.change as number) - Math.expm1(0.2)) < 1e-9);
  });

  it('While measuring, the judge knows a subject’s figures after every block from the second', () => {
    const at = (count: number) => {
      const record = measurementOf({
        subjects: [{ blocks: repeat({ cpu: 0.1 }, count), planned: 20 }],
      });
      return soFar(record, record.subjects[0] as (typeof record.subjects)[0]).figures;
    };
    assert.ok(at(1).every(({ change }) => change === null));
    const cpu = at(3).find(({ name }) => name === 'cpu');
    assert.ok(Math.abs((cpu?.change as number) - Math.expm1(0.1)) < 1e-9);
  });
});
