import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleStandardDeviation } from 'simple-statistics';
import type { Bar } from '../../src/config/changes/bar.ts';
import { HistoryLine } from '../../src/history/line.ts';
import { linesOfRun, type RunOrigin } from '../../src/history/of-run.ts';
import { judge } from '../../src/judge/judge.ts';
import type { Measurement } from '../../src/measure/observed/measurement.ts';
import { type BlockRatios, repeat } from '../support/block.ts';
import { commitOf } from '../support/history.ts';
import { type MeasurementSpec, measurementOf, TOLERANCE } from '../support/measurement.ts';

const TWENTY = { ...TOLERANCE, throughput: 0.2 };

const ORIGIN: RunOrigin = {
  before: commitOf(1),
  pulls: [11, 12],
  run: { id: 7, attempt: 1, url: 'https://github.com/octo/app/actions/runs/7/attempts/1' },
};

function measured(ratios: BlockRatios, more: Partial<MeasurementSpec> = {}) {
  const measurement = measurementOf({ subjects: [{ blocks: repeat(ratios, 8) }], ...more });
  const source = (commit: string) => ({ commit, description: 'a commit' });
  return { ...measurement, sources: { base: source(commitOf(1)), head: source(commitOf(2)) } };
}

test('A run gives a sound line for each subject, with what it stands for', () => {
  const measurement = measured({});
  const [line, ...more] = linesOfRun(measurement, judge(measurement), ORIGIN);
  assert.deepEqual(more, []);
  assert.deepEqual(HistoryLine.parse(line), line);
  assert.deepEqual(line?.subject, { server: 'api', scenario: 'plain' });
  assert.deepEqual(
    [line?.commit, line?.base, line?.before],
    [commitOf(2), commitOf(1), commitOf(1)],
  );
  assert.deepEqual(line?.pulls, [11, 12]);
  assert.equal(line?.at, measurement.startedAt);
  assert.equal(line?.accepted, null);
});

test('A base that the user named makes the run one against a reference, unless it is where the branch was', () => {
  const measurement = measured({});
  const reference = (origin: Partial<RunOrigin>, of: Measurement = measurement) =>
    linesOfRun(of, judge(of), { ...ORIGIN, ...origin })[0]?.reference;
  assert.equal(reference({}), undefined);
  assert.equal(reference({ namesBase: true }), undefined, 'the commit before the push');
  assert.equal(reference({ namesBase: true, before: commitOf(9) }), true);
  assert.equal(reference({ namesBase: true, before: null }), true);
  const folder = { ...measurement.sources.base, commit: null, description: 'a folder' };
  const beside = { ...measurement, sources: { ...measurement.sources, base: folder } };
  assert.equal(reference({ namesBase: true, before: null }, beside), true);
  const alone = { ...measured({}, { arms: ['head'] }) };
  assert.equal(reference({ namesBase: true, before: null }, alone), undefined);
});

test('Ratios are of the value itself, whichever way is good', () => {
  // The cost rises by e^0.1: less throughput, more CPU time.
  const measurement = measured({ throughput: 0.1, cpu: 0.1 });
  const [line] = linesOfRun(measurement, judge(measurement), ORIGIN);
  const { throughput, cpu } = line?.metrics ?? {};
  assert.ok(Math.abs((throughput?.ratio?.log ?? 0) + 0.1) < 1e-9);
  assert.ok(Math.abs((cpu?.ratio?.log ?? 0) - 0.1) < 1e-9);
  assert.deepEqual([throughput?.better, cpu?.better], ['higher', 'lower']);
  assert.deepEqual([throughput?.unit, cpu?.unit], ['req/s', 's']);
  assert.deepEqual([throughput?.word, line?.verdict], ['regression', 'regression']);
  assert.ok((throughput?.base ?? 0) > (throughput?.head ?? 0));
});

test('A run of head alone has figures of head and no ratio', () => {
  const measurement = { ...measured({}, { arms: ['head'] }) };
  const [line] = linesOfRun(measurement, judge(measurement), ORIGIN);
  assert.equal(line?.base, null);
  assert.equal(line?.metrics.throughput?.ratio, null);
  assert.equal(line?.metrics.throughput?.base, null);
  assert.ok((line?.metrics.throughput?.head ?? 0) > 0);
});

test('A folder that is no commit, and a subject that was not measured, leave no line', () => {
  const folder = measurementOf({ subjects: [{ blocks: repeat({}, 8) }] });
  assert.deepEqual(linesOfRun(folder, judge(folder), ORIGIN), []);
  const none = measured({}, { subjects: [{ blocks: [], planned: 8 }] });
  assert.deepEqual(linesOfRun(none, judge(none), ORIGIN), []);
});

test('A slowdown for which the same change raised the tolerance is marked as accepted', () => {
  const slower = measured({ throughput: 0.06 }, { gate: { tolerance: { ...TWENTY } } });
  const bar: Bar = {
    asked: 'head',
    from: 'head',
    base: 'read',
    problem: null,
    changes: [
      {
        key: 'gate.tolerance.throughput',
        kind: 'changed',
        base: '5%',
        head: '20%',
        effect: 'looser',
      },
    ],
  };
  const acceptedOf = (measurement: Measurement) =>
    linesOfRun(measurement, judge(measurement), ORIGIN)[0]?.accepted;
  assert.deepEqual(acceptedOf({ ...slower, bar }), {
    reason: 'the change raised gate.tolerance.throughput from 5% to 20%',
  });
  assert.equal(acceptedOf(slower), null);
  const same = measured({}, { gate: { tolerance: { ...TWENTY } } });
  assert.equal(acceptedOf({ ...same, bar }), null, 'nothing got worse');
  const slow = measured({ throughput: 0.5 }, { gate: { tolerance: { ...TWENTY } } });
  assert.equal(acceptedOf({ ...slow, bar }), null, 'it was not raised far enough');
});

test('A ratio has the standard error of its blocks beside the interval, which is wider than that says', () => {
  const values = [0.01, 0.012, 0.008, 0.011, 0.009, 0.01, 0.012, 0.008];
  const measurement = measured({}, { subjects: [{ blocks: values.map((cpu) => ({ cpu })) }] });
  const [line] = linesOfRun(measurement, judge(measurement), ORIGIN);
  const { interval, se = Number.NaN } = line?.metrics.cpu?.ratio ?? assert.fail();
  const known = values.slice(0, 6);
  const expected = sampleStandardDeviation(known) / Math.sqrt(known.length);
  assert.ok(Math.abs(se - expected) < 1e-6, `${se}, ${expected}`);
  const [low, high] = interval ?? assert.fail();
  assert.ok((high - low) / 2 > 1.3 * 1.96 * se);
  assert.deepEqual(HistoryLine.parse(line), line);
});

test('A ratio of throughput or CPU time has in its standard error what all blocks of a run have in common, and no other has', () => {
  const errors = (runSd: number) => {
    const values = [0.01, 0.012, 0.008, 0.011, 0.009, 0.01];
    const measurement = measured({}, { subjects: [{ blocks: values.map((cpu) => ({ cpu })) }] });
    const verdict = judge(measurement);
    const subjects = verdict.subjects.map((one) => ({ ...one, noise: { ...one.noise, runSd } }));
    const [line] = linesOfRun(measurement, { ...verdict, subjects }, ORIGIN);
    return ['cpu', 'throughput', 'memory'].map(
      (name) => line?.metrics[name]?.ratio?.se ?? assert.fail(name),
    );
  };
  const [without, carried] = [errors(1e-9), errors(0.0025)];
  const expected = without.map((se, i) => (i === 2 ? se : Math.hypot(se, 0.0025)));
  for (const [i, se] of carried.entries()) {
    assert.ok(Math.abs(se - (expected[i] as number)) < 1e-9, `${se}, ${expected[i]}`);
  }
  assert.ok((carried[0] as number) > 0.0025);
});
