/** The answer to one claim: look by look over the blocks that exist, at the claim's own share of the false-alarm rate. */
import { type Claim, isAtLeast } from '../../config/experiment/claim.ts';
import { isLossMetric } from '../../config/experiment/metrics.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import type { Finding } from '../findings/finding.ts';
import { worsePAt } from '../rule/decide.ts';
import type { Estimate } from '../rule/estimate.ts';
import { isEndAt } from '../state/plan-end.ts';
import { sequentialP } from '../statistics/sequential-p.ts';
import type { ClaimAnswer } from '../verdict/claim-verdict.ts';
import { type Direction, doubtsAbout } from './doubts.ts';
import { type Evidence, limitOf, witnesses } from './evidence.ts';
import { countPs, countsAt, nothingLost } from './losses.ts';
import { everyBlock, sumAt } from './sum.ts';

/** `estimate`: null when a part has fewer than two values. */
export type Answered =
  /** Nothing sound was measured that could answer it, and more blocks would not help. */
  | { readonly kind: 'unanswerable'; readonly reason: Finding }
  /**
   * More blocks could give an answer. `p`: one-sided and sequential, of the direction that the estimate leans to; null before
   * the first look, and where nothing was lost on either side.
   */
  | {
      readonly kind: 'open';
      /** No block that is still to come would change that: one of its subjects has ended, and no further look at all of them follows. */
      readonly isOver: boolean;
      readonly estimate: Estimate | null;
      readonly p: number | null;
      readonly reasons: readonly Finding[];
    }
  /** Both figures are those of the deciding look; `p` is that of the direction that decided. */
  | {
      readonly kind: 'given';
      readonly answer: Exclude<ClaimAnswer, 'undecided'>;
      readonly estimate: Estimate | null;
      readonly p: number;
      readonly reasons: readonly Finding[];
    };

type AnsweredByLooks = Exclude<Answered, { kind: 'unanswerable' }>;

/** `level`: how often an answer may be wrong. */
export function answerTo(claim: Claim, evidence: Evidence, level: number): AnsweredByLooks {
  let given: AnsweredByLooks | null = null;
  let last: Look | null = null;
  let stage = 0;
  for (; stage < stagesOf(evidence); stage++) {
    const look = lookAt(claim, evidence, stage);
    if (look === null) break;
    last = look;
    const direction = (['above', 'below'] as const).find((one) => look.p[one] <= level);
    if (direction !== undefined && (look.isEnd || isEnough(evidence, look, level))) {
      given = decided(claim, evidence, look, direction);
      break;
    }
    // Nothing lost so far is an answer that later blocks may take back.
    given = byNothing(claim, evidence, { look, level });
  }
  if (given !== null && !isTakenBack(claim, evidence, given)) return given;
  const estimate = sumAt(evidence, everyBlock);
  const p = last === null ? null : Math.min(last.p.above, last.p.below);
  return { kind: 'open', isOver: isOver(evidence, stage), estimate, p, reasons: [] };
}

/** `stage`: of the first look that could not be taken. */
function isOver(evidence: Evidence, stage: number): boolean {
  return evidence.series.some(({ subject }) => {
    const next = subject.plan?.looks[stage];
    const { blocks, failure } = subject.measured;
    const hasEnded =
      failure !== null || subject.health.isHopeless || isEndAt(subject, blocks.length);
    return next === undefined || (hasEnded && blocks.length < next);
  });
}

interface Look {
  estimate: Estimate | null;
  p: Record<Direction, number>;
  /** Blocks of each part. */
  counts: readonly number[];
  /** No further look will come: what is not answered there stays so. */
  isEnd: boolean;
}

/** Two states of a server that differ by more than this factor are not looked for. */
const STATES_APART = 2;

/**
 * So many blocks that a server which comes up in one of two states, as often in the one as in the other, has shown both of them, but for a
 * chance that the level allows. Of two servers one alone may be such, so that fewer blocks than the gate asks of equal builds agree by chance
 * (docs/adr/0101-blocks-that-agree.md). None are asked for where even the mean with a state that was not seen would give the answer.
 */
function isEnough(evidence: Evidence, { estimate }: Look, level: number): boolean {
  if (estimate === null) return false;
  const off = Math.abs(estimate.d - limitOf(evidence));
  const isFar = evidence.isLog && off > Math.log(STATES_APART) / 2;
  return isFar || 2 ** -estimate.blocks <= level;
}

/** As many looks as all of its subjects have. */
function stagesOf({ series }: Evidence): number {
  return Math.min(...series.map(({ subject }) => subject.plan?.looks.length ?? 0));
}

/** Null when not every part has that many blocks yet. */
function lookAt(claim: Claim, evidence: Evidence, stage: number): Look | null {
  const plans = evidence.series.map(({ subject }) => subject.plan as SubjectPlan);
  const counts = plans.map(({ looks }) => looks[stage] as number);
  const isThere = evidence.series.every(
    ({ subject }, i) => subject.measured.blocks.length >= (counts[i] as number),
  );
  if (!isThere) return null;
  const estimate = sumAt(evidence, (i) => counts[i] as number);
  // Where one of several subjects has no more blocks, there is no further look at all of them.
  const isEnd = evidence.series.some(({ subject }, i) => isEndAt(subject, counts[i] as number));
  const raw = levelsOf(claim, evidence, { estimate, counts, isEnd });
  // Several subjects may have schedules of their own: the strictest counts.
  const sequential = (p: number) => Math.max(...plans.map((plan) => sequentialP(p, plan, stage)));
  const p = { above: sequential(raw.above), below: sequential(raw.below) };
  return { estimate, p, counts, isEnd };
}

/** One-sided p-values, as if this look were the only one, of "the truth is not above the bound" and of "not below". */
function levelsOf(
  claim: Claim,
  evidence: Evidence,
  { estimate, counts, isEnd: isLast }: Pick<Look, 'estimate' | 'counts' | 'isEnd'>,
): Record<Direction, number> {
  if (estimate === null) return { above: 1, below: 1 };
  const off = estimate.d - limitOf(evidence);
  // Of a pair few blocks may agree by chance, as in the gate's own test.
  const isEnd = evidence.sides.kind !== 'pair' || isLast;
  const above = worsePAt({ ...estimate, d: off }, isEnd);
  const below = worsePAt({ ...estimate, d: -off }, isEnd);
  const who = witnesses(evidence.sides);
  if (!isLossMetric(claim.metric) || who === null) return { above, below };
  // Equal shares in all blocks have no spread that a t test could go by: there the counts alone speak.
  const first = counts[0] as number;
  const own = countsAt(claim.metric, who.left, first);
  const other = who.right && countsAt(claim.metric, who.right, counts[1] ?? first);
  const byCounts = countPs(claim, own, other);
  return { above: Math.max(above, byCounts.above), below: Math.max(below, byCounts.below) };
}

function decided(
  claim: Claim,
  evidence: Evidence,
  { estimate, p }: Look,
  direction: Direction,
): AnsweredByLooks {
  const answer = isAtLeast(claim.op) === (direction === 'above') ? 'holds' : 'refuted';
  const doubts = doubtsAbout(evidence, direction);
  const figures = { estimate, p: p[direction] };
  // More blocks may take a doubt away.
  if (doubts.length > 0) return { kind: 'open', isOver: false, ...figures, reasons: doubts };
  return { kind: 'given', answer, ...figures, reasons: [] };
}

function byNothing(
  claim: Claim,
  evidence: Evidence,
  { look: { estimate, p, counts }, level }: { look: Look; level: number },
): AnsweredByLooks | null {
  const who = witnesses(evidence.sides);
  if (!isLossMetric(claim.metric) || who === null) return null;
  const first = counts[0] as number;
  const found = nothingLost(claim, {
    left: countsAt(claim.metric, who.left, first),
    right: who.right && countsAt(claim.metric, who.right, counts[1] ?? first),
    blocks: Math.min(...counts),
    level,
  });
  if (found === null) return null;
  const { answer, reason } = found;
  if (answer === 'undecided') {
    return { kind: 'open', isOver: false, estimate, p: null, reasons: [reason] };
  }
  const doubts = doubtsAbout(evidence, isAtLeast(claim.op) ? 'above' : 'below');
  if (doubts.length > 0) {
    return { kind: 'open', isOver: false, estimate, p: null, reasons: doubts };
  }
  const least = Math.min(p.above, p.below);
  return { kind: 'given', answer, estimate, p: least, reasons: [reason] };
}

/** What was lost since: that nothing was is held against every block. */
function isTakenBack(claim: Claim, { sides }: Evidence, { reasons }: AnsweredByLooks): boolean {
  const isByNothing = reasons.some(({ code }) => code === 'claim-nothing-lost');
  const less = witnesses(sides)?.[isAtLeast(claim.op) ? 'right' : 'left'];
  if (!isByNothing || !less || !isLossMetric(claim.metric)) return false;
  return countsAt(claim.metric, less, everyBlock()).events > 0;
}
