/** What several generator processes did at once, as one. */
import { LatencyHistogram } from './histogram.ts';
import type { LoadCounts, OpenLoopResult, SliceResult, SteadyResult } from './results.ts';
import { sumErrors } from './session.ts';
import { addSizes } from './shared/body-sizes.ts';

/** As equal parts as whole numbers allow. */
export function split(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, i) => Math.floor((total + i) / parts)).reverse();
}

/** Whole numbers that add up to `total`, in proportion to the shares. */
export function inProportion(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  let before = 0;
  let given = 0;
  return shares.map((share) => {
    before += share;
    const until = Math.round((total * before) / sum);
    const own = until - given;
    given = until;
    return own;
  });
}

/** One slice out of its parts: from the first write of any process to the last answer of any. */
export function merge(parts: readonly SliceResult[]): SliceResult {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('a slice needs at least 1 request');
  const { good, ...together } = mergeCounts(first, others);
  const latencies = parts.reduce((sum, part) => sum + part.good * part.medianLatencyUs, 0);
  const means = parts.flatMap(({ good: own, meanLatencyUs }) =>
    meanLatencyUs === null ? [] : [own * meanLatencyUs],
  );
  return {
    arm: first.arm,
    good,
    ...together,
    // Medians of equal processes under equal load: their mean stands for the whole.
    medianLatencyUs: good === 0 ? 0 : latencies / good,
    meanLatencyUs:
      good === 0 || means.length < parts.length ? null : means.reduce((a, b) => a + b, 0) / good,
  };
}

/** Open-loop segments over the same time: all latencies in one histogram. */
export function mergeOpenLoop(parts: readonly OpenLoopResult[]): OpenLoopResult {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('an open loop needs at least 1 request');
  const latencies = LatencyHistogram.decode(first.latencies);
  for (const part of others) latencies.add(LatencyHistogram.decode(part.latencies));
  return {
    arm: first.arm,
    ...mergeCounts(first, others),
    late: parts.reduce((sum, part) => sum + part.late, 0),
    latencies: latencies.encode(),
  };
}

/** Unbroken phases that began at one moment: a millisecond is empty when nobody got an answer in it. */
export function mergeSteady(parts: readonly SteadyResult[]): SteadyResult {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('a steady load needs a process');
  const answersPerMs = first.answersPerMs.map((count, i) =>
    others.reduce((sum, part) => sum + (part.answersPerMs[i] ?? 0), count),
  );
  return { arm: first.arm, ...mergeCounts(first, others), answersPerMs };
}

/** From the first beginning to the last end; the busiest process speaks for the generator. */
function mergeCounts(first: LoadCounts, others: readonly LoadCounts[]): LoadCounts {
  const parts = [first, ...others];
  const startedAtMs = Math.min(...parts.map((part) => part.startedAtMs));
  const endedAtMs = Math.max(...parts.map((part) => part.startedAtMs + part.durationUs / 1000));
  return {
    startedAtMs,
    durationUs: (endedAtMs - startedAtMs) * 1000,
    good: parts.reduce((sum, part) => sum + part.good, 0),
    errors: sumErrors(parts.map(({ errors }) => errors)),
    resent: parts.reduce((sum, part) => sum + part.resent, 0),
    ...resentFor(parts),
    ...bodySizes(parts),
    generatorCpuUs: Math.max(...parts.map((part) => part.generatorCpuUs)),
    ...queued(parts),
  };
}

/** While one of them has no core the others go on. */
function queued(parts: readonly LoadCounts[]): Pick<LoadCounts, 'generatorQueuedUs'> {
  const known = parts.flatMap(({ generatorQueuedUs }) => generatorQueuedUs ?? []);
  if (known.length < parts.length) return {};
  return { generatorQueuedUs: known.reduce((sum, us) => sum + us, 0) / known.length };
}

/** One code of whoever has one. */
export function resentFor(parts: readonly LoadCounts[]): Pick<LoadCounts, 'resentFor'> {
  const code = parts.find((part) => part.resentFor !== undefined)?.resentFor;
  return code === undefined ? {} : { resentFor: code };
}

/** Of all that count them. */
export function bodySizes(
  parts: readonly Pick<LoadCounts, 'bodySizes'>[],
): Pick<LoadCounts, 'bodySizes'> {
  const counts = addSizes(parts.map((part) => part.bodySizes));
  return counts.length === 0 ? {} : { bodySizes: counts };
}
