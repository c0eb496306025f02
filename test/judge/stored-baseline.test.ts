/** Head against a stored measurement of base. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toBaseline } from '../../src/attempts/baseline.ts';
import { incomparable } from '../../src/judge/comparable.ts';
import { BETWEEN_RUNS_SD } from '../../src/judge/estimate.ts';
import { judge } from '../../src/judge/judge.ts';
import { differencesText, differenceText } from '../../src/report/text/difference.ts';
import { repeat } from '../support/block.ts';
import type { Measurement, StoredBaseline, SubjectVerdict } from '../support/draft.ts';
import { draftOf } from '../support/draft.ts';
import { reasonOf, warningsOf } from '../support/english.ts';
import { measurementOf } from '../support/measurement.ts';
import { both, metric, one, spread, verdictOf } from './judged.ts';

describe('against a stored measurement', () => {
  const baseline = (values: readonly number[], change: (m: Measurement) => void = () => {}) => {
    const kept = measurementOf({
      arms: ['head'],
      subjects: [{ blocks: both(values) }],
    });
    change(kept);
    return draftOf(toBaseline(kept, 'baseline.json'));
  };
  const against = (stored: StoredBaseline, values: readonly number[], server = 'api') =>
    verdictOf({
      arms: ['head'],
      stored,
      subjects: [{ server, blocks: both(values), looks: [values.length] }],
    });

  it('A run against a stored measurement compares unpaired, and sees less than a live pair', () => {
    const [before, after] = [spread(20, 0, 0.002), spread(20, 0.3, 0.002)];
    const verdict = against(baseline(before), after);
    assert.equal(verdict.design, 'stored');
    assert.equal(verdict.verdict, 'regression');
    const cpu = metric(verdict.subjects[0] as SubjectVerdict, 'cpu');
    assert.ok(Math.abs((cpu.change as number) - Math.expm1(0.3)) < 1e-9);
    assert.ok(Math.abs((cpu.base as number) - 20e-6) < 1e-9);
    // The spread between runs alone: two runs, 4.6 % each, at 1 % over two metrics.
    const alone = Math.SQRT2 * BETWEEN_RUNS_SD * (2.576 + 0.84);
    assert.ok((cpu.mde as number) > Math.expm1(alone) - 0.003, `${cpu.mde}`);
    const live = metric(one({ blocks: both(spread(20, 0.3, 0.003)) }), 'cpu');
    assert.ok((live.mde as number) < (cpu.mde as number) / 2);
  });

  it('A run against a stored measurement cannot show what lies within the spread between runs', () => {
    const verdict = against(baseline(spread(20, 0, 0.001)), spread(20, 0.04, 0.001));
    assert.equal(verdict.verdict, 'inconclusive');
    // No budget helps against the spread between runs.
    assert.equal(verdict.subjects[0]?.budgetNeededMs, null);
  });

  it('A run against a stored measurement of another machine is not comparable, and says why', () => {
    const stored = baseline(spread(6, 0, 0.001), (kept) => {
      kept.environment.cpuModel = 'Model B';
      kept.environment.memoryBytes = 1;
    });
    const verdict = against(stored, spread(6, 0, 0.001));
    assert.equal(verdict.verdict, 'no-baseline');
    assert.match(reasonOf(verdict.subjects[0]) as string, /CPU model was Model B, is Model A$/);
    assert.equal(verdict.subjects[0]?.metrics[0]?.change, null);
    assert.equal(verdict.design, 'stored');
  });

  it('A run against a stored measurement names everything that differs, and nothing that need not agree', () => {
    const now = measurementOf({ subjects: [{ blocks: repeat({}, 2) }] });
    const same = baseline(spread(6, 0, 0.001), (kept) => {
      // As many cores, though others.
      kept.plan.cores = { generator: [3], servers: [2], note: null };
    });
    assert.deepEqual(incomparable(now, same), []);
    const other = baseline(spread(6, 0, 0.001), (kept) => {
      kept.environment.kernel = '6.12.0';
      kept.environment.runnerImage = 'ubuntu24';
      kept.tool.version = '0.0.9';
      kept.plan.cores = { generator: null, servers: [0, 1], note: null };
      Object.assign(kept.experiment.scenarios[0] ?? {}, { connections: 64 });
    });
    assert.deepEqual(incomparable(now, other).map(differenceText), [
      'kernel was 6.12.0, is 6.11.0',
      'runner image was ubuntu24, is unknown',
      'Throughput Gate was 0.0.9, is 0.1.0',
      'number of cores for the servers was 2, is 1',
      'number of cores for the load generator was not limited, is 1',
      'the scenario of api/plain has changed',
    ]);
  });

  it('A run against a stored measurement that lacks a subject has no baseline for it, and judges the others', () => {
    const stored = baseline(spread(6, 0, 0.001));
    const values = both(spread(6, 0.3, 0.001));
    const verdict = verdictOf({
      arms: ['head'],
      stored,
      subjects: [
        { server: 'api', blocks: values, looks: [6] },
        { server: 'new', blocks: values, looks: [6] },
      ],
    });
    assert.deepEqual(
      verdict.subjects.map((s) => s.verdict),
      ['regression', 'no-baseline'],
    );
    assert.match(reasonOf(verdict.subjects[1]) as string, /does not have this subject/);
  });

  it('A run against a stored measurement that was broken off early is inconclusive, not baseless', () => {
    const stored = baseline(spread(6, 0, 0.001));
    const verdict = verdictOf({
      arms: ['head'],
      stored,
      subjects: [{ blocks: [{}], planned: 20, looks: [20] }],
    });
    assert.equal(verdict.verdict, 'inconclusive');
  });

  it('A run against a stored measurement takes head of a live pair as the baseline', () => {
    const pair = measurementOf({ subjects: [{ blocks: both(spread(6, 0.2, 0.001)) }] });
    const stored = draftOf(toBaseline(pair, 'pair.json'));
    assert.equal(stored.subjects[0]?.paired, true);
    const verdict = against(stored, spread(6, 0.2, 0.001));
    assert.ok(
      Math.abs(metric(verdict.subjects[0] as SubjectVerdict, 'cpu').change as number) < 1e-9,
    );
    assert.match(warningsOf(verdict.subjects[0]).join(), /measured in live pairs/);
    const alone = against(baseline(spread(6, 0, 0.001)), spread(6, 0, 0.001));
    assert.deepEqual(alone.subjects[0]?.warnings, []);
  });

  it('A run against a stored measurement warns of live pairs, and not of arms that never met', () => {
    const subjects = ['live', 'exclusive'].map((server) => ({
      server,
      blocks: both(spread(6, 0, 0.001)),
      looks: [6],
    }));
    const pairs = measurementOf({ subjects });
    Object.assign(pairs.plan.subjects[1] ?? {}, { pairs: 'exclusive' });
    const stored = draftOf(toBaseline(pairs, 'pairs.json'));
    const [live, exclusive] = verdictOf({ arms: ['head'], stored, subjects }).subjects;
    assert.match(warningsOf(live).join(), /measured in live pairs/);
    assert.deepEqual(exclusive?.warnings, []);
  });

  it('A run against a stored measurement made by another engine is not comparable, once the new one is known', () => {
    const engine = (m: Measurement, name: string) =>
      Object.assign(m.subjects[0]?.pilot?.arms.head ?? {}, { engine: name });
    const stored = baseline(spread(6, 0, 0.001), (kept) => engine(kept, 'h3 0.9.0 (native)'));
    const now = measurementOf({ arms: ['head'], stored, subjects: [{ blocks: repeat({}, 6) }] });
    engine(now, 'h3 0.9.0 (native)');
    assert.deepEqual(incomparable(now, stored), []);
    engine(now, 'h3 0.9.0 (WASM)');
    const difference = 'the load engine of api/plain was h3 0.9.0 (native), is h3 0.9.0 (WASM)';
    assert.deepEqual(incomparable(now, stored).map(differenceText), [difference]);
    assert.equal(judge(now).verdict, 'no-baseline');
    assert.ok(reasonOf(judge(now).subjects[0])?.includes(difference));
    assert.deepEqual(incomparable({ ...now, subjects: [] }, stored), []);
    for (const kept of stored.subjects) kept.engine = null;
    assert.match(differencesText(incomparable(now, stored)), /api\/plain was unknown, is h3/);
  });
});
