/** A measurement and its verdict → the lines that a history keeps of it. Pure. */
import { isHigherBetter } from '../config/experiment/metrics.ts';
import type { Finding } from '../judge/findings/finding.ts';
import { isCore } from '../judge/rule/core-metrics.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from '../judge/verdict/verdict.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import { acceptedIn, isWorse } from './accepted.ts';
import {
  type HistoryCalibrator,
  type HistoryFingerprint,
  type HistoryLine,
  type HistoryMetric,
  LINE_FORM,
  PULLS_AT_MOST,
} from './line.ts';

/** What the measurement itself does not know of the run. */
export interface RunOrigin {
  /** As in `HistoryLine`. */
  readonly before: string | null;
  readonly pulls: readonly number[];
  readonly run: HistoryLine['run'];
  /** The user said what base is. */
  readonly namesBase?: boolean;
}

/** What of a subject is not in its verdict. */
export interface SubjectExtras {
  readonly fingerprint: HistoryFingerprint | null;
  readonly calibrator: HistoryCalibrator | null;
  /** By the metric's name. */
  readonly calibrated: Readonly<Record<string, HistoryMetric['calibrated']>>;
}

const NO_EXTRAS: SubjectExtras = { fingerprint: null, calibrator: null, calibrated: {} };

/**
 * One line for each subject of which anything was measured. None where head is no commit, where two servers were compared
 * instead of two builds, and of a self-test's slowed copies.
 */
export function linesOfRun(
  measurement: Measurement,
  verdict: Verdict,
  origin: RunOrigin,
  extras: (subject: SubjectVerdict) => SubjectExtras = () => NO_EXTRAS,
): HistoryLine[] {
  const { sources, injection } = measurement;
  const commit = sources.head?.commit ?? null;
  if (commit === null || injection !== null) return [];
  const base = verdict.design === 'pairs' ? (sources.base?.commit ?? null) : null;
  const isOther = base === null || base !== origin.before;
  const isReference = origin.namesBase === true && verdict.design === 'pairs' && isOther;
  return verdict.subjects
    .filter(({ names, blocks }) => names === undefined && blocks > 0)
    .map((subject) => {
      const { fingerprint, calibrator, calibrated } = extras(subject);
      const metrics = subject.metrics
        .filter(({ head, change }) => head !== null || change !== null)
        .map((one): [string, HistoryMetric] => [
          one.name,
          metricOf(one, {
            design: verdict.design,
            calibrated: calibrated[one.name] ?? null,
            // Against earlier runs the samples are runs, and none is carried.
            runSd: isCore(one.name) ? (subject.noise.runSd ?? 0) : 0,
          }),
        ]);
      return {
        form: LINE_FORM,
        subject: { server: subject.server, scenario: subject.scenario },
        at: measurement.startedAt,
        tool: measurement.tool.version,
        commit,
        base,
        before: origin.before,
        ...(isReference ? { reference: true as const } : {}),
        pulls: origin.pulls.slice(0, PULLS_AT_MOST),
        run: origin.run,
        fingerprint,
        verdict: subject.verdict,
        ...(subject.reasons.some(isTooFew) ? { tooFew: true as const } : {}),
        accepted: acceptedIn(subject, measurement.bar),
        metrics: Object.fromEntries(metrics),
        calibrator,
      };
    });
}

function isTooFew({ code }: Finding): boolean {
  return code === 'history-too-short' || code === 'history-gathering';
}

function metricOf(
  metric: MetricVerdict,
  {
    design,
    calibrated,
    runSd,
  }: { design: Verdict['design']; calibrated: HistoryMetric['calibrated']; runSd: number },
): HistoryMetric {
  const { name, unit, verdict, gating, base, head, comparison, change, interval } = metric;
  const heldTo = gating ? heldToOf(metric) : null;
  // A change is of the value itself, so its logarithm is that of head / base whichever way is good.
  const isRatio = comparison === 'ratio' && change !== null && change > -1;
  const ends = interval?.map((end) => Math.log1p(end)) as [number, number] | undefined;
  const isWhole = ends?.every(Number.isFinite) ?? false;
  const found = isRatio
    ? { log: Math.log1p(change), interval: ends !== undefined && isWhole ? ends : null }
    : null;
  const hasBase = design === 'pairs';
  return {
    unit,
    better: isHigherBetter(name) ? 'higher' : 'lower',
    word: comparison === 'none' ? null : verdict,
    gating,
    head,
    base: hasBase ? base : null,
    ratio: hasBase && found !== null ? { ...found, ...errorOf(metric, runSd) } : null,
    calibrated,
    ...(heldTo === null ? {} : { heldTo }),
    ...(isWorse(metric) ? { worse: true } : {}),
    ...(design === 'past' && found !== null ? { expected: found } : {}),
  };
}

/** Of its blocks, and of what these have in common: the sd is of ln(cost ratio), which is as large as that of the value itself. */
function errorOf({ sd, blocks }: MetricVerdict, runSd: number): { se?: number } {
  const se = sd === null || blocks < 2 ? Number.NaN : Math.sqrt(sd ** 2 / blocks + runSd ** 2);
  return Number.isFinite(se) ? { se } : {};
}

function heldToOf({ comparison, tolerance, limit }: MetricVerdict): number | null {
  return comparison === 'limit' ? limit : tolerance;
}
