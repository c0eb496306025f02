/**
 * Judges a `measurement.json` without ever having all of it in memory: subject by subject, each of which is checked, judged
 * as far as that goes without the others, and then let go of but for the figures that were taken from it.
 *
 * Null for a file that is not plainly sound, or of another form, or compared with earlier runs: `readMeasurement` reads
 * those, and has the words for what is wrong.
 */
import { judgementOf } from '../../judge/judge.ts';
import { starterOf } from '../../judge/state/start-state.ts';
import type { SubjectState } from '../../judge/state/state.ts';
import type { Verdict } from '../../judge/verdict/verdict.ts';
import {
  Measurement,
  type MeasurementHead,
  SubjectMeasurement,
} from '../../measure/observed/measurement.ts';
import { splitDigest } from '../../system/files/digest.ts';
import { impossibleInHead, subjectCheckOf } from '../checks/measurement.ts';
import { hasSoundNumbers } from '../checks/numbers.ts';
import { BYTES_AT_MOST } from '../read-file.ts';
import { withoutValues } from '../withheld.ts';
import { FileWindow } from './file-window.ts';
import { UNSURE } from './json-cursor.ts';
import { type Field, fieldsOf, readerOf } from './schema-reader.ts';

export interface JudgedFile {
  verdict: Verdict;
  experiment: Measurement['experiment'];
}

/** Throws a UserError for a digest that is none. `given`: `FILE` or `FILE@sha256:DIGEST`. */
export function judgeInPieces(given: string): JudgedFile | null {
  const { path, sha256 } = splitDigest(given);
  let file: FileWindow | null = null;
  try {
    file = new FileWindow(path, { bytesAtMost: BYTES_AT_MOST, isHashed: sha256 !== null });
    const judged = judgeWindow(file);
    return sha256 === null || file.sha256() === sha256 ? judged : null;
  } catch (error) {
    if (error === UNSURE || isOfFiles(error)) return null;
    throw error;
  } finally {
    file?.close();
  }
}

/** It cannot be opened or read. */
function isOfFiles(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function judgeWindow(file: FileWindow): JudgedFile {
  const fields = fieldsOf(Measurement.def);
  if (fields === null) throw UNSURE;
  const found = new Map<string, unknown>();
  const judged: { last: Judging | null } = { last: null };
  file.eachField(fields, ({ key, read }) => {
    // What was measured comes last: nothing can be said of it before the rest is known.
    if (judged.last !== null || found.has(key)) throw UNSURE;
    if (key === 'subjects') judged.last = judgeSubjects(file, headOf(fields, found));
    else found.set(key, file.read(read));
  });
  if (judged.last === null || !file.isOver()) throw UNSURE;
  const { head, states } = judged.last;
  const { verdict } = judgementOf(head, states);
  return { verdict, experiment: head.experiment };
}

interface Judging {
  head: MeasurementHead;
  states: SubjectState[];
}

function judgeSubjects(file: FileWindow, read: MeasurementHead): Judging {
  if (read.past !== undefined) throw UNSURE;
  if (impossibleInHead(read) !== null) throw UNSURE;
  const { subjects: _, ...head } = withoutValues({ ...read, subjects: [] });
  const isPossible = subjectCheckOf(read);
  const start = starterOf(head);
  const states: SubjectState[] = [];
  file.eachElement(() => {
    file.cursor.isPlain = true;
    const subject = file.read(readSubject);
    if (!file.cursor.isPlain && !hasSoundNumbers(subject)) throw UNSURE;
    if (!isPossible(subject)) throw UNSURE;
    states.push(start(subject));
  });
  // None of them came twice, so all of them came.
  if (states.length !== read.experiment.subjects.length) throw UNSURE;
  return { head, states };
}

const readSubject = readerOf(SubjectMeasurement);

/** Keys in the schema's order. */
function headOf(fields: readonly Field[], found: ReadonlyMap<string, unknown>): MeasurementHead {
  const ordered = fields.flatMap(({ key }) => (found.has(key) ? [[key, found.get(key)]] : []));
  const head: object = Object.fromEntries(ordered);
  if (!isHead(head, fields)) throw UNSURE;
  return head;
}

/** Of values that were each read by the schema of their key. */
function isHead(found: object, fields: readonly Field[]): found is MeasurementHead {
  return fields.every(({ key, isOptional }) => isOptional || key === 'subjects' || key in found);
}
