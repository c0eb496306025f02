/** How sure a verdict is, how large a change, what could have been seen, and what would decide the rest. */
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { Finding, FindingCode } from '../../judge/findings/finding.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { settingName } from '../cures/cure-settings.ts';
import type { Phrase } from '../markup/phrase.ts';
import { decidingMetrics } from '../tables/rows.ts';
import { changeText, isWorthProposing, toleranceText, visibleText } from '../wording/changes.ts';
import {
  formatDuration,
  formatRoughDuration,
  formatSetting,
  formatSize,
  plural,
} from '../wording/format.ts';
import { byMetric, metricLabel, worsening } from '../wording/metric-text.ts';
import { formatQuantity, formatValue, formatValueBeside } from '../wording/values.ts';
import { joinList } from '../wording/verdict-labels.ts';

/** One sentence, or nothing. Of the subject's blocks, the number that every report gives; or of the runs that are the samples. */
export function howSure(
  metric: MetricVerdict,
  { blocks: measured, past }: Pick<SubjectVerdict, 'blocks' | 'past'>,
): string {
  const { comparison, interval, blocks, runs, base, head, limit, unit } = metric;
  const counted = blocksText(blocks, measured);
  if (comparison === 'limit') {
    if (head === null || limit === null) return '';
    // What is over its limit is a regression only where base has less of it.
    const beside =
      base === null ? '' : ` and ${formatValue(unit, base)} in base, more than chance explains`;
    return `How sure: over ${counted}, ${metricLabel(metric)} is ${formatValueBeside(unit, head, limit)} in head${beside}; the limit is ${formatQuantity(unit, limit)}.`;
  }
  if (interval === null) return '';
  const [low, high] = interval;
  const clear = low > 0 || high < 0 ? ', clear of zero' : '';
  const range = interval.map((change) => changeText({ ...metric, change })).join(' to ');
  const samples =
    past === undefined ? `over ${counted}` : `against ${plural(runs ?? past.runs, 'earlier run')}`;
  return `How sure: the 95% interval of ${metricLabel(metric)} ${samples} is ${range}${clear}.`;
}

/** "10 blocks", or "7 of 10 blocks" where a word stands on the first of them. */
function blocksText(blocks: number, measured: number): string {
  return blocks < measured ? `${blocks} of ${plural(measured, 'block')}` : plural(blocks, 'block');
}

/**
 * "looks slower, by 2.1% to 10.4% (throughput): whether by more than 5% is open"; "is" would be more than was shown, as intervals of
 * unchanged code lie beside zero now and then. Null where the interval holds a change for the better too, or lies on one side of
 * the tolerance, or where something else than noise stands in the way: a disturbed machine's figures are not told as a finding.
 */
export function openOnTheBadSide(metric: MetricVerdict, subject: SubjectVerdict): string | null {
  if (!isOpenForNoise(metric) || !isOpenForNoise(subject)) return null;
  const { name, comparison, gating, interval, tolerance, verdict } = metric;
  if (!gating || verdict !== 'inconclusive' || comparison !== 'ratio') return null;
  if (interval === null || tolerance === null) return null;
  const ends = interval.map((end) => worsening(name, end)).sort((a, b) => a - b);
  const [least = 0, most = 0] = ends;
  if (least <= 0 || least >= tolerance || most <= tolerance) return null;
  const word = SLOWER.has(name) ? 'slower' : 'worse';
  const sizes = ends.map((size) => formatSize(size)).join(' to ');
  return `looks ${word}, by ${sizes} (${metricLabel(metric)}): whether by more than ${toleranceText(metric, tolerance)} is open`;
}

const SLOWER: ReadonlySet<MetricName> = new Set([
  ...(['throughput', 'p50', 'p90', 'p99'] as const),
  ...(['connect-p50', 'connect-p99'] as const),
]);

/** One sentence; nothing for what has no tolerance. */
export function howLarge(metric: MetricVerdict): string {
  const { comparison, change, interval, tolerance, verdict } = metric;
  if (comparison === 'limit' || tolerance === null || change === null) return '';
  const limit = `the tolerance of ${toleranceText(metric, tolerance)}`;
  const size = Math.abs(change);
  if (size < tolerance) {
    return verdict === 'regression'
      ? `How large: less than ${limit}, but at least half of it, which is enough for red.`
      : `How large: real, but smaller than ${limit}.`;
  }
  const nearEnd = interval === null ? 0 : Math.min(...interval.map(Math.abs));
  if (nearEnd < tolerance) return `How large: probably more than ${limit}.`;
  return `How large: more than ${limit}.`;
}

const MOST_METRICS = 6;

/** Per gating metric the smallest worsening that would have been seen in every one of `subjects`. */
export function couldHaveSeen(subjects: readonly SubjectVerdict[]): Phrase {
  const sizes = new Map<MetricName, MetricVerdict & { mde: number }>();
  for (const metric of subjects.flatMap(({ metrics }) => metrics)) {
    const { name, gating, comparison, mde } = metric;
    if (!gating || comparison === 'limit' || mde === null) continue;
    if (mde > (sizes.get(name)?.mde ?? Number.NEGATIVE_INFINITY))
      sizes.set(name, { ...metric, mde });
  }
  const parts = [...sizes.values()]
    .sort(byMetric)
    .map((metric) => `${metricLabel(metric)} ${visibleText(metric)}`);
  if (parts.length === 0) return [];
  const more = parts.length > MOST_METRICS ? ['more in the table'] : [];
  const list = joinList([...parts.slice(0, MOST_METRICS), ...more]);
  return [`A worsening of this size would be red in 80% of such runs: ${list}.`];
}

/** The time, the budget or the tolerances with which the same data would probably have been decided. */
export function whatWouldDecide(
  subjects: readonly SubjectVerdict[],
  { budgetMs }: Verdict,
): Phrase {
  const deciding = subjects.flatMap(decidingMetrics);
  // What is said here is of all of them.
  if (subjects.some(isUnfit)) return [SEE_REASONS];
  const budgetsMs = subjects.flatMap((one) => one.budgetNeededMs ?? []);
  const budgetNeededMs = Math.max(0, ...budgetsMs);
  const which =
    budgetsMs.length < subjects.length
      ? `, for ${budgetsMs.length} of these ${plural(subjects.length, 'subject')}`
      : '';
  const isLongEnough = budgetNeededMs <= budgetMs;
  if (isLongEnough && deciding.some(isStopped))
    return [`What would decide it: ${moreTime(subjects)}.`];
  // Something else than noise: neither time nor a tolerance takes it away, and its reason says what would.
  if (!deciding.every(isOpenForNoise)) return [SEE_REASONS];
  const options = [
    isLongEnough
      ? ''
      : `a budget of about ${formatRoughDuration(budgetNeededMs)} per subject (now ${formatDuration(budgetMs)})${which}`,
    tolerancesText(subjects),
  ].filter((option) => option !== '');
  if (options.length > 0) return [`What would decide it: ${options.join(', or ')}.`];
  // Figures that lie within the tolerance: something else stands in the way, and its reason says what.
  if (deciding.length > 0 && deciding.every(isWithinTolerance)) {
    return [SEE_REASONS];
  }
  return ['What would decide it: a quieter runner, or a heavier scenario.'];
}

function isStopped({ reasons }: MetricVerdict): boolean {
  return reasons.some(({ code }) => code === 'stopped-undecided');
}

function moreTime(subjects: readonly SubjectVerdict[]): string {
  const isByLimit = subjects.some(({ warnings }) =>
    warnings.some(({ code }) => code === 'stopped-by-job-budget'),
  );
  const form = subjects[0]?.form;
  const time = areBlocksSlow(subjects)
    ? `a larger ${settingName('budget', form)}`
    : isByLimit
      ? `a larger ${settingName('jobBudget', form)}, or a smaller ${settingName('budget', form)} for each subject`
      : 'more time';
  return `${time}, as it ended before its last block`;
}

/** Nothing else has stopped them. */
function areBlocksSlow(subjects: readonly SubjectVerdict[]): boolean {
  const stops = subjects
    .flatMap(decidingMetrics)
    .flatMap(({ reasons }) =>
      reasons.flatMap((one) => (one.code === 'stopped-undecided' ? [one.data.stoppedBy] : [])),
    );
  return stops.length > 0 && stops.every((by) => by === 'slow-blocks');
}

/** With less noise it would have been decided; of two states, with a tolerance beyond both. */
const OF_NOISE: readonly FindingCode[] = [
  'interval-spans-tolerance',
  'too-noisy',
  'noise-of-head',
  'states-disagree',
  'over-limit-not-worse',
  'stopped-undecided',
];

function isOpenForNoise({ reasons }: Pick<SubjectVerdict, 'reasons'>): boolean {
  return reasons.every((one) => OF_NOISE.includes(one.code) && !isOverAnyway(one));
}

/** What is over its limit as base is, or in few blocks, is so in more blocks too. */
function isOverAnyway(reason: Finding): boolean {
  if (reason.code !== 'over-limit-not-worse') return false;
  return reason.data.why === 'both' || reason.data.why === 'moments';
}

const SEE_REASONS = 'The reasons below say what stands in the way.';

/** Its metrics were not looked at: the reason is the subject's own, and no budget or tolerance mends it. */
function isUnfit(subject: SubjectVerdict): boolean {
  return (
    subject.reasons.length > 0 &&
    decidingMetrics(subject).every(({ reasons }) => reasons.length === 0)
  );
}

/**
 * "a tolerance of about 7% for throughput and 30% for p99 latency"; nothing when no tolerance that anyone
 * would want decides them all. Only what is compared by ratio is decided by a percentage.
 */
function tolerancesText(subjects: readonly SubjectVerdict[]): string {
  const needed = new Map<string, number>();
  for (const subject of subjects) {
    for (const metric of decidingMetrics(subject)) {
      const end = keptBy(metric) ?? worseEnd(metric);
      if (metric.comparison !== 'ratio' || end === null) return '';
      const worse = Math.max(end, worseState(metric, subject));
      const tolerance = Math.ceil(worse * 100) / 100;
      if (!isWorthProposing(tolerance, metric.tolerance)) return '';
      if (metric.tolerance !== null && worse <= metric.tolerance) continue;
      const label = metricLabel(metric);
      needed.set(label, Math.max(needed.get(label) ?? 0, tolerance));
    }
  }
  if (needed.size === 0) return '';
  const parts = [...needed].map(([label, tolerance]) => `${formatSetting(tolerance)} for ${label}`);
  return `a tolerance of about ${joinList(parts)}`;
}

/** The tolerance that the metric's own reason names. */
function keptBy({ reasons }: MetricVerdict): number | null {
  for (const reason of reasons) if (reason.code === 'too-noisy') return reason.data.keeps;
  return null;
}

/** Where blocks fall into two groups, neither may be worse by the tolerance: the change of the worse one, positive when it is worse than base. */
function worseState({ name }: MetricVerdict, { modes }: SubjectVerdict): number {
  const changes = modes.flatMap(({ metric, groups }) =>
    metric === name ? groups.map(({ change }) => worsening(name, change)) : [],
  );
  return Math.max(0, ...changes);
}

function isWithinTolerance(metric: MetricVerdict): boolean {
  const worse = worseEnd(metric);
  return worse !== null && metric.tolerance !== null && worse <= metric.tolerance;
}

/** The worse end of the interval, positive when it is worse than base. */
function worseEnd({ name, comparison, interval }: MetricVerdict): number | null {
  if (interval === null || comparison === 'limit') return null;
  return Math.max(...interval.map((bound) => worsening(name, bound)));
}
