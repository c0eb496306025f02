/**
 * Metrics that head is held to by a limit: failures and stalls, of which none would be best. Over the limit is
 * not yet a regression: on a shared machine both arms lose a connection now and then, or stall with the
 * host. Head must also be shown to be worse than base; else it is inconclusive.
 */

import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import { median } from 'simple-statistics';
import type { LimitMetric, LossMetric } from '../../config/experiment/metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import { type Arm, otherArm } from '../../terms/arm.ts';
import { armValue, attemptsOf } from '../figures/block-values.ts';
import { ERRORS_DIFFER } from '../findings/thresholds.ts';
import { type Decision, worseP } from './decide.ts';
import { estimatePaired } from './estimate.ts';

/** Head must be worse in so large a share of the blocks: one bad moment of the machine convicts nobody. */
const BLOCKS_WORSE = 2 / 3;

/**
 * Least standard deviation of the blocks' differences that is believed, as a share of their mean. Bursts of one size that always hit
 * one of the arms give differences without any spread: of six blocks all are head's in one case of 64, however equal they look. At the end no
 * further block can tell, and four blocks of a hold are all that its default budget has: with more than this nothing that head does could be
 * shown by them (docs/adr/0014-limits.md).
 */
const SPREAD_AT_LEAST = { before: 1 / 3, atTheEnd: 1 / 6 };

/** What an arm shows over all blocks: the share of all, or of stalls the median of the blocks. Null where nothing was seen. */
export function limitValue(
  metric: LimitMetric,
  blocks: readonly BlockMeasurement[],
  arm: Arm,
): number | null {
  if (metric === 'longest-stall') {
    const values: number[] = [];
    for (const block of blocks) {
      const value = armValue(metric, block, arm);
      if (value !== null) values.push(value);
    }
    return values.length === 0 ? null : median(values);
  }
  return rateOf(countsOf(metric, blocks, arm));
}

/** What is said of head, when its value and whether it is shown to be worse than base are known. */
export function withinLimit(value: number, limit: number, isShownWorse: boolean): Decision {
  if (value <= limit) return { word: 'unchanged', reason: null };
  return isShownWorse ? { word: 'regression', reason: null } : { word: 'continue' };
}

/**
 * One-sided p-value of "head has no higher a rate of events than base": the larger one of two tests. The exact conditional test
 * of two counts (Przyborowski and Wilenski 1940, Biometrika 31), in which each event is head's with head's share of the chances, knows what few
 * events can tell, but takes them to be independent. Connections are not: one moment of the host drops a hundred. So the blocks are
 * samples too, by Student's t of the differences of the roots of their rates (docs/adr/0014-limits.md). 1 unless head
 * is worse in most of the blocks. Null where there is nothing to compare. `isEnd`: no blocks will follow.
 */
export function countsP(
  metric: LossMetric,
  blocks: readonly BlockMeasurement[],
  isEnd = false,
): number | null {
  return countedP(blocks, (some, arm) => countsOf(metric, some, arm), isEnd);
}

/** The same of any events: `countOf`, in these blocks of an arm, with how often they could have been. */
export function countedP(
  blocks: readonly BlockMeasurement[],
  countOf: CountOf,
  isEnd = false,
): number | null {
  const [base, head] = [countOf(blocks, 'base'), countOf(blocks, 'head')];
  if (base.chances === 0 || head.chances === 0) return null;
  const differences = differencesOf(blocks, countOf);
  if (worseIn(differences) < BLOCKS_WORSE * blocks.length) return 1;
  return Math.max(byCounts(base, head), byBlocks(differences, { isEnd }));
}

/** What the same test would say at the end of so many blocks, if they went on as these did. */
export function countsPWith(
  metric: LossMetric,
  blocks: readonly BlockMeasurement[],
  count: number,
): number {
  const countOf: CountOf = (some, arm) => countsOf(metric, some, arm);
  const differences = differencesOf(blocks, countOf);
  if (worseIn(differences) < BLOCKS_WORSE * blocks.length) return 1;
  const times = count / blocks.length;
  const [base, head] = (['base', 'head'] as const).map((arm) => {
    const { events, chances } = countOf(blocks, arm);
    return { events: Math.floor(times * events), chances: Math.floor(times * chances) };
  }) as [Counts, Counts];
  return Math.max(byCounts(base, head), byBlocks(differences, { count, isEnd: true }));
}

/** In how many of these blocks head lost more than base. */
export function blocksWorse(metric: LossMetric, blocks: readonly BlockMeasurement[]): number {
  return worseIn(differencesOf(blocks, (some, arm) => countsOf(metric, some, arm)));
}

type CountOf = (blocks: readonly BlockMeasurement[], arm: Arm) => Counts;

/** Of the roots of the rates, head's less base's, of each block that has both. */
function differencesOf(blocks: readonly BlockMeasurement[], countOf: CountOf): number[] {
  return blocks.flatMap((block) => {
    const [b, h] = [rateOf(countOf([block], 'base')), rateOf(countOf([block], 'head'))];
    return b === null || h === null ? [] : Math.sqrt(h) - Math.sqrt(b);
  });
}

function worseIn(differences: readonly number[]): number {
  return differences.filter((difference) => difference > 0).length;
}

function byCounts(base: Counts, head: Counts): number {
  const share = head.chances / (head.chances + base.chances);
  return upperTail(head.events, head.events + base.events, share);
}

/** The arm that has more of them than chance explains; null: neither. */
export function armWithMore(blocks: readonly BlockMeasurement[], countOf: CountOf): Arm | null {
  const ofHead = countedP(blocks, countOf) ?? 1;
  const ofBase = countedP(blocks, (some, arm) => countOf(some, otherArm(arm))) ?? 1;
  if (Math.min(ofHead, ofBase) >= ERRORS_DIFFER) return null;
  return ofHead < ofBase ? 'head' : 'base';
}

/** Null where none could have been. */
export function rateOf({ events, chances }: Counts): number | null {
  return chances === 0 ? null : events / chances;
}

/** One-sided p-value of Student's t, with a spread that so few blocks could have hidden. `count`: of so many blocks like these. */
function byBlocks(
  differences: readonly number[],
  { count = differences.length, isEnd }: { count?: number; isEnd: boolean },
): number {
  const estimate = estimatePaired(differences);
  if (estimate === null) return 1;
  const { d } = estimate;
  const least = isEnd ? SPREAD_AT_LEAST.atTheEnd : SPREAD_AT_LEAST.before;
  const sd = Math.max(estimate.sd, least * Math.abs(d));
  const se = sd / Math.sqrt(count);
  return worseP({ d, sd, se, degreesOfFreedom: count - 1, blocks: count });
}

export interface Counts {
  events: number;
  chances: number;
}

/** How often it happened to this arm, and how often it could have. */
export function countsOf(
  metric: LossMetric,
  blocks: readonly BlockMeasurement[],
  arm: Arm,
): Counts {
  // All of them are whole numbers, so that the order of the sums does not matter.
  const counts = { events: 0, chances: 0 };
  for (const block of blocks) {
    const observation = block.arms[arm];
    if (observation === undefined) continue;
    const { attempted, good, hold } = observation;
    if (metric === 'errors') {
      counts.events += attempted - good;
      counts.chances += attempted;
    } else if (hold !== null) {
      counts.events += metric === 'refused' ? hold.refused + hold.timedOut : hold.dropped;
      counts.chances += metric === 'refused' ? attemptsOf(hold) : hold.opened;
    }
  }
  return counts;
}

/** P(X >= k) of a binomial with n tries at this share: by its mirror image, so that a small tail loses no digits. */
function upperTail(k: number, n: number, share: number): number {
  return k <= 0 ? 1 : binomialCdf(n - k, n, 1 - share);
}
