/** The table's rows, whatever it is drawn with: subjects in order of bad news. */

import { subjectName } from '../../config/experiment/experiment.ts';
import type { MetricName } from '../../config/experiment/metrics.ts';
import { notJudged } from '../../judge/conclusions/subject-word.ts';
import type { FindingCode } from '../../judge/findings/finding.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import type { MetricUnit } from '../../terms/metric-terms.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { VERDICT_ORDER } from '../../terms/verdict-word.ts';
import { NOTHING } from '../wording/format.ts';
import { byMetric, severity } from '../wording/metric-text.ts';
import { commonScale, digitsOf, formatValues, type Scale } from '../wording/values.ts';

export interface Row {
  /** `server/scenario`, as it was written: still to be escaped. */
  subject: string;
  /** Null for a subject that has no figures at all. */
  metric: MetricVerdict | null;
  /** Null for what is never judged. */
  word: VerdictWord | null;
  /** The whole subject's. */
  subjectWord: VerdictWord;
  base: string;
  head: string;
  /** Blocks of the subject. */
  measured: number;
  /** `open`: needs a reader. `quiet`: can fail the job and is unchanged. `shown`: cannot fail the job. */
  place: 'open' | 'quiet' | 'shown';
}

/**
 * Every row, the worst subject first. A subject's gating metrics come before those that are only shown:
 * the former by their verdicts, the latter in the order of the metrics.
 */
export function rowsOf(verdict: Verdict): Row[] {
  const scales = scalesOf(verdict.subjects);
  return worstFirst(verdict.subjects).flatMap((subject): Row[] => {
    const name = subjectName(subject);
    if (hasNoFigures(subject)) {
      const word = subject.verdict;
      const place = word === 'unchanged' ? 'quiet' : 'open';
      const { blocks: measured } = subject;
      return [{ ...NO_FIGURES, subject: name, word, subjectWord: word, place, measured }];
    }
    const rows = [...subject.metrics]
      .sort(byMetric)
      .map((metric) => metricRow(name, subject, metric, scales.get(scaleKey(metric)) ?? null));
    const gating = rows.filter(({ place }) => place !== 'shown');
    return [
      ...gating.sort((a, b) => rank(a.word) - rank(b.word)),
      ...rows.filter(({ place }) => place === 'shown'),
    ];
  });
}

/** Nothing was measured: a row of dashes for each metric would say the same word many times. */
function hasNoFigures({ verdict, metrics }: SubjectVerdict): boolean {
  const isBroken = verdict === 'invalid' || verdict === 'no-baseline';
  const isBlank = metrics.every(({ base, head }) => base === null && head === null);
  return metrics.length === 0 || (isBroken && isBlank);
}

/** Of each subject that has an open row, the worst of them; and all the others, in their order. */
export function leadRows(rows: readonly Row[]): { leads: Row[]; others: Row[] } {
  const worst = new Map<string, Row>();
  for (const row of rows) {
    const known = worst.get(row.subject);
    if (row.place === 'open' && (known === undefined || isWorse(row, known))) {
      worst.set(row.subject, row);
    }
  }
  const leads = new Set(worst.values());
  return { leads: [...leads], others: rows.filter((row) => !leads.has(row)) };
}

function isWorse(one: Row, other: Row): boolean {
  if (one.word !== other.word) return rank(one.word) < rank(other.word);
  if (one.metric === null || other.metric === null) return false;
  return severity(one.metric) > severity(other.metric);
}

/** Whether a table of these rows says more than the headline does. */
export function areWorthATable(rows: readonly Row[]): boolean {
  return rows.length > 1 || rows.some(({ metric }) => metric !== null);
}

/** Got better or worse, and cannot fail the job. */
export function isMarked({ place, word }: Row): boolean {
  return place === 'shown' && (word === 'regression' || word === 'improvement');
}

/** At most so many rows, in their order: what says most stays. */
export function mostTelling(rows: readonly Row[], most: number): Row[] {
  if (rows.length <= most) return [...rows];
  const tells = [
    (row: Row) => row.place === 'open',
    (row: Row) => row.place === 'quiet',
    isMarked,
    () => true,
  ];
  const weight = (row: Row) => tells.findIndex((says) => says(row));
  const kept = rows
    .map((row, index) => ({ row, index, weight: weight(row) }))
    .sort((a, b) => a.weight - b.weight || a.index - b.index)
    .slice(0, most);
  return kept.sort((a, b) => a.index - b.index).map(({ row }) => row);
}

/** Subjects by verdict, then by how much they worsened, then as they came. */
export function worstFirst(subjects: readonly SubjectVerdict[]): SubjectVerdict[] {
  return subjects
    .map((subject) => ({ subject, worst: worstSeverity(subject) }))
    .sort((a, b) => rank(a.subject.verdict) - rank(b.subject.verdict) || b.worst - a.worst)
    .map(({ subject }) => subject);
}

/** The metrics that made the subject's verdict, in the order of the metrics. */
export function decidingMetrics(subject: SubjectVerdict): MetricVerdict[] {
  const deciding = subject.metrics.filter(({ verdict }) => verdict === subject.verdict);
  // Where none was judged that can fail the job: those that should have been, and not those that never are.
  const inOrder = [deciding.filter(({ gating }) => gating), deciding.filter(isLeftOut), deciding];
  return (inOrder.find((metrics) => metrics.length > 0) ?? []).sort(byMetric);
}

const NO_FIGURES = { metric: null, base: NOTHING, head: NOTHING };

function metricRow(
  subject: string,
  { verdict: subjectWord, blocks: measured }: SubjectVerdict,
  metric: MetricVerdict,
  scale: Scale | null,
): Row {
  const word = wordOf(subjectWord, metric);
  const place = !metric.gating ? 'shown' : word === 'unchanged' ? 'quiet' : 'open';
  const { name, unit } = metric;
  const values = formatValues(unit, [metric.base, metric.head], scale, digitsOf(name, unit));
  const [base = NOTHING, head = NOTHING] = values;
  return { subject, metric, word, subjectWord, base, head, measured, place };
}

function wordOf(subjectWord: VerdictWord, metric: MetricVerdict): VerdictWord | null {
  // Figures of a broken measurement stand there to be looked at, not to be believed.
  if (subjectWord === 'invalid') return 'invalid';
  const isJudged = metric.gating || (metric.comparison !== 'none' && !isLeftOut(metric));
  return isJudged ? metric.verdict : null;
}

/** Left out of the verdict: nothing is said of it, whatever its figures are. */
export function isLeftOut(metric: MetricVerdict): boolean {
  return (
    notJudged(metric).length > 0 ||
    metric.reasons.some(({ code }) => NOT_THE_SERVERS.includes(code))
  );
}

/** Figures of the load generator or of a wait, which make no part of the verdict. */
const NOT_THE_SERVERS: readonly FindingCode[] = [
  'throughput-is-generators',
  'throughput-of-a-wait',
  'cpu-of-spare-time',
];

export function isTooNoisy({ reasons }: MetricVerdict): boolean {
  return reasons.some(({ code }) => code === 'too-noisy');
}

function worstSeverity(subject: SubjectVerdict): number {
  const gating = subject.metrics.filter((metric) => metric.gating);
  return (gating.length > 0 ? gating : subject.metrics).reduce(
    (worst, metric) => Math.max(worst, severity(metric)),
    -Number.MAX_VALUE,
  );
}

/**
 * One unit per metric over the whole report, where the values allow it. What grows has one per row: between
 * a leak and none there is no common one.
 */
function scalesOf(subjects: readonly SubjectVerdict[]): Map<string, Scale | null> {
  const values = new Map<string, { unit: MetricUnit; all: (number | null)[] }>();
  for (const metric of subjects.flatMap(({ metrics }) => metrics)) {
    const { comparison, unit, base, head } = metric;
    if (comparison === 'difference') continue;
    const known = values.get(scaleKey(metric)) ?? { unit, all: [] };
    known.all.push(base, head);
    values.set(scaleKey(metric), known);
  }
  return new Map([...values].map(([key, { unit, all }]) => [key, commonScale(unit, all)]));
}

function scaleKey({ name, unit }: { name: MetricName; unit: MetricUnit }): string {
  return `${name} ${unit}`;
}

function rank(word: VerdictWord | null): number {
  return word === null ? VERDICT_ORDER.length : VERDICT_ORDER.indexOf(word);
}

/** The unit stands once in a row, after head's figure, where both figures have the same. */
export function baseWithoutUnit({ base, head }: Pick<Row, 'base' | 'head'>): string {
  const unit = / \S+$/.exec(head)?.[0];
  return unit !== undefined && base.endsWith(unit) ? base.slice(0, -unit.length) : base;
}
