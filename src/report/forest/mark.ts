/** What a forest plot shows of each metric: the ratio of two measured values with its interval. Plain data. */
import { subjectName } from '../../config/experiment/experiment.ts';
import { isHigherBetter } from '../../config/experiment/metrics.ts';
import type { Finding } from '../../judge/findings/finding.ts';
import type { MetricVerdict, SubjectVerdict } from '../../judge/verdict/verdict.ts';
import type { PairVerdict, Versus } from '../../judge/verdict/versus-verdict.ts';
import type { Arm } from '../../terms/arm.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { formatNumber } from '../wording/format.ts';
import { byMetric, metricLabel } from '../wording/metric-text.ts';

export interface Mark {
  label: string;
  /** Head's value over base's. */
  ratio: number;
  /** Null: there is no interval, the ratio is for reading only. */
  interval: readonly [number, number] | null;
  /** Ratios within the tolerance; null where there is none. */
  band: readonly [number, number] | null;
  /** Which one is better by the whole interval. `neither`: shown to differ by no more than the tolerance. Null: it cannot be told. */
  favours: Arm | 'neither' | null;
  /** Too few requests make it to judge it: its interval may be as wide as it likes. */
  isAside?: boolean;
}

/** In the order of the reports; without what is no ratio, such as errors, which are held to a limit. */
export function marksOf(subject: SubjectVerdict, versus?: Versus): Mark[] {
  return [...subject.metrics]
    .sort(byMetric)
    .flatMap((metric) => markOf(metric, subject, versus) ?? []);
}

function markOf(
  metric: MetricVerdict,
  subject: SubjectVerdict,
  versus: Versus | undefined,
): Mark | null {
  const { comparison, change, interval, tolerance, name } = metric;
  if (change === null || (comparison !== 'ratio' && comparison !== 'none')) return null;
  if (isBroken(subject)) return null;
  return {
    label: metricLabel(metric),
    ratio: 1 + change,
    interval: interval === null ? null : [1 + interval[0], 1 + interval[1]],
    band: bandOf(name, tolerance, subject.names !== undefined),
    favours: outcomeOf(metric, subject, versus),
    ...(comparison === 'none' ? { isAside: true } : {}),
  };
}

function isBroken({ verdict }: SubjectVerdict): boolean {
  return verdict === 'invalid' || verdict === 'no-baseline';
}

/** Of two builds only the worse side has a tolerance; of two contenders neither side is the worse one. */
function bandOf(
  name: MetricVerdict['name'],
  tolerance: number | null,
  isVersus: boolean,
): Mark['band'] {
  if (tolerance === null) return null;
  const [low, high] = isHigherBetter(name)
    ? [1 - tolerance, 1 / (1 - tolerance)]
    : [1 / (1 + tolerance), 1 + tolerance];
  if (isVersus) return [low, high];
  return isHigherBetter(name) ? [low, 1] : [1, high];
}

/** Which one is better: by the judge's word, which shares one error rate among all comparisons, where there is one. */
export function outcomeOf(
  metric: MetricVerdict,
  subject: SubjectVerdict,
  versus: Versus | undefined,
): Mark['favours'] {
  const pair = pairOf(metric, subject, versus);
  if (pair === undefined) return favoured(metric, subject);
  if (pair.outcome === 'same') return 'neither';
  if (pair.outcome !== 'better') return null;
  return pair.better === subject.names?.base ? 'base' : 'head';
}

/** What the judge says of the two by this metric; undefined where it compared them by nothing. */
export function pairOf(
  metric: MetricVerdict,
  subject: SubjectVerdict,
  versus: Versus | undefined,
): PairVerdict | undefined {
  return versus?.ranking
    .find((one) => one.scenario === subject.scenario && one.metric === metric.name)
    ?.pairs.find((one) => one.subject === subjectName(subject));
}

/**
 * Of contenders: the whole interval on one side of 1, and nothing in the way of believing it. Of two builds the word says
 * it, because what is within the tolerance is neither better nor worse there.
 */
export function favoured(metric: MetricVerdict, subject: SubjectVerdict): Arm | null {
  const { interval, name, comparison, verdict } = metric;
  if (subject.names === undefined) return BY_WORD[verdict] ?? null;
  if (interval === null || comparison === 'limit' || comparison === 'none') return null;
  if (isDoubted(metric, subject)) return null;
  const [low, high] = interval;
  if (low <= 0 && high >= 0) return null;
  const isMore = low > 0;
  return isMore === isHigherBetter(name) ? 'head' : 'base';
}

const BY_WORD: Partial<Record<VerdictWord, Arm>> = { regression: 'base', improvement: 'head' };

/** One of the two is better. */
export function isClear(favours: Mark['favours']): favours is Arm {
  return favours === 'base' || favours === 'head';
}

/** Of contenders: a reason that says no more than that the interval is wide. */
export function isMerelyWide({ code }: Pick<Finding, 'code'>): boolean {
  return code === 'interval-spans-tolerance' || code === 'stopped-undecided';
}

/** Whether there is more to it than a wide interval. */
export function isDoubtOfFigure(reason: Finding): boolean {
  return reason.severity === 'doubt' && !isMerelyWide(reason);
}

function isDoubted(metric: MetricVerdict, subject: SubjectVerdict): boolean {
  if (metric.verdict !== 'inconclusive') return isBroken(subject);
  if (metric.reasons.some(isDoubtOfFigure)) return true;
  // A doubt about the whole subject takes the reasons of its metrics away.
  return (
    metric.reasons.length === 0 &&
    subject.reasons.some((reason) => reason.subject === null && isDoubtOfFigure(reason))
  );
}

/** `0.57 [0.55, 0.59]`, `1.004 [0.995, 1.013]`, `12.3 [11.9, 12.8]`. */
export function ratioText({ ratio, interval }: Pick<Mark, 'ratio' | 'interval'>): string {
  const decimals = decimalsOf(interval === null ? [ratio] : [ratio, ...interval]);
  const text = (value: number) => (value > 1000 ? '>1,000' : formatNumber(value, decimals));
  return interval === null
    ? `${text(ratio)} (no interval)`
    : `${text(ratio)} [${text(interval[0])}, ${text(interval[1])}]`;
}

/** Close to 1 the third decimal is what differs; far away it is noise. */
function decimalsOf(values: readonly number[]): number {
  const most = Math.max(...values);
  if (values.every((value) => value > 0.9 && value < 1.1)) return 3;
  if (most < 10) return 2;
  return most < 100 ? 1 : 0;
}
