/** Pure. Progress as text: a few live lines for a terminal, or one plain line per event for a log. */
import type { GateEvent, MetricSoFar } from '../../measure/told/events.ts';
import { VERDICT_ORDER, type VerdictWord } from '../../terms/verdict-word.ts';
import { fittedText } from '../findings/health-findings.ts';
import { oneLine, plainName } from '../markup/escape.ts';
import { clipToWidth, displayWidth, padToWidth, wrapWords } from '../screen/width.ts';
import { changeAndInterval, heldToLabel } from '../wording/changes.ts';
import { formatClock, formatDuration, formatVisible, plural } from '../wording/format.ts';
import { looksText } from '../wording/looks-text.ts';
import { canBeTold, metricLabel } from '../wording/metric-text.ts';
import { formatRate, formatValueBeside } from '../wording/values.ts';
import { VERDICT_LABEL } from '../wording/verdict-labels.ts';
import { buildName } from './build-log.ts';
import { leftAtMostMs, type ProgressState, type SubjectProgress } from './progress-state.ts';

const BAR_COLUMNS = 20;
const LABEL_COLUMNS = 16;

/** Live lines: what runs, what is known so far, time used and left. None once finished. */
export function renderProgress(state: ProgressState, width = 80): string[] {
  const { now, subjects, buildLine } = state;
  if (now.kind === 'finished') return [];
  const current = now.kind === 'measuring' ? subjects.get(now.subject) : undefined;
  const stage = now.kind === 'stage' ? now.text : '';
  const lines = [
    ...(current === undefined ? stageLines(stage, buildLine, width) : subjectLines(current)),
    timeLine(state),
    ...doneLine(state),
  ];
  return lines.map((line) => clipToWidth(line, width));
}

/** One line for a log, or null for events that would only fill it. */
export function eventLine(event: GateEvent): string | null {
  switch (event.type) {
    case 'started':
      return `${plural(event.subjects.length, 'subject')}, at most ${formatDuration(event.budgetMs)} of measuring each`;
    case 'note':
      return oneLine(event.message);
    case 'building':
      return `building ${buildName(event)}`;
    case 'built':
      return `${event.ok ? 'built' : 'build failed:'} ${buildName(event)}`;
    case 'pilot-started':
      return `${plainName(event.subject)}: pilot run`;
    case 'fitted':
      return `${plainName(event.subject)}: ${fittedText(event.fitted, { ...event.names, form: event.form })}`;
    case 'pilot-done':
      return `${plainName(event.subject)}: ${ratesText(event)}`;
    case 'planned':
      return `${plainName(event.subject)}: at most ${plural(event.looks.at(-1) ?? 0, 'block')} of about ${formatDuration(event.blockMs)}, judged ${looksText(event.looks)}${visibleLabel(event)}`;
    case 'look': {
      const known = told(event.metrics).map(
        (metric) =>
          `${metricLabel(metric)} ${soFarText(metric)}${event.isVersus ? '' : ` ${VERDICT_LABEL[metric.verdict]}`}`,
      );
      return `${plainName(event.subject)}: after ${plural(event.blocks, 'block')}: ${known.join('; ') || 'nothing to compare yet'}`;
    }
    case 'resolved': {
      const reason = event.reason === null ? '' : `: ${oneLine(event.reason)}`;
      return `${plainName(event.subject)}: ${event.isVersus ? versusLabel(event.verdict) : VERDICT_LABEL[event.verdict]} after ${plural(event.blocks, 'block')}${reason}`;
    }
    case 'warning':
      return `warning: ${event.subject === null ? '' : `${plainName(event.subject)}: `}${oneLine(event.message)}`;
    case 'finished':
      return event.isVersus ? 'finished' : `finished: ${VERDICT_LABEL[event.verdict]}`;
    case 'build-line':
    case 'pilot-step':
    case 'block-started':
    case 'block-done':
    case 'printed':
    case 'tick':
      return null;
  }
}

/** For a log in which nothing was said for a while: what is being done, and for how long. Null once finished. */
export function stillLine(state: ProgressState, silentMs: number): string | null {
  const { now, block, subjects } = state;
  if (now.kind === 'finished') return null;
  const time = formatDuration(1000 * Math.round(silentMs / 1000));
  const subject = block?.subject ?? (now.kind === 'measuring' ? now.subject : null);
  const known = subject === null ? undefined : subjects.get(subject);
  if (known !== undefined) return blockText(known);
  return now.kind === 'stage' ? `still: ${oneLine(now.text, 200)} (${time} without a word)` : null;
}

function blockText({ subject, looks, blocksDone }: SubjectProgress): string {
  const last = looks.at(-1);
  const block = Math.min(blocksDone + 1, last ?? Infinity);
  return `${plainName(subject)}: block ${block}${last === undefined ? '' : ` of at most ${last}`}`;
}

function visibleLabel({
  visible,
  isVersus = false,
}: Pick<Extract<GateEvent, { type: 'planned' }>, 'visible' | 'isVersus'>): string {
  if (visible === null) return '';
  const size = formatVisible(visible);
  return isVersus
    ? `; a difference of ${size} in throughput would show in 80% of such runs`
    : `; a drop in throughput of ${size} would be red in 80% of such runs`;
}

function stageLines(stage: string, buildLine: string, width: number): string[] {
  const line = oneLine(buildLine, 200);
  return [...wrapWords(oneLine(stage, 200), width), ...(line === '' ? [] : [`  ${line}`])];
}

function subjectLines({ subject, looks, blocksDone, soFar }: SubjectProgress): string[] {
  const last = looks.at(-1);
  const next = looks.find((look) => look > blocksDone);
  const parts = [
    `${plainName(subject)}  block ${Math.min(blocksDone + 1, last ?? Infinity)}${last === undefined ? '' : ` of at most ${last}`}`,
    ...(next === undefined ? [] : [`next look after ${next}`]),
  ];
  const known = told(soFar).map((metric) => ({ metric, label: metricLabel(metric) }));
  const labelColumns = known.reduce(
    (most, { label }) => Math.max(most, displayWidth(label)),
    LABEL_COLUMNS,
  );
  return [
    parts.join(', '),
    ...known.map(
      ({ metric, label }) => `  ${padToWidth(label, labelColumns)} ${soFarText(metric)}`,
    ),
  ];
}

function timeLine(state: ProgressState): string {
  const { nowMs, startedMs, measuringSinceMs } = state;
  const leftMs = leftAtMostMs(state);
  if (leftMs === null) return `${formatClock(nowMs - startedMs)} used`;
  // How long a build takes is not known: the bar is for what is planned.
  if (measuringSinceMs === null) {
    return `${formatClock(nowMs - startedMs)} so far; then at most ${formatClock(leftMs)} of measuring`;
  }
  const usedMs = Math.max(0, nowMs - measuringSinceMs);
  const running = state.block === null ? 0 : nowMs - state.block.startedMs;
  const left = Math.max(0, leftMs - running);
  return `${bar(usedMs, left)}  ${formatClock(usedMs)} used, at most ${formatClock(left)} left`;
}

/** "2 of 3 subjects done: 1 regression, 1 unchanged"; nothing for a single subject. */
function doneLine({ subjects, isVersus }: ProgressState): string[] {
  const done = [...subjects.values()].flatMap(({ verdict }) => (verdict === null ? [] : [verdict]));
  if (subjects.size < 2 || done.length === 0) return [];
  const said = `${done.length} of ${plural(subjects.size, 'subject')} done`;
  if (isVersus) return [said];
  const counts = VERDICT_ORDER.map(
    (word) => [word, done.filter((verdict) => verdict === word).length] as const,
  ).flatMap(([word, count]) => (count > 0 ? [`${count} ${VERDICT_LABEL[word]}`] : []));
  return [`${said}: ${counts.join(', ')}`];
}

function bar(usedMs: number, leftMs: number): string {
  const share = usedMs + leftMs > 0 ? usedMs / (usedMs + leftMs) : 0;
  const full = Math.floor(share * BAR_COLUMNS);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_COLUMNS - full)}`;
}

/** What can fail the job, as far as it is known: the rest is for the report. */
function told<Metric extends MetricSoFar>(metrics: readonly Metric[]): Metric[] {
  return metrics.filter((metric) => metric.gating && canBeTold(metric));
}

function soFarText(metric: MetricSoFar): string {
  const { comparison, unit, head, limit } = metric;
  if (comparison !== 'limit' || head === null) return changeAndInterval(metric);
  const held = heldToLabel({ ...metric, tolerance: null });
  return `${formatValueBeside(unit, head, limit)}${held === null ? '' : ` (${held})`}`;
}

function ratesText({ rates, work }: Extract<GateEvent, { type: 'pilot-done' }>): string {
  const known = Object.entries(rates).map(
    ([name, rate]) => `${plainName(name)} about ${formatRate(rate, work)}`,
  );
  return known.join(', ') || 'pilot run done';
}

/** Who came out better is for the report. */
function versusLabel(verdict: VerdictWord): string {
  return verdict === 'invalid' || verdict === 'no-baseline' ? 'not compared' : 'done';
}
