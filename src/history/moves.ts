/** What a run that has written its lines tells of its own subjects: levels that moved with one of the last runs. Pure. */
import type { SubjectId } from '../config/experiment/experiment.ts';
import { type CheckedSubject, checkSubject } from './check.ts';
import { readRuns } from './runs.ts';
import { type Changes, filesIn } from './stores/store.ts';

/** A move is seen some runs after it came; told for ever, nobody would read it any more. */
const TOLD_FOR_RUNS = 30;

/** `changes`: what the run has written, which has the newest lines of each of its subjects. */
export async function movesIn(
  changes: Changes,
  subjects: readonly SubjectId[],
): Promise<CheckedSubject[]> {
  const held = new Map(
    [...changes].flatMap(([path, text]) => (text === null ? [] : [[path, text]])),
  );
  const runs = await readRuns({ read: (look) => look(filesIn(held)) }, subjects);
  // A push without a run stays one: `history check` tells of it, and not every run from then on.
  return runs.map((one) => ({ ...checkSubject(one, [], TOLD_FOR_RUNS), gaps: [] }));
}
