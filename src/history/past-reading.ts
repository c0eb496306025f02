/** What a store has for a run to be compared with. */
import type { SubjectId } from '../config/experiment/experiment.ts';
import { type CountedRun, countedOf } from './counted.ts';
import { lastRuns } from './last-runs.ts';
import { begunAt, type HistoryLine, jobOf } from './line.ts';
import { PastCollector } from './past.ts';
import { linesPath } from './paths.ts';
import { runsOf, type SubjectRuns } from './runs.ts';
import type { HistoryStore } from './stores/store.ts';

export interface FoundPast {
  /** Of those that the store knows, in the order in which they were asked for. */
  readonly past: PastCollector['past'];
  /** Of each file that has any, as far as it was read. */
  readonly damaged: readonly SubjectRuns['damaged'][];
  /** Subjects of which there are runs of several jobs, and none of this one. */
  readonly ofOthers: readonly OfOthers[];
}

/** Of which job the run is that is compared. */
export interface Compared {
  /** Null: the only one. */
  readonly job?: string | null;
  /**
   * Whether the only other job's runs never stand in for its own, where it has none: so of a run that leaves a line, by which the job has a
   * row of its own from then on.
   */
  readonly isOwnOnly?: boolean;
  /** Number of the workflow run that is attempted again; null: the run is a first attempt, or none of a workflow. */
  readonly again?: number | null;
}

export interface OfOthers {
  readonly subject: SubjectId;
  readonly runs: number;
  /** Null: of one without a name. */
  readonly jobs: readonly (string | null)[];
}

/** From the end of each file as far as that will do; whole where something of it is damaged, or where nothing there counts. */
export function readPast(
  store: Pick<HistoryStore, 'read'>,
  asked: readonly SubjectId[],
  { job = null, isOwnOnly = false, again = null }: Compared = {},
): Promise<FoundPast> {
  const kept = (runs: readonly CountedRun[]) => {
    const own = isOwnOnly ? runs.filter(({ line }) => jobOf(line) === job) : runs;
    return again === null ? own : beforeRun(own, { id: again, job });
  };
  return store.read(async (files) => {
    const byPath = new Map(asked.map((subject) => [linesPath(subject), subject]));
    const collector = new PastCollector();
    const damaged: SubjectRuns['damaged'][] = [];
    const ofOthers: OfOthers[] = [];
    await files.each([...byPath.keys()], (path, file) => {
      const subject = byPath.get(path);
      if (file === null || subject === undefined) return;
      const last = lastRuns(file, subject, job);
      if (last !== null && last.length > 0) {
        collector.add(subject, kept(last));
        return;
      }
      const whole = runsOf(file.read(0, file.size).toString('utf8'), path, subject);
      collector.add(subject, kept(countedOf(whole.lines, job)));
      if (whole.damaged.length > 0) damaged.push(whole.damaged);
      ofOthers.push(...ofOtherJobs(subject, whole.lines, job));
    });
    return { past: collector.past, damaged, ofOthers };
  });
}

/** What is measured again is an old commit: neither its own first attempt nor what came after that is before it. */
function beforeRun(
  runs: readonly CountedRun[],
  { id, job }: { id: number; job: string | null },
): readonly CountedRun[] {
  const first = runs.find(({ line }) => line.run?.id === id && jobOf(line) === job)?.line;
  if (first === undefined) return runs;
  const begun = Date.parse(begunAt(first));
  return runs.filter(({ line }) => Date.parse(begunAt(line)) < begun);
}

function ofOtherJobs(
  subject: SubjectId,
  lines: readonly HistoryLine[],
  job: string | null,
): OfOthers[] {
  const jobs = lines.filter(({ imported }) => imported == null).map(jobOf);
  const others = [...new Set(jobs)];
  if (others.length < 2 || others.includes(job)) return [];
  return [{ subject, runs: jobs.length, jobs: others }];
}
