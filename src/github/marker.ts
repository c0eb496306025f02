/** The hidden first lines by which a comment is found again, and by which runs know whose it is. Pure. */
import type { RunFacts } from './event.ts';

/**
 * An HTML comment that GitHub does not show. It comes first in the body, so that no cut can lose it.
 * The key is encoded: whatever it holds, it cannot end the comment.
 */
export function markerOf(key: string): string {
  return `<!-- throughput-gate key=${encoded(key)} -->`;
}

/**
 * One comment per workflow, job and step: `step` is GITHUB_ACTION, which GitHub numbers when a job uses an action twice.
 * The legs of a matrix share all three, so there the input `comment-key` must tell them apart.
 */
export function defaultKey(
  { workflow, job }: Pick<RunFacts, 'workflow' | 'job'>,
  step = '',
): string {
  return [workflow, job, step].filter((part) => part !== '').join(' / ') || 'default';
}

/** Which run wrote a comment last. */
export interface Stamp {
  runId: number;
  attempt: number;
  job: string;
  /** Different for every process. */
  writer: string;
  /** The job confirmed or continued what this other one had measured; empty: it did, and found no comment that names that one. */
  goesOn?: string;
  /** What it is about; absent in a comment of an earlier version, and where the runner does not say. */
  of?: StampedWork;
  /** When the measurement began that it tells of: whoever continues that one knows the comment by it. Absent: it tells of none. */
  measured?: string;
}

export interface StampedWork {
  /** File of the workflow, which two workflows never share. */
  workflow: string;
  event: string;
  /** Tip of the pull request's branch. */
  head: string;
}

export function stampLine({ runId, attempt, job, writer, goesOn, of, measured }: Stamp): string {
  const parts = [
    `run=${runId}.${attempt} job=${encoded(job)} by=${encoded(writer)}`,
    ...(of ? [`of=${[of.workflow, of.event, of.head].map(encoded).join(',')}`] : []),
    ...(measured ? [`at=${encoded(measured)}`] : []),
    ...(goesOn === undefined ? [] : [goesOn === '' ? 'goes-on' : `goes-on=${encoded(goesOn)}`]),
  ];
  return `<!-- throughput-gate ${parts.join(' ')} -->`;
}

/** @returns null when its second line is none, such as in a comment of an earlier version. */
export function stampOf(body: string): Stamp | null {
  const [, line = ''] = body.split(/\r?\n/, 2);
  const match =
    /^<!-- throughput-gate run=(\d{1,15})\.(\d{1,9}) job=(\S*) by=(\S*?)(?: of=(\S*),(\S*),(\S*))?(?: at=(\S+))?(?: (goes-on)(?:=(\S+))?)? -->$/.exec(
      line,
    );
  if (match === null) return null;
  const [
    runId,
    attempt,
    job = '',
    writer = '',
    workflow,
    event,
    head,
    measured,
    isOn,
    goesOn = '',
  ] = match.slice(1).map((part: string | undefined) => part && decoded(part));
  return {
    runId: Number(runId),
    attempt: Number(attempt),
    job,
    writer,
    ...(workflow && event && head && { of: { workflow, event, head } }),
    ...(measured && { measured }),
    ...(isOn && { goesOn }),
  };
}

/** A comment as it is. */
export interface Written {
  stamp: Stamp | null;
  /** Without the hidden first lines. */
  text: string;
}

/** @param key whose marker the comment begins with. */
export function writtenIn(body: string, key: string): Written {
  const stamp = stampOf(body);
  const lines = body.slice(markerOf(key).length).replace(/^\r?\n/, '');
  return { stamp, text: stamp === null ? lines : lines.replace(/^.*(\r?\n|$)/, '') };
}

/** `newer`: a later run or attempt, whose word counts. The rivals are to have comments of their own. */
export type Relation = 'newer' | 'older' | Rival;

/**
 * `rival-step`: the same job of the same attempt, by another step or leg. `rival-job`: another job of the run, whichever attempt it is of.
 * `rival-workflow`: another one, about the same commit.
 */
export type Rival = 'rival-step' | 'rival-job' | 'rival-workflow';

/** What this job goes on with: then it shares the comment of whoever has measured that. */
export interface GoesOn {
  /** It confirms what another job has measured. */
  confirms?: boolean | undefined;
  /** When the measurements began that it continues or confirms; absent: not known. */
  continues?: readonly string[] | undefined;
}

/** What a comment that `theirs` wrote is to us. */
export function relation(ours: Stamp, theirs: Stamp, goesOn: GoesOn = {}): Relation {
  const isShared = shares(theirs, goesOn);
  if (theirs.runId !== ours.runId) {
    if (!isShared && isBesideOurs(ours.of, theirs.of)) return 'rival-workflow';
    return theirs.runId > ours.runId ? 'newer' : 'older';
  }
  const isOther = theirs.job !== ours.job;
  const isBack = theirs.goesOn === '' || theirs.goesOn === ours.job;
  // A re-run of one job says nothing of another, which may not be run again.
  if (isOther && !isShared && !isBack) return 'rival-job';
  if (theirs.attempt !== ours.attempt) return theirs.attempt > ours.attempt ? 'newer' : 'older';
  if (isOther) return isShared ? 'older' : 'rival-job';
  return theirs.writer !== ours.writer ? 'rival-step' : 'older';
}

/** Whose measurement a comment of ours goes on with, `theirs` being what it is written over; undefined: with nobody's but our own. */
export function goesOnWith(
  ours: Stamp,
  theirs: Stamp | null,
  { confirms = false }: GoesOn,
): string | undefined {
  if (theirs?.runId !== ours.runId) return confirms ? '' : undefined;
  if (theirs.job === ours.job) return theirs.goesOn ?? (confirms ? '' : undefined);
  const owner = theirs.goesOn ?? theirs.job;
  // It is ours again, or may be.
  return owner === ours.job || (owner === '' && !confirms) ? undefined : owner;
}

/** Of a comment that does not say what it tells of, a confirmation takes it for the one that it confirms. */
function shares({ measured }: Stamp, { confirms = false, continues }: GoesOn): boolean {
  if (measured === undefined || continues === undefined) return confirms;
  return continues.includes(measured);
}

/** The same event started both, for the same commit: neither is there in place of the other. */
function isBesideOurs(ours: StampedWork | undefined, theirs: StampedWork | undefined): boolean {
  if (ours === undefined || theirs === undefined) return false;
  const isSame = ours.event === theirs.event && ours.head === theirs.head;
  return isSame && ours.workflow !== theirs.workflow;
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('-', '%2D');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
