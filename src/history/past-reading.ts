/** What a store has for a run to be compared with. */
import type { SubjectId } from '../config/experiment.ts';
import { countedOf } from './counted.ts';
import { lastRuns } from './last-runs.ts';
import { PastCollector } from './past.ts';
import { linesPath } from './paths.ts';
import { runsOf, type SubjectRuns } from './runs.ts';
import type { HistoryStore } from './stores/store.ts';

export interface FoundPast {
  /** Of those that the store knows, in the order in which they were asked for. */
  readonly past: PastCollector['past'];
  /** Of each file that has any, as far as it was read. */
  readonly damaged: readonly SubjectRuns['damaged'][];
}

/** From the end of each file as far as that will do, and whole where something of it is damaged. */
export function readPast(
  store: Pick<HistoryStore, 'read'>,
  asked: readonly SubjectId[],
): Promise<FoundPast> {
  return store.read(async (files) => {
    const byPath = new Map(asked.map((subject) => [linesPath(subject), subject]));
    const collector = new PastCollector();
    const damaged: SubjectRuns['damaged'][] = [];
    await files.each([...byPath.keys()], (path, file) => {
      const subject = byPath.get(path);
      if (file === null || subject === undefined) return;
      const last = lastRuns(file, subject);
      if (last !== null) {
        collector.add(subject, last);
        return;
      }
      const whole = runsOf(file.read(0, file.size).toString('utf8'), path, subject);
      collector.add(subject, countedOf(whole.lines));
      if (whole.damaged.length > 0) damaged.push(whole.damaged);
    });
    return { past: collector.past, damaged };
  });
}
