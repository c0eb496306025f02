/** What is told of a run's history: what was kept where, or why nothing was, and where levels moved. */
import { subjectName } from '../../config/experiment/experiment.ts';
import type { HistoryOutcome, LookedAt, ReadsOnly } from '../../history/outcome.ts';
import type { Standing } from '../../history/standing.ts';
import { plainName } from '../markup/escape.ts';
import { plural } from '../wording/format.ts';
import { checkMarkdown, movesLine } from './check.ts';

export interface HistoryTold {
  /** In one line of plain text. */
  readonly line: string;
  /** Somebody should look at it. */
  readonly isTrouble: boolean;
  /** Where levels moved: in one line of plain text for the log, and as Markdown; null: nowhere, or nobody has looked. */
  readonly moves: { readonly line: string; readonly note: string } | null;
}

export function tellHistory(outcome: HistoryOutcome): HistoryTold {
  return {
    line: historyText(outcome),
    isTrouble: isHistoryTrouble(outcome),
    moves: movesOf(outcome),
  };
}

function movesOf(outcome: HistoryOutcome): HistoryTold['moves'] {
  if (outcome.kind !== 'kept' || outcome.trends.kind !== 'looked') return null;
  const moved = outcome.trends.subjects.filter(({ changes }) => changes.length > 0);
  const line = movesLine(moved);
  const note = checkMarkdown(moved);
  return line === null || note === null ? null : { line, note };
}

/** Names and reasons in it may be hostile. */
function historyText(outcome: HistoryOutcome): string {
  switch (outcome.kind) {
    case 'kept':
      return [
        `History: ${outcome.lines === 0 ? 'nothing was' : plural(outcome.lines, 'line')} kept in ${outcome.where}.`,
        ...takenText(outcome.taken),
        ...mixedText(outcome.mixed),
        ...marks(outcome.marked),
        ...setAside(outcome.setAside),
        ...untold(outcome.trends),
      ].join(' ');
    case 'reads-only':
      return `History: nothing was kept, because ${READS_ONLY[outcome.why]}.`;
    case 'nothing':
      return `History: nothing was kept, because ${NOTHING[outcome.why]}.`;
    case 'failed': {
      const cure = outcome.cure === null ? '' : ` To mend it: ${outcome.cure}.`;
      return `History: nothing was kept in ${outcome.where}. ${outcome.message}.${cure} The verdict stands.`;
    }
  }
}

function isHistoryTrouble(outcome: HistoryOutcome): boolean {
  return (
    outcome.kind === 'failed' ||
    (outcome.kind === 'kept' &&
      (outcome.setAside.length > 0 ||
        outcome.taken.length > 0 ||
        outcome.mixed.length > 0 ||
        outcome.trends.kind === 'failed')) ||
    (outcome.kind === 'nothing' && ['other-commit', 'tampered'].includes(outcome.why))
  );
}

const READS_ONLY: Readonly<Record<ReadsOnly, string>> = {
  'pull-request': 'only runs of the default branch write it, and this one is of a pull request',
  'merge-group': 'only runs of the default branch write it, and this one is of a merge group',
  'other-branch':
    'only runs of the default branch write it, and this one is of another branch or a tag',
  'other-event':
    'only a push to the default branch, a schedule and a manual run of it write it, and another event started this one',
  'not-clean': 'the work tree has changes that are in no commit',
  'not-pushed':
    'the commit is not the one at which the default branch of `origin` was when this clone last looked: push it or pull first',
  'not-asked':
    'outside of a job the history that the config file names is only read; with `--history` on the command line this run is kept there',
};

/** Of what is no run and would write a history all the same. */
export function refusedText(why: ReadsOnly): string {
  return `nothing is written, because ${READS_ONLY[why]}`;
}

/** Of a runner that empties it after the job, or before the next one. */
export function passingFolderText(folder: string): string {
  return `The history is to be kept in ${folder}, where nothing is yet, and this runner empties that place between two jobs: each run would be the first. Name a folder of the machine outside of the workspace, or \`history: branch\` or \`cache\`; or let a step before this one bring the folder back, and one after it keep it.`;
}

const NOTHING: Readonly<Record<Extract<HistoryOutcome, { kind: 'nothing' }>['why'], string>> = {
  'not-measured': 'nothing was measured',
  'no-commit': 'what was measured is no commit',
  'other-commit': 'what was measured is another commit than the one that the run is of',
  tampered: 'the results of this run cannot be trusted',
};

const STANDING: Readonly<Record<Standing, string>> = {
  baseline: 'a baseline, because the slowdown was accepted',
  regressed: 'no baseline, because it is slower and nobody accepted that',
  'after-regression': 'no baseline, because a slowdown before it was not accepted',
  'slow-baseline':
    'a baseline of its kind of machine alone: a slowdown before it was not accepted, and of that machine nothing is known of before',
  broken: 'no baseline, because it was not measured soundly',
  imported: 'no baseline, because it was imported',
  reference:
    'no baseline, because its base was named: it says how fast the branch is beside that, and not when it became so',
};

/** The whole is one line. */
const MARKED_AT_MOST = 3;

function marks(marked: Extract<HistoryOutcome, { kind: 'kept' }>['marked']): string[] {
  const told = marked
    .slice(0, MARKED_AT_MOST)
    .map(({ subject, standing }) => `${plainName(subjectName(subject))} is ${STANDING[standing]}.`);
  const more = marked.length - told.length;
  return more > 0
    ? [...told, `${plural(more, 'more subject')} ${more === 1 ? 'is' : 'are'} marked, too.`]
    : told;
}

function takenText(taken: Extract<HistoryOutcome, { kind: 'kept' }>['taken']): string[] {
  const [first] = taken;
  if (first === undefined) return [];
  const name = plainName(subjectName(first));
  const more = taken.length === 1 ? '' : ` and ${taken.length - 1} more`;
  return [
    `Not kept: ${name}${more}, because another step of this workflow run has kept what it measured under the same name. Give each step a \`comment-key\` of its own, or each server a name of its own in a config file.`,
  ];
}

function mixedText(mixed: Extract<HistoryOutcome, { kind: 'kept' }>['mixed']): string[] {
  return (['workflow', 'repository'] as const).flatMap((by) => {
    const [first, ...more] = mixed.filter((one) => one.by === by);
    if (first === undefined) return [];
    const name = plainName(subjectName(first.subject));
    const all = more.length === 0 ? name : `${name} and ${more.length} more`;
    const [where, cure] = MIXED[by];
    return [
      `The ${by} ${plainName(first.name)} has kept ${all}, too, ${where}under the same name, so the runs of both stand in one row and are compared with each other. ${cure}.`,
    ];
  });
}

const MIXED = {
  workflow: ['of this commit and ', 'Give the step of each workflow a `comment-key` of its own'],
  repository: ['', 'Give each repository a folder of its own'],
} as const;

function untold(trends: LookedAt): string[] {
  return trends.kind === 'looked'
    ? []
    : [`Where levels moved could not be looked at: ${trends.message}. The verdict stands.`];
}

function setAside(lines: Extract<HistoryOutcome, { kind: 'kept' }>['setAside']): string[] {
  const [first] = lines;
  if (first === undefined) return [];
  return [
    `${plural(lines.length, 'line')} of it could not be read and ${lines.length === 1 ? 'was' : 'were'} set aside: ${first.where} ${first.reason}.`,
  ];
}
