/** A subject that is gone from the code → what takes it out of a history. Pure. */
import type { SubjectId } from '../config/experiment/experiment.ts';
import { badgePath, damagedPath, linesPath, olderPaths } from './paths.ts';
import type { Changes, Files } from './stores/store.ts';

/** All files of one subject; empty where the store has none of them. */
export function withoutSubject({ paths }: Pick<Files, 'paths'>, subject: SubjectId): Changes {
  const own = [linesPath(subject), damagedPath(subject), badgePath(subject)];
  const there = own.filter((path) => paths.includes(path));
  return new Map([...there, ...olderPaths(subject, paths)].map((path) => [path, null]));
}
