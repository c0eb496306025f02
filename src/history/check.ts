/** What a look at one subject of a history finds: moves of its level, and what is wrong with its file. Data alone. Pure. */
import { damagedPath } from './paths.ts';
import type { SubjectRuns } from './runs.ts';
import { lastAttempts } from './standing.ts';
import type { ChangePoint } from './trends/change-point.ts';
import { placesOf } from './trends/places.ts';
import { trendsOf } from './trends/trends.ts';

export interface CheckedSubject {
  /** Null: no line of the file says. */
  readonly subject: SubjectRuns['subject'];
  readonly path: string;
  readonly runs: number;
  /** Moves of the level that came with one of the last runs, oldest first. */
  readonly changes: readonly CheckedChange[];
  readonly damaged: readonly { path: string; line: number; reason: string }[];
  /** Lines of a newer version, which are of use to that one. */
  readonly newer: readonly { path: string; line: number; reason: string }[];
  /** Commits from which the branch went on, and of which there is no run: what came with them is told by the next run. */
  readonly gaps: readonly { after: string; before: string }[];
  /** File with lines that were set aside earlier; null: there is none. */
  readonly setAside: string | null;
}

export interface CheckedChange extends ChangePoint {
  readonly isWorse: boolean;
  /** Runs from the last one with the old level to the first with the new one. */
  readonly runsBetween: number;
}

/**
 * @param paths all files of the store
 * @param last how many runs count as the last ones
 */
export function checkSubject(
  runs: SubjectRuns,
  paths: readonly string[],
  last: number,
): CheckedSubject {
  const { subject, path, lines, damaged } = runs;
  const ordered = lastAttempts(lines);
  const places = placesOf(ordered);
  const better = new Map(
    ordered.flatMap(({ metrics }) =>
      Object.entries(metrics).map(([name, metric]) => [name, metric.better] as const),
    ),
  );
  const changes = trendsOf(lines).changePoints.filter(
    ({ to, began }) => (places(to, began?.to) ?? 0) >= ordered.length - last,
  );
  const told = damaged.map(({ path: file, number, reason, isNewer }) => ({
    isNewer,
    entry: { path: file, line: number, reason },
  }));
  const aside = subject === null ? null : damagedPath(subject);
  return {
    subject,
    path,
    runs: ordered.length,
    changes: changes.map((one) => ({
      ...one,
      isWorse: better.get(one.metric) === 'higher' ? one.logChange < 0 : one.logChange > 0,
      runsBetween: Math.max(
        1,
        (places(one.to, one.began?.to) ?? 0) - (places(one.from, one.began?.from) ?? -1),
      ),
    })),
    damaged: told.filter(({ isNewer }) => !isNewer).map(({ entry }) => entry),
    newer: told.filter(({ isNewer }) => isNewer).map(({ entry }) => entry),
    gaps: gapsIn(
      ordered.filter(({ imported }) => imported == null),
      last,
    ),
    setAside: aside !== null && paths.includes(aside) ? aside : null,
  };
}

/**
 * The first run has nothing before it; from then on each push begins where an earlier run was. Told of the last runs: a push that was left out on
 * purpose, as by `[skip ci]`, has none for good.
 */
function gapsIn(
  lines: ReturnType<typeof lastAttempts>,
  last: number,
): { after: string; before: string }[] {
  const known = new Set(lines.map(({ commit }) => commit));
  return lines.slice(1).flatMap(({ before, commit }, i) => {
    if (i + 1 < lines.length - last) return [];
    if (before === null || before === commit || known.has(before)) return [];
    return [{ after: lines[i]?.commit ?? before, before: commit }];
  });
}
