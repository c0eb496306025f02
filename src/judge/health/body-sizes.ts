/**
 * Answers that are far longer or shorter than they should be, among all answers of the load: head's than base's, or those of both than before
 * the load, or those of both at first than later. Whole answers are compared for a few questions only (`answers.ts`), which a head that drops one body in fifty nearly always
 * answers well.
 */
import { sum } from 'simple-statistics';
import { addSizes, rangeOf } from '../../load/shared/body-sizes.ts';
import type { AnswersObserved } from '../../measure/observed/answers.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Finding } from '../findings/finding.ts';
import { BODY_SIZES, ERRORS_DIFFER } from '../findings/thresholds.ts';
import { type Counts, countedP } from '../rule/limits.ts';

/**
 * Null: head has no more of them than base, beyond chance and the limit of errors. `limit`: share of the requests that may fail.
 * `isMeant`: the change may answer otherwise, so it is told and forbids nothing. `isTold`: that answers differ is known, so it is no news
 * of most of them.
 */
export function sizeFinding(
  blocks: readonly BlockMeasurement[],
  { limit, isMeant, isTold }: { limit: number; isMeant: boolean; isTold: boolean },
): Finding | null {
  const usual = usualOctaves(blocks);
  if (usual.length === 0) return null;
  const unusual = (some: readonly BlockMeasurement[], arm: Arm): Counts => {
    const counts = sizesOf(some, arm);
    return {
      events: sum(counts.map((count, octave) => (isNear(octave, usual) ? 0 : count))),
      chances: sum(counts),
    };
  };
  const [base, head] = [unusual(blocks, 'base'), unusual(blocks, 'head')];
  if (base.chances === 0 || head.chances === 0) return null;
  const shares = { base: base.events / base.chances, head: head.events / head.chances };
  if (shares.head - shares.base <= limit) return null;
  if (isTold && shares.head > BODY_SIZES.told) return null;
  if ((countedP(blocks, unusual) ?? 1) >= ERRORS_DIFFER) return null;
  const odd = sizesOf(blocks, 'head')
    .map((count, octave) => ({ count, octave }))
    .filter(({ count, octave }) => count > 0 && !isNear(octave, usual))
    .sort((a, b) => b.count - a.count);
  const commonest = odd.slice(0, 1).map(({ octave }) => octave);
  const data = {
    ...shares,
    ...{ bytes: spanOf(commonest), kinds: odd.length, usualBytes: spanOf(usual) },
  };
  const severity = isMeant ? 'warning' : 'doubt';
  return { code: 'bodies-sized-otherwise', severity, subject: null, data };
}

/**
 * Both arms alike answer otherwise once they are loaded: as a page that keeps robots out, or an error with a good status, does.
 * Null where lengths vary, as those of data that grow with the load: only nearly all answers of one length and its next say so.
 */
export function changeFinding(
  blocks: readonly BlockMeasurement[],
  unloaded: AnswersObserved['unloadedSizes'],
  { isMeant }: { isMeant: boolean },
): Finding | null {
  if (unloaded === undefined) return null;
  const octaves: number[] = [];
  const shares = { base: 0, head: 0 };
  for (const arm of ['base', 'head'] as const) {
    const counts = sizesOf(blocks, arm);
    const most = counts.indexOf(Math.max(...counts));
    if (unloaded[arm].length === 0 || most < 0 || isNear(most, unloaded[arm])) return null;
    shares[arm] = sum(counts.filter((_, octave) => isNear(octave, [most]))) / sum(counts);
    if (shares[arm] < BODY_SIZES.changed) return null;
    octaves.push(most);
  }
  const data = {
    ...shares,
    ...{ bytes: spanOf(octaves), unloadedBytes: spanOf([...unloaded.base, ...unloaded.head]) },
  };
  const severity = isMeant ? 'warning' : 'doubt';
  return { code: 'answers-change-under-load', severity, subject: null, data };
}

/**
 * Both arms alike answer otherwise some seconds after they were ready: as a server does that says "starting" with a good status. Null where the
 * lengths of the load's answers lie between, as those of data that grow.
 */
export function startFinding(
  blocks: readonly BlockMeasurement[],
  { unloadedSizes, laterSizes }: Pick<AnswersObserved, 'unloadedSizes' | 'laterSizes'>,
  { isMeant }: { isMeant: boolean },
): Finding | null {
  if (unloadedSizes === undefined || laterSizes === undefined) return null;
  for (const arm of ['base', 'head'] as const) {
    const [first, later] = [unloadedSizes[arm], laterSizes[arm]];
    if (first.length === 0 || later.length === 0) return null;
    if (later.some((octave) => isNear(octave, first))) return null;
    const counts = sizesOf(blocks, arm);
    const either = counts.filter((_, octave) => isNear(octave, [...first, ...later]));
    if (sum(counts) === 0 || sum(either) / sum(counts) < BODY_SIZES.changed) return null;
  }
  const both = (sizes: NonNullable<AnswersObserved['laterSizes']>) =>
    spanOf([...sizes.base, ...sizes.head]);
  const data = { bytes: both(unloadedSizes), laterBytes: both(laterSizes) };
  const severity = isMeant ? 'warning' : 'doubt';
  return { code: 'answers-change-after-start', severity, subject: null, data };
}

function sizesOf(blocks: readonly BlockMeasurement[], arm: Arm): number[] {
  return addSizes(blocks.map((block) => block.arms[arm]?.bodySizes));
}

function usualOctaves(blocks: readonly BlockMeasurement[]): number[] {
  const counts = sizesOf(blocks, 'base');
  const least = BODY_SIZES.usual * sum(counts);
  return counts.flatMap((count, octave) => (count > 0 && count >= least ? [octave] : []));
}

/** A version or a number with one more digit moves a length into the next octave. Nothing is next to an empty body. */
function isNear(octave: number, usual: readonly number[]): boolean {
  return usual.some((one) => one === octave || (one * octave > 0 && Math.abs(one - octave) === 1));
}

function spanOf(octaves: readonly number[]): { least: number; most: number } {
  const ranges = octaves.map(rangeOf);
  return {
    least: Math.min(...ranges.map(({ least }) => least)),
    most: Math.max(...ranges.map(({ most }) => most)),
  };
}
