/** A history on a terminal: each subject with its last runs, newest first. Whoever may write to the store may have written it. */

import { subjectName } from '../../config/experiment/experiment.ts';
import type { Repeated } from '../../history/import/figure.ts';
import { type HistoryLine, jobOf, metricIn } from '../../history/line.ts';
import type { SubjectRuns } from '../../history/runs.ts';
import { isBaseline, type StandingLine, standings } from '../../history/standing.ts';
import { shortCommit } from '../../terms/short-commit.ts';
import { oneLine, plainName } from '../markup/escape.ts';
import { type TextColumn, textTable } from '../screen/columns.ts';
import { painter, VERDICT_STYLE } from '../screen/paint.ts';
import { formatChange, formatNumber, NOTHING, plural } from '../wording/format.ts';
import { VERDICT_LABEL } from '../wording/verdict-labels.ts';
import { type BadgeFile, badgeLinkLines, type RepositoryName } from './badge-links.ts';
import { headText } from './figure.ts';

export interface HistoryTextOptions {
  /** Runs of each subject. */
  readonly last: number;
  /** Only those that are no baseline, or were accepted. */
  readonly marked: boolean;
  readonly color: boolean;
  readonly width: number;
}

/** Columns of metrics; more of them fit on no screen. */
const METRICS_AT_MOST = 4;
const DAMAGED_AT_MOST = 5;
/** Links to badges; every run tells them again. */
const BADGES_IN_LOG = 10;

export function renderHistory(
  store: string,
  found: readonly SubjectRuns[],
  options: HistoryTextOptions,
): string {
  const name = `${store[0]?.toUpperCase()}${oneLine(store.slice(1))}`;
  const parts = found.map((runs) => subjectText(runs, options));
  return `${name}: ${plural(found.length, 'subject')}\n\n${parts.join('\n')}`;
}

function subjectText(runs: SubjectRuns, options: HistoryTextOptions): string {
  const { subject, path, lines, damaged } = runs;
  const paint = painter(options.color);
  const all = standings(lines);
  const baselines = all.filter((one) => isBaseline(one.standing) && hasFigures(one)).length;
  const counted = `${plural(all.length, 'run')}, ${plural(baselines, 'baseline')}`;
  const title = `${paint('bold', subject === null ? path : plainName(subjectName(subject)))}  ${counted}`;
  const chosen = (options.marked ? all.filter(isMarked) : all).slice(-options.last).reverse();
  const table = chosen.length === 0 ? [] : textTable(columnsOf(chosen), options.width - 2);
  const painted = table.map((line, row) => {
    if (row === 0) return paint('dim', line);
    const word = chosen[row - 1]?.line.verdict;
    return word === 'regression' || word === 'invalid' ? paint(VERDICT_STYLE[word], line) : line;
  });
  const accepted = chosen.flatMap(({ line }) =>
    line.accepted === null ? [] : [`accepted ${whenOf(line)}: ${oneLine(line.accepted.reason)}`],
  );
  const bad = damaged.slice(0, DAMAGED_AT_MOST).map(({ path: file, number, reason }) => {
    return `not read: ${oneLine(file)}, line ${number}: ${oneLine(reason)}`;
  });
  const more = damaged.length - bad.length;
  const rest = more > 0 ? [`not read: ${plural(more, 'more line')}`] : [];
  return [title, ...[...painted, ...accepted, ...bad, ...rest].map((line) => `  ${line}`), ''].join(
    '\n',
  );
}

/** Of a run that was measured beside the calibrator. One on a busy machine has none; what was measured beside base has its ratio. */
function hasFigures({ line: { base, metrics } }: StandingLine): boolean {
  return base !== null || Object.values(metrics).some(({ calibrated }) => calibrated !== null);
}

function isMarked(run: StandingLine): boolean {
  return run.standing !== 'baseline' || !hasFigures(run) || run.line.accepted !== null;
}

function columnsOf(runs: readonly StandingLine[]): TextColumn[] {
  const gating = new Set(
    runs.flatMap(({ line }) =>
      Object.entries(line.metrics).flatMap(([name, one]) => (one.gating ? [name] : [])),
    ),
  );
  // While a history is gathered, nothing is compared yet.
  const cellOf = runs.some(({ line }) => [...gating].some((name) => changeIn(line, name) !== null))
    ? changeOf
    : measuredIn;
  const shown = [...gating].filter((name) =>
    runs.some(({ line }) => cellOf(line, name) !== NOTHING),
  );
  const column = (
    title: string,
    expendable: number,
    cell: (run: StandingLine) => string,
    align: 'l' | 'r' = 'l',
  ): TextColumn => ({ title, align, expendable, cells: runs.map(cell) });
  return [
    column('run', 0, ({ line }) => whenOf(line)),
    column('commit', 0, ({ line }) => shortCommit(line.commit)),
    ...(new Set(runs.map(({ line }) => jobOf(line))).size > 1
      ? [column('job', 5, ({ line }) => oneLine(jobOf(line) ?? NOTHING))]
      : []),
    column('verdict', 0, ({ line }) => VERDICT_LABEL[line.verdict]),
    ...shown
      .slice(0, METRICS_AT_MOST)
      .map((name, index) => column(name, 2 + index, ({ line }) => cellOf(line, name), 'r')),
    column('baseline', 1, standingText),
    column('pull requests', 6, ({ line }) => line.pulls.map((pull) => `#${pull}`).join(' ')),
  ];
}

function whenOf({ at }: HistoryLine): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)}`;
}

/** Against base, or against what earlier runs led to expect; null: it was compared with nothing. */
function changeIn(line: HistoryLine, name: string): number | null {
  const { ratio = null, expected = null } = metricIn(line, name) ?? {};
  return ratio?.log ?? expected?.log ?? null;
}

function changeOf(line: HistoryLine, name: string): string {
  const log = changeIn(line, name);
  return log === null ? NOTHING : formatChange(Math.expm1(log));
}

function measuredIn(line: HistoryLine, name: string): string {
  return headText(metricIn(line, name)) ?? NOTHING;
}

const STANDING = {
  baseline: 'yes',
  regressed: 'no: slower',
  'after-regression': 'no: after a slowdown',
  'slow-baseline': 'yes: machine is new since a slowdown',
  broken: 'no: not sound',
  imported: 'no: imported',
  reference: 'no: its base was named',
} as const;

function standingText(run: StandingLine): string {
  const { line, standing } = run;
  if (isBaseline(standing) && !hasFigures(run)) return 'no: busy machine, or a hold';
  return standing === 'baseline' && line.accepted !== null ? 'yes: accepted' : STANDING[standing];
}

/** What became of `history page`. `places`: where it was written. */
export function pageMadeText(made: {
  places: readonly string[];
  runs: number;
  subjects: number;
  unread: number;
  bytes: number;
}): string {
  const { places, runs, subjects, unread, bytes } = made;
  const size = `${formatNumber(bytes / 1e6, 1)} MB`;
  const bad =
    unread === 0
      ? ''
      : ` Not read: ${plural(unread, 'line')}; \`throughput-gate history check\` says why.`;
  return `Wrote ${places.map((one) => oneLine(one)).join(' and ')}: ${plural(runs, 'run')} of ${plural(subjects, 'subject')}, ${size}.${bad}\n`;
}

/** What became of `history badge --out` or `--publish`. */
export function badgesMadeText(
  badges: readonly BadgeFile[],
  places: readonly string[],
  repository: RepositoryName | null,
): string {
  if (badges.length === 0) return 'The history has no subject with a run, so there is no badge.\n';
  const where = places.map((one) => oneLine(one)).join(' and ');
  const links = badgeLinkLines(badges, repository).join('\n');
  return `Wrote ${plural(badges.length, 'badge')}: ${where}.\n\n${links}\n`;
}

/** What an import has done, or would do. */
export function importedText({
  program,
  store,
  lines,
  subjects,
  known,
  repeated,
  isDry,
}: {
  program: string;
  store: string;
  lines: number;
  subjects: number;
  known: number;
  repeated: Repeated;
  isDry: boolean;
}): string {
  const verb = isDry ? 'Would take' : 'Took';
  const there = known === 0 ? '' : ` ${plural(known, 'run was', 'runs were')} there already.`;
  const median =
    repeated.example === null
      ? ''
      : `${plural(repeated.count, 'figure is', 'figures are')} the median of several values that the file has under one name for one run, such as ${oneLine(repeated.example)}.\n`;
  return `${verb} ${plural(lines, 'run')} of ${program} into ${oneLine(store)}: ${plural(subjects, 'subject')}.${there}
${median}They are shown as imported, and nothing is ever compared with them.
`;
}

/** What became of `history remove`, or would. */
export function removedText(asked: {
  name: string;
  runs: number;
  store: string;
  isDry: boolean;
}): string {
  const { name, runs, store, isDry } = asked;
  const what = `${plainName(name)}: ${plural(runs, 'run')} in ${oneLine(store)}`;
  if (isDry) return `Would remove ${what}.\n`;
  return `Removed ${what}. A page that was published shows it until the next one is, and on a branch git still has its lines in earlier commits.\n`;
}

/** Of a run that has put page and badges into its history. */
export function publishedText(
  { runs, badges }: { runs: number; badges: readonly BadgeFile[] },
  store: string,
  repository: RepositoryName | null,
): string {
  const [page, count] = [plural(runs, 'run'), plural(badges.length, 'badge')];
  return [
    `History page: history.html (${page}) and ${count} are in ${oneLine(store)}.`,
    ...badgeLinkLines(badges, repository, BADGES_IN_LOG),
  ].join('\n');
}

export function notPublishedText(why: string): string {
  return `The history page was not published: ${oneLine(why)}. The lines of this run are kept, and the next run publishes again. The verdict stands.`;
}
