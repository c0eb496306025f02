/**
 * Claims about what is lost: connections, requests. A t test over blocks holds for losses that come in bursts, and says
 * nothing where nothing was lost; counts say something there, and too much of bursts. So a claim about losses needs both, and
 * where nothing at all was lost, the answer says how far it reaches. See docs/adr/0035-claims.md.
 */
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import { type Claim, isAtLeast, isStrict } from '../../config/experiment/claim.ts';
import type { LossMetric } from '../../config/experiment/metrics.ts';
import type { BlockMeasurement } from '../../measure/observed/measurement.ts';
import type { FindingOf } from '../findings/finding.ts';
import { type Counts, countsOf } from '../rule/limits.ts';
import type { Witness } from './witness.ts';

/** Of the first blocks of whoever stands on a side. */
export function countsAt(
  metric: LossMetric,
  { subject, arm }: Witness,
  blocks: number,
): Counts & { blocks: readonly BlockMeasurement[] } {
  const seen = subject.measured.blocks.slice(0, blocks);
  return { ...countsOf(metric, seen, arm), blocks: seen };
}

/**
 * One-sided p-values by counts alone, as if losses were independent: that the estimate is not above the bound, and that
 * it is not below. They can only make a t test stricter.
 */
export function countPs(
  { factor, offset }: Pick<Claim, 'factor' | 'offset'>,
  left: Counts,
  right: Counts | null,
): { above: number; below: number } {
  if (right === null) {
    return tails(left.events, left.chances, Math.min(1, Math.max(0, offset)));
  }
  const total = left.events + right.events;
  const share = (factor * left.chances) / (factor * left.chances + right.chances);
  const without = tails(left.events, total, share);
  if (offset === 0) return without;
  // With something added there is no exact test. Whoever loses as much more than the other, though, loses at least that
  // much, and more than the other: either can be excluded, which takes twice the smaller p. The other way blocks alone decide.
  const own = offset > 0 ? left : right;
  const added = Math.min(1, Math.abs(offset) / (offset > 0 ? 1 : factor));
  const byAmount = tails(own.events, own.chances, added).below;
  const either = (byRatio: number) => Math.min(1, 2 * Math.min(byAmount, byRatio));
  return offset > 0
    ? { above: 0, below: either(without.below) }
    : { above: either(without.above), below: 0 };
}

/** P(X >= events) and P(X <= events) of a binomial: the first is small when there are too many. */
function tails(events: number, n: number, share: number): { above: number; below: number } {
  const above = events <= 0 ? 1 : binomialCdf(n - events, n, 1 - share);
  return { above, below: events >= n ? 1 : binomialCdf(events, n, share) };
}

/** What the counts say when the side that is to lose less lost nothing at all. Null: they say nothing by themselves. */
export function nothingLost(
  claim: Pick<Claim, 'op' | 'factor' | 'offset'>,
  {
    left,
    right,
    blocks,
    level,
  }: { left: Counts; right: Counts | null; blocks: number; level: number },
): { answer: 'holds' | 'undecided'; reason: NothingLost } | null {
  const less = isAtLeast(claim.op) ? right : left;
  if (less === null || less.events > 0 || less.chances === 0) return null;
  const { chances } = less;
  const share = 1 - level ** (1 / chances);
  const reach: NothingLost = {
    code: 'claim-nothing-lost',
    severity: 'note',
    subject: null,
    data: { chances, blocks, share, ofBlocks: 1 - level ** (1 / blocks) },
  };
  // left <= factor · right + offset, or right <= (left - offset) / factor.
  const slack = isAtLeast(claim.op) ? -claim.offset / claim.factor : claim.offset;
  if (slack < 0) return null;
  if (right === null && slack > 0 && share > slack) {
    const needed = Math.ceil(Math.log(level) / Math.log1p(-slack));
    const data = { chances, needed };
    return {
      answer: 'undecided',
      reason: { code: 'claim-needs-chances', severity: 'doubt', subject: null, data },
    };
  }
  if (!isStrict(claim.op) || share < slack) return { answer: 'holds', reason: reach };
  const more = isAtLeast(claim.op) ? left : right;
  if (more !== null && more.events > 0) return null;
  const data = { chances };
  return {
    answer: 'undecided',
    reason: { code: 'claim-nothing-to-undercut', severity: 'doubt', subject: null, data },
  };
}

type NothingLost = FindingOf<
  'claim-nothing-lost' | 'claim-nothing-to-undercut' | 'claim-needs-chances'
>;
