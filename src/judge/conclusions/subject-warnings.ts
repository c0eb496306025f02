/** What to distrust in the verdict of a subject. */

import type { MeasurementHead } from '../../measure/observed/measurement.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { modesWarnings } from '../doubts/modes.ts';
import { fellBehind } from '../figures/open-loop.ts';
import type { Finding } from '../findings/finding.ts';
import { startUpShare } from '../power/start-up.ts';
import { gates } from '../state/metric-state.ts';
import type { SubjectState } from '../state/state.ts';
import { sameMachine } from '../verdict/confirmation.ts';
import type { MetricVerdict } from '../verdict/verdict.ts';
import { noiseOf } from './noise.ts';
import { noiseWarnings } from './observed-noise.ts';
import { notJudged, type Said } from './subject-word.ts';

/** What to distrust, in the order in which it would have come up. */
export function warningsOf(
  measurement: MeasurementHead,
  subject: SubjectState,
  word: VerdictWord,
): Finding[] {
  const { metrics: gating } = measurement.experiment.gate;
  const { health, metrics } = subject;
  const missing = metrics.filter(
    ({ metric, unreadable }) => unreadable && gates({ metrics: gating }, metric),
  );
  const all: Finding[] = [
    ...sameMachine(measurement),
    // What withholds other words than this one.
    ...(word === 'regression' ? [...health.passDoubts, ...health.doubts].map(asWarning) : []),
    ...health.warnings,
    ...health.rare.map(({ finding }) => finding),
    // Of two builds a base that falls behind makes head look worse, and nothing pass.
    ...(subject.isContest ? (['base', 'head'] as const) : (['head'] as const)).flatMap(
      (arm) => fellBehind(subject.measured.blocks, arm) ?? [],
    ),
    ...metrics.flatMap((state) => modesWarnings(state, subject.measured.blocks)),
    ...openLoopCpuWarnings(subject),
    ...stoppedWarnings(measurement, subject),
    ...startUpWarnings(subject),
    ...noiseWarnings(noiseOf(subject)),
    ...missing.map(({ metric }): Finding => {
      return { code: 'not-readable', severity: 'warning', subject: metric, data: {} };
    }),
    ...(health.spare === null ? [] : [asWarning(health.spare.finding)]),
  ];
  // Where requests fail no speed is judged, and advice for it leads away from the cause.
  return subject.fault === null ? all : all.filter(({ code }) => !OF_SPEED.has(code));
}

/** How far the speed can be trusted. */
const OF_SPEED: ReadonlySet<Finding['code']> = new Set([
  'burst-disagrees',
  'cpu-at-fixed-rate',
  'fell-behind',
  'generator-limit',
  'idle-connections',
  'noisier-than-expected',
  'rare-stalls',
  'rare-work',
  'start-up-eats-budget',
  'two-states',
  'waiting-loop',
  'warm-up-not-steady',
  'workers-idle',
]);

/** CPU per request is clearly not that of the closed loop, as it is elsewhere. */
function openLoopCpuWarnings({ metrics, plan, health }: SubjectState): Finding[] {
  const perSecond = plan?.phases.latency?.perSecond;
  if (
    perSecond === undefined ||
    !health.spare?.savesWhenBusy ||
    !metrics.some(({ isOpenLoopCpu }) => isOpenLoopCpu)
  )
    return [];
  return [{ code: 'cpu-at-fixed-rate', severity: 'warning', subject: 'cpu', data: { perSecond } }];
}

/** What was not judged, where the verdict rests on the others or is open for another reason. */
export function noisyWarnings(
  { word, reasons }: Said,
  metrics: readonly MetricVerdict[],
): Finding[] {
  if (word === 'invalid' || word === 'no-baseline') return [];
  return metrics
    .flatMap(notJudged)
    .filter((finding) => !reasons.includes(finding))
    .map(asWarning);
}

/** Undecided before its last block in a job that has a limit of its own: that, or blocks that took far longer than was planned. */
function stoppedWarnings(
  { experiment: { gate } }: MeasurementHead,
  subject: SubjectState,
): Finding[] {
  const { measured, plan, resolved, fault } = subject;
  if (gate.jobBudgetMs === null || resolved || fault !== null || plan === null) return [];
  // Its blocks were too slow for its own budget, and its metrics say so.
  if (measured.stoppedBy === 'slow-blocks') return [];
  const data = {
    measured: measured.blocks.length,
    planned: plan.blocks.length,
    jobBudgetMs: gate.jobBudgetMs,
  };
  return [{ code: 'stopped-by-job-budget', severity: 'warning', subject: null, data }];
}

function startUpWarnings({ plan, measured: { pilot } }: SubjectState): Finding[] {
  const eaten = plan && startUpShare(plan, pilot);
  return eaten === null ? [] : [eaten];
}

/** A doubt that does not stand in the way of this verdict. */
function asWarning(finding: Finding): Finding {
  return { ...finding, severity: 'warning' } as Finding;
}
