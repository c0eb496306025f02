import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HistoryLine } from '../../src/history/line.ts';
import { linesOfRun } from '../../src/history/of-run.ts';
import { extrasOf, pastOf } from '../../src/history/past.ts';
import { judge } from '../../src/judge/judge.ts';
import { fingerprintOf } from '../../src/measure/environment/fingerprint.ts';
import { lineOf, lineWith, metricOf } from '../support/history.ts';
import { besideCalibrator, CALIBRATOR, scatter } from '../support/past.ts';

test('Runs are in the order of their time, each with its figures', () => {
  const { subjects, fingerprints } = pastOf([lineOf(3), lineOf(1), lineOf(2)]);
  assert.equal(subjects.length, 1);
  const [subject] = subjects;
  assert.deepEqual(
    subject?.runs.map(({ at }) => at),
    [1, 2, 3].map((number) => lineOf(number).at),
  );
  assert.deepEqual(subject?.runs[0]?.metrics.throughput, {
    log: -0.2,
    light: 2.1,
    sd: 0.01,
    blocks: 12,
  });
  assert.deepEqual(subject?.runs[0]?.calibratorRates, { work: 10_000, light: 80_000 });
  assert.deepEqual(Object.keys(fingerprints), ['a1b2c3d4e5f60718']);
});

test('Each subject has its own runs', () => {
  const other = lineOf(2, { subject: { server: 'api', scenario: 'other' } });
  assert.deepEqual(
    pastOf([lineOf(1), other]).subjects.map(({ scenario, runs }) => [scenario, runs.length]),
    [
      ['plain', 1],
      ['other', 1],
    ],
  );
});

test('A slowdown that nobody accepted is carried along and is no baseline', () => {
  const { subjects } = pastOf([lineOf(1), lineWith(2, 'regression')]);
  assert.deepEqual(
    subjects[0]?.runs.map(({ isBaseline }) => isBaseline),
    [true, false],
  );
});

test('After a slowdown, a run that is unchanged against the runs before it is a baseline again', () => {
  const mended = lineOf(3, { base: null, metrics: { throughput: metricOf(40_000, 0) } });
  const { subjects } = pastOf([lineOf(1), lineWith(2, 'regression'), mended]);
  assert.equal(subjects[0]?.runs.at(-1)?.isBaseline, true);
});

test('Imported figures and those of unknown machines are no runs to compare with', () => {
  const { subjects } = pastOf([
    lineOf(1, { imported: 'another program' }),
    lineOf(2, { fingerprint: null }),
    lineOf(3),
  ]);
  assert.equal(subjects[0]?.runs.length, 1);
});

test('What a run on a busy machine leaves has no figure to compare with', () => {
  const measurement = besideCalibrator([{ cpu: 0.3 }, { cpu: 0.31 }, { cpu: 0.3 }]);
  const subject = { server: 'api', scenario: 'plain' };
  assert.ok(extrasOf(measurement)(subject).calibrated.cpu);
  for (const { runner } of measurement.subjects[0]?.blocks ?? []) runner.foreign = 0.4;
  const { calibrated, calibrator } = extrasOf(measurement)(subject);
  assert.equal(calibrated.cpu, null);
  assert.equal(calibrated.throughput, null);
  assert.deepEqual(calibrator?.rates, { work: null, light: null });
});

test('What rare stalls cost beyond the judged figure is kept of a run, and read again', () => {
  const measurement = besideCalibrator([{ cpu: 0.3 }, { cpu: 0.31 }, { cpu: 0.3 }], {
    edit: ({ subjects }) => {
      // One of eight slices takes twice as long.
      for (const { sliceUs } of subjects[0]?.blocks ?? []) sliceUs[3] = 2 * (sliceUs[3] ?? 0);
    },
  });
  const { calibrated } = extrasOf(measurement)({ server: 'api', scenario: 'plain' });
  assert.ok(Math.abs((calibrated.throughput?.rare ?? 0) - Math.log(9 / 8)) < 0.001);
  assert.ok(Math.abs(calibrated.cpu?.rare ?? 1) < 0.001);
  const kept = lineOf(1, {
    metrics: { throughput: metricOf(1, 0, { calibrated: calibrated.throughput ?? null }) },
  });
  const [run] = pastOf([HistoryLine.parse(kept)]).subjects[0]?.runs ?? [];
  assert.equal(run?.metrics.throughput?.rare, calibrated.throughput?.rare);
});

test('What a run leaves in the history, the next run is compared with', () => {
  const costs = scatter(6, 0.003).map((noise) => ({ throughput: 0.4 + noise, cpu: 0.3 + noise }));
  const measurement = besideCalibrator(costs);
  const head = { commit: 'c'.padEnd(40, '0'), description: 'head' };
  const lines = Array.from({ length: 12 }, (_, hour) => {
    const run = {
      ...measurement,
      startedAt: new Date(Date.UTC(2026, 1, 1, hour)).toISOString(),
      sources: { head },
    };
    const origin = { before: null, pulls: [], run: null };
    return linesOfRun(run, judge(run), origin, extrasOf(run));
  }).flat();
  for (const line of lines) assert.deepEqual(HistoryLine.parse(line), line);
  const past = pastOf(lines);
  const subject = { server: 'api', scenario: 'plain' };
  const { hash } = fingerprintOf(measurement, subject, CALIBRATOR);
  assert.equal(past.subjects[0]?.runs[0]?.fingerprint, hash);
  const next = judge({ ...measurement, past: { from: 'x', calibrator: CALIBRATOR, ...past } });
  assert.equal(next.subjects[0]?.past?.runs, 12);
  assert.equal(next.verdict, 'unchanged');
  const throughput = next.subjects[0]?.metrics.find(({ name }) => name === 'throughput');
  assert.ok(Math.abs(throughput?.change ?? 1) < 1e-9);
  const now = { ...measurement, sources: { head } };
  const [line] = linesOfRun(now, next, { before: null, pulls: [], run: null }, extrasOf(now));
  assert.deepEqual(HistoryLine.parse(line), line);
  const { ratio, expected } = line?.metrics.throughput ?? {};
  assert.equal(ratio, null);
  assert.ok(Math.abs(expected?.log ?? 1) < 1e-9);
  const [low, high] = expected?.interval ?? [1, 0];
  assert.ok(low < 0 && high > 0);
});

test('Where one metric got better and the other could not tell, a new level begins', () => {
  const throughput = { ...metricOf(40_000, 0), word: 'improvement' as const };
  const verdictOf = (calibrated: typeof throughput.calibrated) =>
    pastOf([
      lineOf(1, {
        verdict: 'inconclusive',
        metrics: { throughput: { ...throughput, calibrated } },
      }),
    ]).subjects[0]?.runs[0]?.verdict;
  assert.equal(verdictOf(throughput.calibrated), 'improvement');
  // On a busy machine no word is believed.
  assert.equal(verdictOf(null), 'inconclusive');
});
