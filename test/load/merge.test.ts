/** What several generator processes did at once is told as one. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LatencyHistogram } from '../../src/load/histogram.ts';
import { merge, mergeOpenLoop, mergeSteady } from '../../src/load/merge.ts';
import { noErrors } from '../../src/load/session.ts';

function histogram(...values: number[]): string {
  const latencies = new LatencyHistogram();
  for (const us of values) latencies.record(us);
  return latencies.encode();
}

const shared = { arm: 'head' as const, generatorCpuUs: 500, resent: 1 };

it('Open-loop segments of several processes have all latencies in one histogram', () => {
  const { latencies, ...merged } = mergeOpenLoop([
    {
      ...shared,
      startedAtMs: 100,
      durationUs: 50_000,
      good: 2,
      errors: noErrors(),
      late: 1,
      latencies: histogram(100, 200),
    },
    {
      ...shared,
      startedAtMs: 110,
      durationUs: 60_000,
      good: 1,
      errors: { ...noErrors(), status: 1 },
      late: 2,
      generatorCpuUs: 700,
      resent: 2,
      latencies: histogram(300, 400),
    },
  ]);
  assert.deepEqual(merged, {
    arm: 'head',
    startedAtMs: 100,
    durationUs: 70_000,
    good: 3,
    errors: { ...noErrors(), status: 1 },
    late: 3,
    generatorCpuUs: 700,
    resent: 3,
  });
  const all = LatencyHistogram.decode(latencies);
  assert.deepEqual([all.count, all.quantile(0.25), all.max], [4, 100, 400]);
});

it('A millisecond of several processes is empty when nobody got an answer in it', () => {
  const part = (answersPerMs: number[]) => ({
    ...shared,
    startedAtMs: 5,
    durationUs: 4000,
    good: answersPerMs.reduce((sum, count) => sum + count, 0),
    errors: noErrors(),
    answersPerMs,
  });
  const merged = mergeSteady([part([1, 0, 0, 2]), part([0, 3, 0, 1])]);
  assert.deepEqual([merged.answersPerMs, merged.good], [[1, 3, 0, 3], 7]);
});

it('Several processes wait for their cores as long as the mean of them, if each could say', () => {
  const part = (generatorQueuedUs?: number) => ({
    ...shared,
    startedAtMs: 5,
    durationUs: 4000,
    good: 1,
    errors: noErrors(),
    medianLatencyUs: 1,
    meanLatencyUs: 1,
    ...(generatorQueuedUs !== undefined && { generatorQueuedUs }),
  });
  const merged = (...parts: (number | undefined)[]) =>
    merge(parts.map((queued) => part(queued))).generatorQueuedUs;
  assert.equal(merged(100, 400), 250);
  assert.equal(merged(0), 0);
  assert.equal(merged(100, undefined), undefined);
});

it('Nothing cannot be merged', () => {
  assert.throws(() => mergeOpenLoop([]), /at least 1 request/);
  assert.throws(() => mergeSteady([]), /needs a process/);
});
