/** What an undecided claim would take: more blocks, another machine, or another claim. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { Claim } from '../../config/experiment/claim.ts';
import type { Gate } from '../../config/experiment/experiment.ts';
import { isLossMetric } from '../../config/experiment/metrics.ts';
import { BLOCKS_AT_MOST, budgetFor } from '../../plan/block-size.ts';
import { MIN_BLOCKS } from '../../plan/looks.ts';
import type { Finding } from '../findings/finding.ts';
import { lastLevel } from '../power/power.ts';
import type { Estimate } from '../rule/estimate.ts';
import { isEndAt } from '../state/plan-end.ts';
import type { Answered } from './answer.ts';
import { type Evidence, limitOf } from './evidence.ts';
import { lastingVariance } from './sum.ts';

/** Blocks that differ by more than this from each other are what stands in the way. */
const NOISY = 0.1;

/** None where a reason is known already: more blocks would not take it away. */
export function wouldDecide(
  { metric }: Pick<Claim, 'metric'>,
  evidence: Evidence,
  { estimate, reasons }: Extract<Answered, { kind: 'open' }>,
  { level, gate }: { level: number; gate: Pick<Gate, 'jobBudgetMs'> },
): { budgetMs: number | null; reasons: Finding[] } {
  if (reasons.length > 0) return { budgetMs: null, reasons: [] };
  const { series, isLog } = evidence;
  // It has ended for a reason that neither time nor blocks would mend.
  const hopeless = series.find(({ subject }) => subject.health.isHopeless);
  if (hopeless !== undefined) {
    return { budgetMs: null, reasons: [...hopeless.subject.health.doubts] };
  }
  const blocks = Math.min(...series.map(({ subject }) => subject.measured.blocks.length));
  const [first] = series.map(({ subject }) => subject.plan?.looks[0] ?? null);
  if (estimate === null && first != null && blocks >= first) {
    // Where it is known what kept the figure from the blocks, that is the reason.
    const troubles = series.flatMap(({ trouble }) => trouble ?? []);
    if (troubles.length > 0) return { budgetMs: null, reasons: troubles };
    const [{ metric: lacking }] = series as [(typeof series)[number]];
    return said({ code: 'too-few-values', severity: 'doubt', subject: lacking, data: {} });
  }
  if (estimate === null || first == null || blocks < first) {
    const data = { blocks, needed: first ?? MIN_BLOCKS };
    return said({ code: 'claim-too-few-blocks', severity: 'doubt', subject: null, data });
  }
  const limit = limitOf(evidence);
  const off = { ...estimate, d: estimate.d - limit };
  const needed = blocksFor(off, { level, lasting: lastingVariance(evidence) });
  // Of several subjects, those that have ended are what the others did not go on for.
  const ended = series.filter(({ subject }) => isEndAt(subject, subject.measured.blocks.length));
  const cut = (ended.length > 0 ? ended : series).find(
    ({ subject: { plan, measured } }) =>
      measured.blocks.length < (plan?.blocks.length ?? 0) &&
      // More than were planned would be another budget.
      (needed === null || needed <= (plan?.blocks.length ?? 0)),
  );
  if (cut !== undefined) {
    const { plan, measured } = cut.subject;
    const data = {
      blocks: measured.blocks.length,
      planned: plan?.blocks.length ?? 0,
      ...(measured.stoppedBy && {
        jobBudgetMs: measured.stoppedBy === 'job-budget' ? gate.jobBudgetMs : null,
      }),
    };
    return said({ code: 'claim-stopped', severity: 'doubt', subject: null, data });
  }
  // Losses come in bursts, so that no number of blocks can be promised.
  if (needed === null || isLossMetric(metric)) {
    const size = isLog ? 1 : Math.max(Math.abs(estimate.d), Math.abs(limit));
    if (estimate.sd > NOISY * size && Math.abs(estimate.d - limit) > estimate.se) {
      const data = { sd: size === 0 ? 0 : estimate.sd / size };
      return said({ code: 'claim-too-noisy', severity: 'doubt', subject: null, data });
    }
    return said({ code: 'claim-at-the-bound', severity: 'doubt', subject: null, data: {} });
  }
  const blockMs = Math.max(...series.map(({ subject }) => subject.plan?.blockMs ?? 0));
  const budgetMs = budgetFor(needed, blockMs);
  const data = { blocks: needed, budgetMs };
  const told = said({ code: 'claim-needs-blocks', severity: 'doubt', subject: null, data });
  return { ...told, budgetMs };
}

function said(reason: Finding): { budgetMs: null; reasons: Finding[] } {
  return { budgetMs: null, reasons: [reason] };
}

/**
 * If noise and estimate stay as they are: blocks at whose end the last look would show on which side of nothing it is. `lasting`: variance
 * that no number of blocks takes away.
 */
function blocksFor(
  { d, se, blocks, degreesOfFreedom }: Estimate,
  { level, lasting }: { level: number; lasting: number },
): number | null {
  const passing = Math.max(0, se ** 2 - lasting);
  for (let n = Math.max(MIN_BLOCKS, blocks + 1); n <= BLOCKS_AT_MOST; n++) {
    const share = blocks / n;
    const last = lastLevel(level, n);
    const half =
      Math.sqrt(lasting + passing * share) * tQuantile(1 - last, degreesOfFreedom / share);
    if (Math.abs(d) > half) return n;
  }
  return null;
}
