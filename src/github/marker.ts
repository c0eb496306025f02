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
}

export function stampLine({ runId, attempt, job, writer }: Stamp): string {
  return `<!-- throughput-gate run=${runId}.${attempt} job=${encoded(job)} by=${encoded(writer)} -->`;
}

/** @returns null when its second line is none, such as in a comment of an earlier version. */
export function stampOf(body: string): Stamp | null {
  const [, line = ''] = body.split(/\r?\n/, 2);
  const match = /^<!-- throughput-gate run=(\d{1,15})\.(\d{1,9}) job=(\S*) by=(\S*) -->$/.exec(
    line,
  );
  if (match === null) return null;
  const [, runId, attempt, job = '', writer = ''] = match;
  return {
    runId: Number(runId),
    attempt: Number(attempt),
    job: decoded(job),
    writer: decoded(writer),
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

/**
 * What a comment that `theirs` wrote is to us. `newer`: a later run or attempt, whose word counts. `rival`: the same job
 * of the same attempt, by another step or another leg of its matrix, which is to have a comment of its own.
 */
export function relation(ours: Stamp, theirs: Stamp): 'newer' | 'rival' | 'older' {
  if (theirs.runId !== ours.runId) return theirs.runId > ours.runId ? 'newer' : 'older';
  if (theirs.attempt !== ours.attempt) return theirs.attempt > ours.attempt ? 'newer' : 'older';
  return theirs.job === ours.job && theirs.writer !== ours.writer ? 'rival' : 'older';
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
