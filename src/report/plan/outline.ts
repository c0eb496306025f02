/** What a run would do, as text for the terminal. */

import type { Form } from '../../config/settings/spelling.ts';
import type { Reach } from '../../judge/power/reach.ts';
import type { Outline, SubjectOutline } from '../../plan/dry-run.ts';
import type { Cores } from '../../terms/core-sets.ts';
import { shortBudgetText } from '../notices/short-budget.ts';
import { cpusText, serversText } from '../wording/cpus.ts';
import { formatDuration, formatRoughDuration, formatSetting, plural } from '../wording/format.ts';
import { looksText } from '../wording/looks-text.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { formatQuantity } from '../wording/values.ts';
import { beyondReachText, needsText } from './reach.ts';

export interface OutlineText {
  /** Where the arms come from, in words. */
  base: string;
  head: string;
  /** What the tolerances need; none where nothing is compared block by block. */
  reach: readonly Reach[];
  /** How settings are written; absent: as keys of a config file. */
  form?: Form;
  /** What stands in the way, or is worth knowing; none when there is nothing. */
  notes: readonly string[];
}

export function renderOutline(
  outline: Outline,
  { base, head, reach, form, notes }: OutlineText,
): string {
  const { subjects } = outline;
  return [
    `base: ${base}`,
    `head: ${head}`,
    `cores: ${coresText(outline.cores)}`,
    '',
    ...subjects.flatMap((subject) => [...subjectLines(subject), ...needsLines(subject, reach), '']),
    subjects.every(isAlone)
      ? `${plural(subjects.length, 'subject')}, builds not counted: about ${formatRoughDuration(outline.longestMs)}.`
      : `${durationText(outline)}, mostly about ${formatRoughDuration(outline.usualMs)} when nothing has changed.`,
    gatesText(outline),
    ...[...notes, ...shortNotes(outline), ...reachNotes(outline, reach, form)].map(
      (note) => `! ${note}`,
    ),
    '',
  ].join('\n');
}

/** What this machine lacks the cores for fails nothing here, and has its share of the rate all the same. */
function gatesText({ subjects, hypotheses, claimed, falseAlarmRate }: Outline): string {
  const here = subjects.reduce((sum, { gates }) => sum + gates.length, 0);
  if (here === 0) return 'No metric can fail the job; errors always can.';
  const claims = claimed === 0 ? '' : ` with ${plural(claimed, 'claim')}`;
  const rate = `share a false-alarm rate of ${formatSetting(falseAlarmRate)}${claims}`;
  return here === hypotheses
    ? `${plural(here, 'comparison')} can fail the job and ${rate}.`
    : `${plural(here, 'comparison')} can fail the job; ${hypotheses}, with those that cannot be measured here, ${rate}.`;
}

/** Head has nothing that it could be compared with. */
function isAlone({ looks }: SubjectOutline): boolean {
  return looks?.length === 0;
}

function needsLines({ name }: SubjectOutline, reach: readonly Reach[]): string[] {
  const own = reach.filter(({ subject }) => subject === name);
  return own.map((one, i) => `  ${i === 0 ? 'needs:  ' : '        '} ${needsText(one)}`);
}

/** In the words in which the run itself will say it. */
function shortNotes({ subjects, jobBudgetMs }: Outline): string[] {
  return subjects.flatMap(({ name, short }) =>
    short === null ? [] : [`${name}: ${shortBudgetText(short, jobBudgetMs)}`],
  );
}

function reachNotes(
  { subjects }: Outline,
  reach: readonly Reach[],
  form: Form | undefined,
): string[] {
  return subjects.flatMap(({ name, work }) =>
    reach
      .filter(({ subject }) => subject === name)
      .flatMap((one) => beyondReachText(one, work, form) ?? []),
  );
}

/** The same of a versus. `claims`: as they were written. */
export function renderVersusOutline(
  outline: Outline,
  {
    contenders,
    claims,
    notes,
  }: { contenders: readonly string[]; claims: readonly string[] } & Pick<OutlineText, 'notes'>,
): string {
  return [
    `contenders: ${contenders.join(', ')}`,
    `cores: ${coresText(outline.cores)}`,
    '',
    // What is a regression of a change is a difference here: nothing but a claim can fail the job.
    ...outline.subjects.flatMap((subject) => [...subjectLines(subject).slice(0, -1), '']),
    `${durationText(outline)}.`,
    claims.length === 0
      ? 'No claim is made, so nothing but a server that cannot be measured fails the job.'
      : `${plural(claims.length, 'claim')}:`,
    ...claims.map((claim) => `  ${claim}`),
    ...[...notes, ...shortNotes(outline)].map((note) => `! ${note}`),
    '',
  ].join('\n');
}

function durationText({ subjects, longestMs, jobBudgetMs }: Outline): string {
  const limit =
    jobBudgetMs === null ? '' : `, ${formatDuration(jobBudgetMs)} of it measuring (\`job-budget\`)`;
  return `${plural(subjects.length, 'subject')}, builds not counted: at most about ${formatRoughDuration(longestMs)}${limit}`;
}

/** Of a run that has met its subjects, in one line. */
export function planText(
  plans: readonly { looks: readonly number[]; blockMs: number }[],
  jobBudgetMs: number | null,
): string {
  if (plans.length === 0) return 'Plan: nothing to measure';
  const wholeMs = plans.reduce((sum, { looks, blockMs }) => sum + (looks.at(-1) ?? 0) * blockMs, 0);
  const firstMs = plans.reduce((sum, { looks, blockMs }) => sum + (looks[0] ?? 0) * blockMs, 0);
  const isShort = jobBudgetMs !== null && jobBudgetMs < wholeMs;
  const limit = isShort
    ? `; the job's limit is ${formatDuration(jobBudgetMs)}, so perhaps not every subject comes to its end`
    : '';
  const [only] = plans;
  const looks =
    plans.length === 1 && only !== undefined
      ? `, at most ${plural(only.looks.at(-1) ?? 0, 'block')}, judged ${looksText(only.looks)}`
      : '';
  return `Plan: ${plural(plans.length, 'subject')}${looks}; ${timeText(formatRoughDuration(firstMs), formatRoughDuration(wholeMs))} of measuring${limit}`;
}

function timeText(least: string, most: string): string {
  return least === most ? `about ${most}` : `at least ${least} and at most ${most}`;
}

function subjectLines(subject: SubjectOutline): string[] {
  const { name, load, work, pairs, gates, looks, budgetMs, longestMs, short } = subject;
  if (isAlone(subject)) {
    return [
      name,
      `  load:    ${load}`,
      '  alone:   a pilot run, as head can be compared with nothing',
    ];
  }
  const held = gates.map(({ metric, tolerance, limit }) => {
    const label = metricLabel({ name: metric, work });
    if (limit !== null)
      return `${label} (limit ${formatQuantity(UNITS[metric] ?? 'share', limit)})`;
    if (tolerance === null) return label;
    return metric === 'memory-growth'
      ? `${label} (${formatQuantity('B/1k', tolerance)})`
      : `${label} (${formatSetting(tolerance)})`;
  });
  const when =
    looks === null
      ? 'as many runs of the command as the budget holds'
      : `about ${looks.at(-1)} blocks${short === null ? '' : `, which take about ${formatRoughDuration(longestMs)}`}, judged ${looksText(looks)}`;
  return [
    name,
    `  load:    ${load}`,
    `  arms:    ${pairs === 'live' ? 'both alive at once, load alternates' : 'one after the other'}`,
    `  budget:  ${formatDuration(budgetMs)}, ${when}`,
    `  gates:   ${held.length === 0 ? 'errors only' : held.join(', ')}`,
  ];
}

const UNITS: Partial<Record<SubjectOutline['gates'][number]['metric'], 's' | 'share'>> = {
  'longest-stall': 's',
};

function coresText(cores: Cores): string {
  const { generator, servers, note, physical, beside = [] } = cores;
  if (generator === null || servers === null) return note ?? 'not pinned';
  const count = generator.length + servers.length + beside.length;
  const shown = physical === undefined ? '' : ` (${cpusText(count, cores)})`;
  const list = (of: readonly number[] | null) => (of ?? []).join(', ');
  return `${serversText(cores, list)}; load generator on ${generator.join(', ')}${shown}`;
}
