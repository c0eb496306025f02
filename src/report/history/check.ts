/** What a check of a history found, in words: for a terminal, and as Markdown for the summary of a job. */

import { subjectName } from '../../config/experiment/experiment.ts';
import { MetricName } from '../../config/experiment/metrics.ts';
import type { CheckedChange, CheckedSubject } from '../../history/check.ts';
import { shortCommit } from '../../terms/short-commit.ts';
import { codeSpan, oneLine, plainName } from '../markup/escape.ts';
import { painter } from '../screen/paint.ts';
import { formatChangeWithInterval, plural } from '../wording/format.ts';
import { metricLabel } from '../wording/metric-text.ts';

export interface CheckTextOptions {
  readonly color: boolean;
}

/** Lines of each kind that are told of a subject. */
const AT_MOST = 10;
/** In Markdown, of which GitHub takes so much. */
const SUBJECTS_AT_MOST = 100;

const SEEN_BY: Record<NonNullable<CheckedChange['seenBy']>, string> = {
  reference: 'seen in runs against one fixed commit',
  calibrated: 'seen in runs against the calibrator on one machine',
  chain: 'seen in the ratios of commit to commit alone, whose errors add up',
};

export function checkText(
  store: string,
  subjects: readonly CheckedSubject[],
  { color }: CheckTextOptions,
): string {
  const paint = painter(color);
  const name = `${store[0]?.toUpperCase()}${oneLine(store.slice(1))}`;
  const parts = subjects.map((one) => {
    const title = `${paint('bold', nameOf(one))}  ${plural(one.runs, 'run')}`;
    const changes = one.changes.map((change) =>
      paint(change.isWorse ? 'red' : 'green', sentence(change, shortCommit)),
    );
    const lines = [...limited(changes, 'more change'), ...healthLines(one)];
    const told = lines.length > 0 ? lines : [paint('dim', 'no move of a level, nothing damaged')];
    return `${[title, ...told.map((line) => `  ${line}`)].join('\n')}\n`;
  });
  return `${name}: ${plural(subjects.length, 'subject')}\n\n${parts.join('\n')}\n${closing(subjects)}\n`;
}

/** Null: there is nothing to tell. It is a note, whatever it says: no job fails by it. */
export function checkMarkdown(subjects: readonly CheckedSubject[]): string | null {
  const told = subjects.flatMap((one) => {
    const changes = limited(
      one.changes.map((change) => sentence(change, (commit) => codeSpan(shortCommit(commit)))),
      'more change',
    );
    const health = healthLines(one).map((line) => codeSpan(line, 300));
    const lines = [...changes, ...health];
    return lines.length === 0
      ? []
      : [`**${codeSpan(nameOf(one))}**\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`];
  });
  if (told.length === 0) return null;
  const shown = limited(told, 'more subject', SUBJECTS_AT_MOST);
  return `### What the history shows\n\n${shown.join('\n')}\nThis is a note: no check fails by it.\n`;
}

/** For the log, in one line of plain text: the worst move, and how many there are besides. Null: there is none. */
export function movesLine(subjects: readonly CheckedSubject[]): string | null {
  const all = subjects.flatMap((one) =>
    one.changes.map((change) => ({ subject: nameOf(one), change })),
  );
  const rank = ({ isWorse, logChange }: CheckedChange) =>
    isWorse ? Math.abs(logChange) : -Math.abs(logChange);
  const [first] = all.sort((a, b) => rank(b.change) - rank(a.change));
  if (first === undefined) return null;
  const more =
    all.length === 1
      ? ''
      : ` ${plural(all.length - 1, 'more move')} of a level: \`throughput-gate history check\`.`;
  return `Trends: ${first.subject}: ${sentence(first.change, shortCommit)}.${more}`;
}

function nameOf({ subject, path }: CheckedSubject): string {
  return plainName(subject === null ? path : subjectName(subject));
}

function sentence(change: CheckedChange, write: (commit: string) => string): string {
  const { metric, logChange, interval, isWorse } = change;
  const ends = interval?.map((end) => Math.expm1(end)) as [number, number] | undefined;
  const size = formatChangeWithInterval(Math.expm1(logChange), ends ?? null);
  const place = placeOf(change, write);
  const seen = change.seenBy === undefined ? '' : ` (${SEEN_BY[change.seenBy]})`;
  return `${labelOf(metric)} is ${isWorse ? 'worse' : 'better'}: ${size}, ${place}${seen}`;
}

/** Between which commits the level moved, as far as is known. */
function placeOf(
  { at, from, to, isCreep, runsBetween }: CheckedChange,
  write: (commit: string) => string,
): string {
  if (from === to) {
    return `between two runs of the same commit, ${write(to)}: no code changed there, so look at the machine and what runs on it`;
  }
  if (isCreep) {
    return `little by little, after ${write(from)} and until ${write(to)}, with none of them alone`;
  }
  if (runsBetween <= 1) return `with ${write(at)}, after ${write(from)}`;
  const likeliest = at === from ? '' : `, most likely with ${write(at)}`;
  return `after ${write(from)} and at the latest with ${write(to)}${likeliest}`;
}

function healthLines({ damaged, newer, gaps, setAside }: CheckedSubject): string[] {
  const place = ({ path, line }: { path: string; line: number }) =>
    `${oneLine(path)}, line ${line}`;
  const [newest] = newer;
  return [
    ...limited(
      damaged.map((one) => `damaged: ${place(one)} ${oneLine(one.reason)}`),
      'more damaged line',
    ),
    ...(newest === undefined
      ? []
      : [
          `not read: ${plural(newer.length, 'line')}, first ${place(newest)}: ${oneLine(newest.reason)}`,
        ]),
    ...limited(
      gaps.map(
        ({ after, before }) =>
          `gap: no run between ${shortCommit(after)} and ${shortCommit(before)}, though the branch moved`,
      ),
      'more gap',
    ),
    ...(setAside === null ? [] : [`lines that were set aside earlier are in ${oneLine(setAside)}`]),
  ];
}

function limited(lines: readonly string[], more: string, most = AT_MOST): string[] {
  const rest = lines.length - most;
  return rest > 0 ? [...lines.slice(0, most), `and ${plural(rest, more)}`] : [...lines];
}

function closing(subjects: readonly CheckedSubject[]): string {
  const count = (of: (one: CheckedSubject) => number) =>
    subjects.reduce((sum, one) => sum + of(one), 0);
  const changes = count((one) => one.changes.length);
  const damaged = count((one) => one.damaged.length);
  const newer = count((one) => one.newer.length);
  const parts = [
    plural(changes, 'move of a level', 'moves of a level'),
    damaged === 0 ? 'nothing damaged' : plural(damaged, 'damaged line'),
    ...(newer === 0 ? [] : [`${plural(newer, 'line')} of a newer version`]),
  ];
  const cure =
    damaged === 0
      ? ''
      : '\nDamaged lines are left out of every comparison. The next run that writes sets them aside.';
  return `${parts.join(', ')}.${cure}`;
}

function labelOf(metric: string): string {
  const known = MetricName.safeParse(metric);
  return known.success ? metricLabel({ name: known.data, work: 'request' }) : plainName(metric);
}
