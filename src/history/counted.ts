/** Which runs of a subject a new one is compared with, as far as its history says; the judge has the last word. Pure. */
import { type Glance, glanceOf } from './glance.ts';
import type { HistoryLine } from './line.ts';
import { isBaseline, lastOfEachRun, Slowdown, type Standing } from './standing.ts';

/** The judge looks at thirty of one machine; others are between them, and before the last step. */
export const COUNTED = {
  /** So many of the last runs are looked at, of whatever machine. */
  runs: 200,
  /** Of them, so many baselines of each machine, and what stands between these. As many as compaction leaves. */
  baselines: 50,
} as const;

/** A line of which `read` gives the whole: null where it turns out to be damaged. */
export interface Entry extends Glance {
  read(): HistoryLine | null;
}

export interface CountedRun {
  readonly line: HistoryLine;
  readonly standing: Standing;
}

/**
 * In the order of time. Imported runs, and those of unknown machines, are none to compare with. Reads what counts, and what decides
 * how that stands: lines of one run, slowdowns and what follows them. Null: one of these is damaged.
 *
 * @param job of which a new run is; null: of the only one
 */
export function countedRuns(all: readonly Entry[], job: string | null): CountedRun[] | null {
  const series = seriesOf(all, job);
  const entries = all.filter((one) => one.job === series);
  const known = new Map<Entry, HistoryLine | null>();
  const read = (entry: Entry): HistoryLine | null => {
    const seen = known.get(entry);
    if (seen !== undefined) return seen;
    const line = entry.read();
    known.set(entry, line);
    return line;
  };
  const times = new Map<string, number>();
  for (const { key } of entries) times.set(key, (times.get(key) ?? 0) + 1);
  for (const entry of entries) {
    // A damaged line must hide no sound one of its run.
    if (times.get(entry.key) !== 1 && read(entry) === null) return null;
  }
  const slowdown = new Slowdown();
  const runs: { entry: Entry; standing: Standing; fingerprint: string }[] = [];
  for (const entry of lastOfEachRun(entries)) {
    const { fingerprint, isImported, hasRegression } = entry;
    if (isImported) continue;
    if (hasRegression || slowdown.isOn) {
      const line = read(entry);
      if (line === null) return null;
      slowdown.goesOn(line);
    }
    if (fingerprint === null) continue;
    runs.push({ entry, standing: slowdown.standingOf(entry), fingerprint });
  }
  const counted: CountedRun[] = [];
  for (const { entry, standing } of lastOfEachMachine(runs.slice(-COUNTED.runs))) {
    const line = read(entry);
    if (line === null) return null;
    counted.push({ line, standing });
  }
  return counted;
}

/**
 * The job whose runs count for a run of `job`: its own. Where that has none and all are of one other job, that one's, as the job of a pull
 * request often has a `comment-key` and that of the default branch has none.
 */
function seriesOf(all: readonly Entry[], job: string | null): string | null {
  const jobs = new Set(all.filter(({ isImported }) => !isImported).map((one) => one.job));
  if (jobs.size !== 1) return job;
  const [only = null] = jobs;
  return only;
}

/** The same of lines that were read. */
export function countedOf(lines: readonly HistoryLine[], job: string | null): CountedRun[] {
  return (
    countedRuns(
      lines.map((line) => ({ ...glanceOf(line), read: () => line })),
      job,
    ) ?? []
  );
}

/** From the so manieth last baseline of a machine on. One without a figure to compare with is none here. */
function lastOfEachMachine<Run extends { entry: Entry; standing: Standing; fingerprint: string }>(
  runs: readonly Run[],
): Run[] {
  const found = new Map<string, number>();
  const last: Run[] = [];
  for (const run of runs.toReversed()) {
    const { entry, standing, fingerprint } = run;
    const baselines = found.get(fingerprint) ?? 0;
    if (baselines >= COUNTED.baselines) continue;
    if (isBaseline(standing) && entry.isCalibrated) found.set(fingerprint, baselines + 1);
    last.push(run);
  }
  return last.reverse();
}
