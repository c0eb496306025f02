/** Tests cpu.ts, metric-state.ts and machine-findings.ts: what is judged of programs that run beside the servers. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge } from '../../src/judge/judge.ts';
import type { Gate, SubjectVerdict } from '../support/draft.ts';
import { metricReasonOf, reasonOf } from '../support/english.ts';
import { measurementOf } from '../support/measurement.ts';
import { metric, spread } from './judged.ts';

const POSTGRES = {
  name: 'postgres',
  places: ['port 5432'],
  how: 'connected',
  cores: null,
} as const;

/** Ten equal blocks, with so much CPU time of a database for each slice request of an arm, in microseconds. */
function judged(
  usedUs: { base: number; head: number } | null,
  {
    gate = {},
    runner = {},
    cpu = [],
    only = 10,
  }: { gate?: Partial<Gate>; runner?: object; cpu?: number[]; only?: number } = {},
) {
  const measurement = measurementOf({
    gate,
    subjects: [
      {
        blocks: Array.from({ length: 10 }, (_, i) => ({ cpu: cpu[i] ?? 0 })),
        edit: (block) => {
          Object.assign(block.runner, runner);
          if (usedUs === null) return;
          block.beside = [{ ...POSTGRES, places: [...POSTGRES.places], arms: ['base', 'head'] }];
          for (const arm of ['base', 'head'] as const) {
            const good = [...block.sliceOrder].reduce(
              (sum, letter, i) => sum + (letter === arm[0] ? (block.sliceGood[i] ?? 0) : 0),
              0,
            );
            // No two blocks are quite the same.
            const noise = 1 + 0.001 * (block.index % 3);
            Object.assign(block.arms[arm] ?? {}, {
              besideMs: block.index < only ? (noise * good * usedUs[arm]) / 1000 : 0,
            });
          }
        },
      },
    ],
  });
  const [subject] = judge(measurement).subjects;
  assert.ok(subject);
  return subject;
}

describe('programs beside the servers, in a verdict', () => {
  it('CPU time beside the servers is a metric of its own for each request, which is shown and fails nothing', () => {
    const subject = judged({ base: 1000, head: 2000 }, { gate: { metrics: ['throughput'] } });
    const metric = subject.metrics.find(({ name }) => name === 'cpu-beside');
    assert.ok(Math.abs((metric?.base ?? 0) - 0.001) < 1e-5, String(metric?.base));
    assert.ok(Math.abs((metric?.change ?? 0) - 1) < 1e-6);
    assert.equal(metric?.gating, false);
    assert.equal(subject.verdict, 'unchanged');
  });

  it('CPU time beside the servers can fail the job where `metrics` names it', () => {
    const subject = judged(
      { base: 1000, head: 2000 },
      { gate: { metrics: ['throughput', 'cpu-beside'] } },
    );
    assert.equal(subject.verdict, 'regression');
  });

  it('A head that has work done beside it, where base has none, does not pass as what cannot be read', () => {
    const subject = judged(
      { base: 0, head: 2000 },
      { gate: { metrics: ['throughput', 'cpu-beside'] } },
    );
    assert.equal(subject.verdict, 'inconclusive');
    assert.ok(subject.warnings.every(({ code }) => code !== 'not-readable'));
    assert.match(
      metricReasonOf(metric(subject, 'cpu-beside')) as string,
      /base has no value of it in any block, and head has/,
    );
  });

  it('A head that has no more work done beside it, and one that has some in few blocks, may pass where base has none or it alone', () => {
    const gate: Partial<Gate> = { metrics: ['throughput', 'cpu-beside'] };
    assert.equal(judged({ base: 2000, head: 0 }, { gate }).verdict, 'unchanged');
    assert.equal(judged({ base: 0, head: 2000 }, { gate, only: 4 }).verdict, 'unchanged');
    assert.equal(judged({ base: 0, head: 2000 }, { gate, only: 6 }).verdict, 'inconclusive');
  });

  it('A head whose CPU time rises together with what runs beside it, and not by itself, may not pass', () => {
    for (const base of [1000, 0]) {
      const subject = judged({ base, head: 2000 });
      assert.equal(subject.verdict, 'inconclusive');
      assert.deepEqual(
        subject.reasons.map(({ code }) => code),
        ['work-moved-beside'],
      );
    }
  });

  it('A head that is itself a little worse than half the tolerance, and not shown to be, may not pass either', () => {
    const cpu = spread(10, 0.026, 0.011);
    assert.equal(judged(null, { cpu }).verdict, 'unchanged');
    assert.equal(judged({ base: 20, head: 20 }, { cpu }).verdict, 'unchanged');
    const moved = judged({ base: 20, head: 60 }, { cpu });
    assert.deepEqual(
      [moved.verdict, moved.reasons[0]?.code],
      ['inconclusive', 'work-moved-beside'],
    );
    assert.match(
      reasonOf(moved as SubjectVerdict) ?? '',
      /^head's server uses 2\.\d% more CPU time per request, and together with what runs beside it .* 1\d\d% more: its work was moved/,
    );
  });

  it('A head that has less, as much or hardly more done beside it may pass', () => {
    for (const head of [0, 1000, 2000, 2020]) {
      assert.equal(judged({ base: 2000, head }).verdict, 'unchanged', String(head));
    }
  });

  it('Work that was moved beside the server is no matter where the tolerance of CPU time allows it', () => {
    const tolerance = {
      ...measurementOf({ subjects: [{ blocks: [{}] }] }).experiment.gate.tolerance,
      cpu: 3,
    };
    assert.equal(judged({ base: 1000, head: 2000 }, { gate: { tolerance } }).verdict, 'unchanged');
  });

  it('Nothing is said of CPU time beside servers that ask nobody', () => {
    const subject = judged(null);
    assert.ok(subject.metrics.every(({ name }) => name !== 'cpu-beside'));
    assert.equal(subject.beside, undefined);
  });

  it('Everyone who was beside the servers stands in the verdict once', () => {
    assert.deepEqual(judged({ base: 1, head: 1 }).beside, [
      { ...POSTGRES, arms: ['base', 'head'] },
    ]);
  });

  it('A database that takes most of the machine disturbs nothing, and other processes that do so do', () => {
    const busy = judged({ base: 1000, head: 1000 }, { runner: { beside: 0.7, foreign: 0.02 } });
    assert.equal(busy.verdict, 'unchanged');
    assert.ok(busy.warnings.every(({ code }) => code !== 'blocks-disturbed'));
    const others = judged({ base: 1000, head: 1000 }, { runner: { foreign: 0.7 } });
    assert.equal(others.verdict, 'inconclusive');
    assert.deepEqual(
      others.reasons.map(({ code }) => code),
      ['machine-too-disturbed'],
    );
  });
});
