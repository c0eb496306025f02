/** The table's rows, whatever it is drawn with: subjects in order of bad news. */
import { subjectName } from '../config/experiment.ts';
import type { MetricVerdict, SubjectVerdict, Verdict, VerdictWord } from '../judge/verdict.ts';
import { commonScale, formatValues, type MetricUnit, NOTHING, type Scale } from './format.ts';
import { severity, VERDICT_ORDER } from './words.ts';

export interface Row {
  /** `server/scenario`, as it was written: still to be escaped. */
  subject: string;
  /** Null for a subject that has no figures at all. */
  metric: MetricVerdict | null;
  word: VerdictWord;
  /** The whole subject's. */
  subjectWord: VerdictWord;
  base: string;
  head: string;
  /** Needs a reader; the others may be folded away. */
  open: boolean;
}

/** Every row, the worst subject first; a subject's rows stay together, except for `open`. */
export function rowsOf(verdict: Verdict): Row[] {
  const scales = scalesOf(verdict.subjects);
  return worstFirst(verdict.subjects).flatMap((subject) => {
    const name = subjectName(subject);
    if (subject.metrics.length === 0) {
      const word = subject.verdict;
      return [{ ...NO_FIGURES, subject: name, word, subjectWord: word, open: isOpen(word, true) }];
    }
    return subject.metrics
      .map((metric) => metricRow(name, subject.verdict, metric, scales.get(metric.unit) ?? null))
      .sort((a, b) => gatingFirst(a, b) || rank(a.word) - rank(b.word));
  });
}

/** Subjects by verdict, then by how much they worsened, then as they came. */
export function worstFirst(subjects: readonly SubjectVerdict[]): SubjectVerdict[] {
  return subjects
    .map((subject) => ({ subject, worst: worstSeverity(subject) }))
    .sort((a, b) => rank(a.subject.verdict) - rank(b.subject.verdict) || b.worst - a.worst)
    .map(({ subject }) => subject);
}

/** The metrics that made the subject's verdict, as they came. */
export function decidingMetrics(subject: SubjectVerdict): MetricVerdict[] {
  const deciding = subject.metrics.filter(({ verdict }) => verdict === subject.verdict);
  const gating = deciding.filter((metric) => metric.gating);
  return gating.length > 0 ? gating : deciding;
}

const NO_FIGURES = { metric: null, base: NOTHING, head: NOTHING };

function metricRow(
  subject: string,
  subjectWord: VerdictWord,
  metric: MetricVerdict,
  scale: Scale | null,
): Row {
  // Figures of a broken measurement stand there to be looked at, not to be believed.
  const word = subjectWord === 'invalid' ? 'invalid' : metric.verdict;
  const values = formatValues(metric.unit, [metric.base, metric.head], scale);
  const [base = NOTHING, head = NOTHING] = values;
  return { subject, metric, word, subjectWord, base, head, open: isOpen(word, metric.gating) };
}

function gatingFirst(a: Row, b: Row): number {
  return Number(b.metric?.gating ?? true) - Number(a.metric?.gating ?? true);
}

function isOpen(word: VerdictWord, gating: boolean): boolean {
  if (gating) return word !== 'unchanged';
  return word === 'regression' || word === 'improvement';
}

function worstSeverity(subject: SubjectVerdict): number {
  const gating = subject.metrics.filter((metric) => metric.gating);
  return (gating.length > 0 ? gating : subject.metrics).reduce(
    (worst, metric) => Math.max(worst, severity(metric)),
    -Number.MAX_VALUE,
  );
}

/** One unit per metric over the whole report, where the values allow it. */
function scalesOf(subjects: readonly SubjectVerdict[]): Map<MetricUnit, Scale | null> {
  const values = new Map<MetricUnit, (number | null)[]>();
  for (const { unit, base, head } of subjects.flatMap(({ metrics }) => metrics)) {
    const known = values.get(unit) ?? [];
    known.push(base, head);
    values.set(unit, known);
  }
  return new Map([...values].map(([unit, all]) => [unit, commonScale(unit, all)]));
}

function rank(word: VerdictWord): number {
  return VERDICT_ORDER.indexOf(word);
}
