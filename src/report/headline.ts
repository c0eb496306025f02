/** What happened, how sure that is, and what to do now: the top of every report. */
import { subjectName } from '../config/experiment.ts';
import type { MetricVerdict, SubjectVerdict, Verdict, VerdictWord } from '../judge/verdict.ts';
import { splitMessage } from './escape.ts';
import {
  formatChange,
  formatDuration,
  formatRoughDuration,
  formatSetting,
  formatSize,
  plural,
} from './format.ts';
import type { Phrase } from './phrase.ts';
import { decidingMetrics, worstFirst } from './rows.ts';
import {
  changeInWords,
  listInWords,
  metricLabel,
  VERDICT_COUNTED,
  VERDICT_ORDER,
  worsening,
} from './words.ts';

export interface Headline {
  word: VerdictWord;
  /** One sentence: the verdict. */
  title: Phrase;
  /** How sure, and how large: never the same thing. Empty when there is nothing to add. */
  detail: Phrase;
  /** What to do now. */
  action: Phrase;
}

export function headline(verdict: Verdict): Headline {
  const concerned = worstFirst(verdict.subjects).filter((one) => one.verdict === verdict.verdict);
  return { word: verdict.verdict, ...HEADLINES[verdict.verdict](concerned, verdict) };
}

/** "12 subjects: 3 regressed, 1 inconclusive, 8 unchanged"; null for a single subject. */
export function countsLine({ subjects }: Verdict): string | null {
  if (subjects.length < 2) return null;
  const counts = VERDICT_ORDER.map((word) => ({
    word,
    count: subjects.filter(({ verdict }) => verdict === word).length,
  })).filter(({ count }) => count > 0);
  const parts = counts.map(({ word, count }) => `${count} ${VERDICT_COUNTED[word]}`);
  return `${plural(subjects.length, 'subject')}: ${parts.join(', ')}.`;
}

/** The message that the title already quotes in full, so that nobody need repeat it; else null. */
export function quotedReason(verdict: Verdict): string | null {
  if (verdict.verdict !== 'invalid' && verdict.verdict !== 'no-baseline') return null;
  const worst = worstFirst(verdict.subjects).find((one) => one.verdict === verdict.verdict);
  const reason = worst === undefined ? null : subjectReason(worst);
  return reason !== null && splitMessage(reason).rest === '' ? reason : null;
}

type Sentences = Omit<Headline, 'word'>;

const HEADLINES: Record<VerdictWord, (concerned: SubjectVerdict[], all: Verdict) => Sentences> = {
  regression: (concerned, all) => ({
    title: changed('Regression', 'Worst', concerned, all),
    detail: sureAndLarge(concerned[0]),
    action: ['Do not merge before it is fixed, or accepted on purpose.'],
  }),
  improvement: (concerned, all) => ({
    title: changed('Improvement', 'Among them', concerned, all),
    detail: sureAndLarge(concerned[0]),
    action: ['No action needed.'],
  }),
  unchanged: (concerned, all) => ({
    title: [
      'No action needed: ',
      ...which(concerned, all),
      concerned.length === 1 ? ' is' : ' are',
      ' shown to be within tolerance.',
    ],
    detail: couldHaveSeen(concerned),
    action: [],
  }),
  inconclusive: (concerned, all) => ({
    title: [
      'Could not tell: ',
      ...which(concerned, all),
      concerned.length === 1 ? ' is' : ' are',
      ' neither shown to be slower nor shown to be within tolerance',
      ...undecided(concerned),
    ],
    detail: ['This is not a pass.'],
    action: whatWouldDecide(concerned, all),
  }),
  invalid: (concerned, all) => ({
    title: ['The measurement is broken: ', ...which(concerned, all), ...why(concerned)],
    detail: ['This says nothing about the speed of the code.'],
    action: ['Mend the cause, then run again.'],
  }),
  'no-baseline': (concerned, all) => ({
    title: [
      'Nothing to compare with: ',
      ...which(concerned, all),
      concerned.length === 1 ? ' has' : ' have',
      ' no baseline',
      ...why(concerned),
    ],
    detail: ['Nothing was compared, so this is not a pass.'],
    action: [WITHOUT_BASELINE[all.design]],
  }),
};

/** What to do where nothing was compared. */
const WITHOUT_BASELINE: Record<Verdict['design'], string> = {
  pairs:
    'Nothing to do if the server or the scenario is new, or if this change mends it: the next change has a baseline.',
  stored:
    'Keep a new measurement of base on this kind of machine, or compare with base in live pairs.',
  alone: 'Nothing to do: this run measured head alone.',
};

/** "`api/plaintext`", "all 12 subjects", "3 of 12 subjects". */
function which(concerned: SubjectVerdict[], { subjects }: Verdict): Phrase {
  const [only] = concerned;
  if (only !== undefined && concerned.length === 1) return [{ name: subjectName(only) }];
  if (concerned.length === subjects.length) return [`all ${plural(concerned.length, 'subject')}`];
  return [`${concerned.length} of ${plural(subjects.length, 'subject')}`];
}

function changed(
  word: string,
  introduction: string,
  concerned: SubjectVerdict[],
  all: Verdict,
): Phrase {
  const [worst] = concerned;
  if (worst === undefined) return [`${word}.`];
  const name = { name: subjectName(worst) };
  const changes = decidingMetrics(worst).filter(hasChange).map(changeInWords);
  const did = changes.length === 0 ? word.toLowerCase() : listInWords(changes);
  if (concerned.length === 1) return [`${word}: `, name, ` ${did}.`];
  return [`${word} in `, ...which(concerned, all), `. ${introduction}: `, name, ` ${did}.`];
}

/** Significant and large are two things: "Sure: …" from the interval, "Small: …" from the tolerance. */
function sureAndLarge(subject: SubjectVerdict | undefined): Phrase {
  const metric = subject && decidingMetrics(subject).find(hasChange);
  if (subject === undefined || metric === undefined) return [];
  return [`${howSure(metric)}${howLarge(metric)}`];
}

function howSure(metric: MetricVerdict): string {
  const { interval, blocks } = metric;
  if (interval === null) return '';
  const [low, high] = interval;
  const clear = low > 0 || high < 0 ? ', clear of zero' : '';
  const over = `over ${plural(blocks, 'block')}`;
  const range = `${formatChange(low)} to ${formatChange(high)}`;
  return `How sure: the 95% interval of ${metricLabel(metric)} ${over} is ${range}${clear}. `;
}

function howLarge({ change, interval, tolerance }: MetricVerdict & { change: number }): string {
  const limit = `the tolerance of ${formatSetting(tolerance)}`;
  const size = Math.abs(change);
  if (size < tolerance) return `How large: real, but smaller than ${limit}.`;
  const nearEnd = interval === null ? 0 : Math.min(...interval.map(Math.abs));
  if (nearEnd < tolerance) return `How large: probably more than ${limit}.`;
  return `How large: more than ${limit}.`;
}

function couldHaveSeen(subjects: SubjectVerdict[]): Phrase {
  const sizes = subjects
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ gating, mde }) => (gating && mde !== null ? [mde] : []));
  if (sizes.length === 0) return [];
  const largest = sizes.reduce((a, b) => Math.max(a, b));
  return [`This run would have shown a slowdown of ${formatSize(largest)} four times out of five.`];
}

/** " (throughput and memory)." for a single subject. */
function undecided(concerned: SubjectVerdict[]): Phrase {
  const [only] = concerned;
  const metrics = only === undefined || concerned.length > 1 ? [] : decidingMetrics(only);
  if (metrics.length === 0) return ['.'];
  return [` (${listInWords(metrics.map(metricLabel))}).`];
}

/** The budget or the tolerance with which the same data would probably have been decided. */
function whatWouldDecide(subjects: SubjectVerdict[], { budgetMs }: Verdict): Phrase {
  const budgetNeededMs = subjects.reduce((max, one) => Math.max(max, one.budgetNeededMs ?? 0), 0);
  const tolerance = subjects
    .flatMap(decidingMetrics)
    .reduce((max, metric) => Math.max(max, toleranceNeeded(metric)), 0);
  const options = [
    budgetNeededMs > budgetMs
      ? `a budget of about ${formatRoughDuration(budgetNeededMs)} per subject (now ${formatDuration(budgetMs)})`
      : '',
    tolerance > 0 && tolerance < 0.5 ? `a tolerance of about ${formatSetting(tolerance)}` : '',
  ].filter((option) => option !== '');
  if (options.length > 0) return [`What would decide it: ${options.join(', or ')}.`];
  // Figures that lie within the tolerance: something else stands in the way, and its reason says what.
  const deciding = subjects.flatMap(decidingMetrics);
  if (deciding.length > 0 && deciding.every(isWithinTolerance)) {
    return ['The reasons below say what stands in the way.'];
  }
  return ['What would decide it: a quieter runner, or a heavier scenario.'];
}

/** The worse end of the interval, rounded up to a whole percent; 0 when it is within tolerance. */
function toleranceNeeded({ name, interval, tolerance }: MetricVerdict): number {
  if (interval === null) return 0;
  const worse = Math.max(...interval.map((bound) => worsening(name, bound)));
  return worse > tolerance ? Math.ceil(worse * 100) / 100 : 0;
}

function isWithinTolerance(metric: MetricVerdict): boolean {
  return metric.interval !== null && toleranceNeeded(metric) === 0;
}

/** ": the first line of the reason", and one full stop. */
function why(concerned: SubjectVerdict[]): Phrase {
  const [worst] = concerned;
  const reason = worst && subjectReason(worst);
  if (worst === undefined || !reason) return ['.'];
  const { first, rest } = splitMessage(reason);
  // "It ended with code 1. Its last lines:" introduces what only the notes show.
  const shown = rest === '' ? first : first.replace(/(?<=[.;])[^.;]*:\s*$/, '');
  const sentence = shown.replace(/[.:;\s]+$/, '');
  const example = concerned.length === 1 ? [] : [', first ', { name: subjectName(worst) }];
  return [...example, ': ', { quote: sentence }, '.'];
}

/** The subject's reason, or else that of the first metric that has one. */
function subjectReason({ reason, metrics }: SubjectVerdict): string | null {
  return reason ?? metrics.find((metric) => metric.reason !== null)?.reason ?? null;
}

function hasChange(metric: MetricVerdict): metric is MetricVerdict & { change: number } {
  return metric.change !== null;
}
