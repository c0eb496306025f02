/** One word for a subject, from those of its metrics. */

import { canBeCalibrated } from '../../config/experiment/scenario-metrics.ts';
import type { Measurement } from '../../measure/observed/measurement.ts';
import type { Plan } from '../../plan/plan.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { isExcused } from '../doubts/excused.ts';
import type { Finding } from '../findings/finding.ts';
import { RUNS_AT_LEAST } from '../past/chosen.ts';
import { isCore } from '../rule/core-metrics.ts';
import { isSpeedAsked } from '../state/metric-state.ts';
import type { MetricState, SubjectState } from '../state/state.ts';
import type { MetricVerdict } from '../verdict/verdict.ts';

/** A word, and why. */
export interface Said {
  word: VerdictWord;
  reasons: Finding[];
}

/** `nothing`: head is measured alone. */
type AgainstWhat = 'pair' | 'nothing' | 'past';

export function againstWhat({
  plan,
  past,
}: Pick<Measurement, 'past'> & { plan: Pick<Plan, 'arms'> }): AgainstWhat {
  if (past !== undefined) return 'past';
  return plan.arms.length === 1 ? 'nothing' : 'pair';
}

export function subjectVerdict(
  { fault, health, metrics: states, past, scenario }: SubjectState,
  metrics: readonly MetricVerdict[],
  design: {
    against: AgainstWhat;
    /** Where the earlier runs are that it is compared with. */
    from?: string | undefined;
    /** What it finds is kept there, and nobody has asked how it compares. */
    isKept?: boolean | undefined;
  },
): Said {
  if (fault !== null) return said(fault.word, fault.finding);
  if (design.against === 'nothing') {
    return said('no-baseline', { ...WHOLE, code: 'head-alone', data: {} });
  }
  if (past !== undefined && !canBeCalibrated(scenario)) {
    const data = { load: scenario.kind, ...(design.isKept ? { isKept: true } : {}) };
    return said('no-baseline', { ...WHOLE, code: 'not-calibrated', data });
  }
  if (past !== undefined && past.runs.length < RUNS_AT_LEAST) {
    const { runs, left, differs, steppedAt } = past;
    const data = { from: design.from ?? '', runs: runs.length, needed: RUNS_AT_LEAST, steppedAt };
    const counted = {
      subject: null,
      data: { ...data, left: { ...left }, differs: differs.map((one) => ({ ...one })) },
    };
    // On a busy machine this run does not count for those after it either.
    const busy = health.doubts.filter(
      ({ code }) => code === 'machine-too-disturbed' || code === 'held-back',
    );
    return design.isKept
      ? said('no-baseline', { ...counted, code: 'history-gathering', severity: 'note' }, ...busy)
      : said('inconclusive', { ...counted, code: 'history-too-short', severity: 'doubt' }, ...busy);
  }
  // Few errors are what every verdict takes for granted, and no verdict by themselves.
  const judged = metrics.filter(({ gating, name }) => gating && name !== 'errors');
  const words = judged.map((metric) => metric.verdict);
  // What both arms met alike is in the interval, and what head alone does is no excuse for it.
  const isShown = judged.some(
    ({ verdict, name }) => verdict === 'regression' && !isExcused(health, name),
  );
  if (isShown) return said('regression');
  const unfit = [...health.passDoubts, ...health.doubts];
  if (unfit.length > 0) return said('inconclusive', ...unfit, ...judged.flatMap(overAsBaseIs));
  const unjudged = [
    ...metrics.flatMap(notJudged),
    ...(health.spare === null ? [] : [health.spare.finding]),
  ];
  if (words.length === 0) {
    return said('inconclusive', ...(unjudged.length > 0 ? unjudged : [NO_JUDGED_METRIC]));
  }
  if (unjudged.length > 0 && isSpeedUnjudged(states, judged)) {
    return said('inconclusive', ...unjudged);
  }
  if (words.includes('inconclusive')) {
    const open = judged.filter((metric) => metric.verdict === 'inconclusive');
    return said('inconclusive', ...open.flatMap(({ reasons }) => reasons));
  }
  return said(words.includes('improvement') ? 'improvement' : 'unchanged');
}

/** Throughput or CPU was to be judged, and neither was: latency and memory alone would let a slower head pass. */
function isSpeedUnjudged(
  states: readonly MetricState[],
  judged: readonly MetricVerdict[],
): boolean {
  return isSpeedAsked(states) && !judged.some(({ name }) => isCore(name));
}

/** What no other machine would mend either. */
function overAsBaseIs({ reasons }: MetricVerdict): Finding[] {
  return reasons.filter((one) => one.code === 'over-limit-not-worse' && one.data.why === 'both');
}

/** Why a metric that could have failed the job was left out of its verdict; none where it was not. */
export function notJudged({ reasons }: MetricVerdict): Finding[] {
  return reasons.filter(({ code }) => NOT_JUDGED.includes(code));
}

const NOT_JUDGED: readonly Finding['code'][] = ['too-noisy', 'no-open-loop', 'out-of-time'];

function said(word: VerdictWord, ...reasons: Finding[]): Said {
  return { word, reasons };
}

/** What leaves a whole subject without a comparison. */
const WHOLE = { severity: 'error', subject: null } as const;

const NO_JUDGED_METRIC: Finding = {
  code: 'no-judged-metric',
  severity: 'doubt',
  subject: null,
  data: {},
};
