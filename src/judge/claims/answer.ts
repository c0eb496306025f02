/** The answer to one claim: look by look over the blocks that exist, at the claim's own share of the false-alarm rate. */
import { type Claim, isAtLeast } from '../../config/claims/claim.ts';
import type { SubjectPlan } from '../../plan/plan.ts';
import { worseP } from '../decide.ts';
import type { Estimate } from '../estimate.ts';
import type { Finding } from '../findings/finding.ts';
import { sequentialP } from '../sequential-p.ts';
import type { ClaimAnswer } from './claim-verdict.ts';
import { type Direction, doubtsAbout } from './doubts.ts';
import type { Evidence } from './evidence.ts';
import { countPs, countsAt, isLossMetric, nothingLost } from './losses.ts';
import { sumAt } from './sum.ts';

export interface Answered {
  answer: ClaimAnswer;
  /** At the deciding look, else with all blocks. */
  estimate: Estimate | null;
  /** One-sided sequential p-value of the direction that the estimate leans to, or that decided. */
  p: number | null;
  reasons: Finding[];
  /** That more blocks could give an answer. */
  isOpen: boolean;
}

/** `level`: how often an answer may be wrong. */
export function answerTo(claim: Claim, evidence: Evidence, level: number): Answered {
  let given: Answered | null = null;
  let last: Look | null = null;
  for (let stage = 0; stage < stagesOf(evidence); stage++) {
    const look = lookAt(claim, evidence, stage);
    if (look === null) break;
    last = look;
    const direction = (['above', 'below'] as const).find((one) => look.p[one] <= level);
    if (direction !== undefined) {
      given = decided(claim, evidence, look, direction);
      break;
    }
    // Nothing lost so far is an answer that later blocks may take back.
    given = byNothing(claim, evidence, { look, level });
  }
  if (given !== null && !isTakenBack(claim, evidence, given)) return given;
  const estimate = sumAt(evidence, everything);
  const p = last === null ? null : Math.min(last.p.above, last.p.below);
  return { answer: 'undecided', estimate, p, reasons: [], isOpen: true };
}

interface Look {
  estimate: Estimate | null;
  p: Record<Direction, number>;
  /** Blocks of each part. */
  counts: readonly number[];
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
  const raw = levelsOf(claim, evidence, { estimate, counts });
  // Several subjects may have schedules of their own: the strictest counts.
  const sequential = (p: number) => Math.max(...plans.map((plan) => sequentialP(p, plan, stage)));
  return { estimate, p: { above: sequential(raw.above), below: sequential(raw.below) }, counts };
}

/** One-sided p-values, as if this look were the only one, of "the truth is not above the bound" and of "not below". */
function levelsOf(
  claim: Claim,
  evidence: Evidence,
  { estimate, counts }: Pick<Look, 'estimate' | 'counts'>,
): Record<Direction, number> {
  if (estimate === null) return { above: 1, below: 1 };
  const limit = evidence.isLog ? Math.log(evidence.bound) : evidence.bound;
  const off = estimate.d - limit;
  const above = worseP({ ...estimate, d: off });
  const below = worseP({ ...estimate, d: -off });
  const { left, right } = evidence;
  if (!isLossMetric(claim.metric) || left === null) return { above, below };
  // Equal shares in all blocks have no spread that a t test could go by: there the counts alone speak.
  const first = counts[0] as number;
  const own = countsAt(claim.metric, left, first);
  const other = right && countsAt(claim.metric, right, counts[1] ?? first);
  const byCounts = countPs(claim, own, other);
  return { above: Math.max(above, byCounts.above), below: Math.max(below, byCounts.below) };
}

function decided(
  claim: Claim,
  evidence: Evidence,
  { estimate, p }: Look,
  direction: Direction,
): Answered {
  const answer = isAtLeast(claim.op) === (direction === 'above') ? 'holds' : 'refuted';
  const doubts = doubtsAbout(evidence, direction);
  if (doubts.length === 0) return { answer, estimate, p: p[direction], reasons: [], isOpen: false };
  return { answer: 'undecided', estimate, p: p[direction], reasons: doubts, isOpen: true };
}

function byNothing(
  claim: Claim,
  evidence: Evidence,
  { look: { estimate, p, counts }, level }: { look: Look; level: number },
): Answered | null {
  const { left, right } = evidence;
  if (!isLossMetric(claim.metric) || left === null) return null;
  const first = counts[0] as number;
  const found = nothingLost(claim, {
    left: countsAt(claim.metric, left, first),
    right: right && countsAt(claim.metric, right, counts[1] ?? first),
    blocks: Math.min(...counts),
    level,
  });
  if (found === null) return null;
  const { answer, reason } = found;
  if (answer === 'undecided') {
    return { answer, estimate, p: null, reasons: [reason], isOpen: true };
  }
  const doubts = doubtsAbout(evidence, isAtLeast(claim.op) ? 'above' : 'below');
  if (doubts.length > 0) {
    return { answer: 'undecided', estimate, p: null, reasons: doubts, isOpen: true };
  }
  return { answer, estimate, p: Math.min(p.above, p.below), reasons: [reason], isOpen: false };
}

/** What was lost since: that nothing was is held against every block. */
function isTakenBack(claim: Claim, { left, right }: Evidence, { reasons }: Answered): boolean {
  const isByNothing = reasons.some(({ code }) => code === 'claim-nothing-lost');
  const less = isAtLeast(claim.op) ? right : left;
  if (!isByNothing || less === null || !isLossMetric(claim.metric)) return false;
  return countsAt(claim.metric, less, everything()).events > 0;
}

function everything(): number {
  return Number.POSITIVE_INFINITY;
}
