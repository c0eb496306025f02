/**
 * Lines of one subject → the series in which its level is looked for. A series never spans two machines unless it is made of
 * ratios that were each measured on one, so no change of machine can look like one of the code. Pure.
 */
import { medianSorted } from 'simple-statistics';
import { MAD_TO_SD } from '../../terms/mad.ts';
import { type HistoryLine, type HistoryMetric, jobOf, metricIn } from '../line.ts';
import { changePointsOf, TRENDS } from './divisive.ts';

/** Commits that were measured against the same base: from so many on it is a fixed reference, not the commit before. */
const REFERENCE_HEADS = 3;
/** ln of a step of the calibrator's own rate: that much is another machine, whatever its fingerprint says. */
const MACHINE_STEP = 0.05;

/** `place`: of the line among the subject's, oldest first. */
export interface Level {
  readonly place: number;
  /** ln(head / fixed commit) or ln(head / calibrator). */
  readonly log: number;
}

export interface LevelTrack {
  readonly seenBy: 'reference' | 'calibrated';
  readonly levels: readonly Level[];
}

/** One measured ratio of a commit to the one before. */
export interface ChainStep {
  readonly place: number;
  readonly commit: string;
  readonly base: string;
  readonly log: number;
  /** Of `log`, from its own interval; null: it has none. */
  readonly variance: number | null;
  /** The run itself called it a regression or an improvement, by its own test. */
  readonly isShown: boolean;
}

/** What of a subject's lines can be compared with each other, for all of its metrics. */
export interface Comparable {
  /** Commits that serve as fixed references, the one with the most runs first. */
  readonly references: readonly string[];
  /** Places of the runs of one job on one machine, for each of them: those whose calibrated values can be compared. */
  readonly strata: readonly (readonly number[])[];
  /** Whether a line's ratios belong with those of the others. */
  readonly hasRatios: (line: HistoryLine) => boolean;
}

/** `lines`: sound ones, in the order of time, as everywhere here. */
export function comparableIn(lines: readonly HistoryLine[]): Comparable {
  const hasRatios = hasRatiosOf(lines);
  return { references: referencesIn(lines, hasRatios), strata: strataOf(lines), hasRatios };
}

/**
 * Those whose ratios belong together, as one commit has one: of one job, as another may measure another server. Of the jobs that measured the
 * newest commit it is that with the most runs, so that a job's first run does not take the place of a long series, nor two jobs take turns.
 */
function hasRatiosOf(lines: readonly HistoryLine[]): (line: HistoryLine) => boolean {
  const newest = lines.at(-1)?.commit;
  const runs = new Map<string | null, number>();
  for (const line of lines) if (line.commit === newest) runs.set(jobOf(line), 0);
  for (const line of lines) {
    const known = runs.get(jobOf(line));
    if (known !== undefined) runs.set(jobOf(line), known + 1);
  }
  const [first] = [...runs].sort(
    ([a, one], [b, other]) => other - one || (a ?? '').localeCompare(b ?? '', 'en'),
  );
  return (line) => first !== undefined && jobOf(line) === first[0];
}

function referencesIn(lines: readonly HistoryLine[], hasRatios: Comparable['hasRatios']): string[] {
  const heads = new Map<string, Set<string>>();
  for (const line of lines) {
    if (line.base === null || !hasRatios(line)) continue;
    heads.set(line.base, (heads.get(line.base) ?? new Set()).add(line.commit));
  }
  return [...heads]
    .filter(([, { size }]) => size >= REFERENCE_HEADS)
    .sort(([, a], [, b]) => b.size - a.size)
    .map(([base]) => base);
}

export function levelTracks(
  lines: readonly HistoryLine[],
  metric: string,
  { references, strata, hasRatios }: Comparable,
): LevelTrack[] {
  const against = references.map(
    (reference): LevelTrack => ({
      seenBy: 'reference',
      levels: levelsOf(lines, [...lines.keys()], metric, ({ ratio }, line) =>
        line.base === reference && hasRatios(line) ? (ratio?.log ?? null) : null,
      ),
    }),
  );
  const calibrated = strata.map(
    (places): LevelTrack => ({
      seenBy: 'calibrated',
      levels: levelsOf(lines, places, metric, (entry) => entry.calibrated?.log ?? null),
    }),
  );
  return [...against, ...calibrated].filter(({ levels }) => levels.length > 0);
}

function levelsOf(
  lines: readonly HistoryLine[],
  places: readonly number[],
  metric: string,
  logOf: (entry: HistoryMetric, line: HistoryLine) => number | null,
): Level[] {
  const levels: Level[] = [];
  for (const place of places) {
    const line = lines[place] as HistoryLine;
    const entry = metricIn(line, metric);
    if (entry === undefined) continue;
    const log = logOf(entry, line);
    if (log !== null) levels.push({ place, log });
  }
  return levels;
}

function strataOf(lines: readonly HistoryLine[]): number[][] {
  const strata = new Map<string, number[]>();
  lines.forEach((line, place) => {
    const { fingerprint, calibrator } = line;
    if (fingerprint === null || calibrator === null) return;
    const key = `${fingerprint.hash} ${calibrator.hash} ${jobOf(line)}`;
    const known = strata.get(key);
    if (known === undefined) strata.set(key, [place]);
    else known.push(place);
  });
  return [...strata.values()].flatMap((places) => cutAtSteps(lines, places));
}

/** Where the calibrator itself, whose code never changes, got faster or slower, the machine did. */
function cutAtSteps(lines: readonly HistoryLine[], places: number[]): number[][] {
  const rated = places.flatMap((place) => {
    const rate = ownRate(lines[place] as HistoryLine);
    return rate === null ? [] : [{ place, log: Math.log(rate) }];
  });
  const steps = changePointsOf(
    rated.map(({ log }) => log),
    { ...TRENDS, least: MACHINE_STEP },
  );
  const starts = steps.map(({ at }) => (rated[at] as { place: number }).place);
  const bounds = [Number.NEGATIVE_INFINITY, ...starts, Number.POSITIVE_INFINITY];
  return bounds
    .slice(1)
    .map((end, i) => places.filter((place) => place >= (bounds[i] as number) && place < end));
}

function ownRate({ calibrator }: HistoryLine): number | null {
  return calibrator?.rates.work ?? null;
}

/** Steps of the chain, oldest first: runs against a fixed reference are none, unless it was the commit before. */
export function chainSteps(
  lines: readonly HistoryLine[],
  metric: string,
  { references, hasRatios }: Comparable,
): ChainStep[] {
  const fixed = new Set(references);
  const steps: ChainStep[] = [];
  lines.forEach((line, place) => {
    const { base, before, commit } = line;
    const entry = metricIn(line, metric);
    if (entry === undefined || entry.ratio === null || !hasRatios(line)) return;
    if (base === null || base === commit) return;
    if (line.reference || (base !== before && fixed.has(base))) return;
    const { log } = entry.ratio;
    const isShown = entry.word === 'regression' || entry.word === 'improvement';
    steps.push({ place, commit, base, log, variance: varianceOf(entry.ratio), isShown });
  });
  return steps;
}

const Z_95 = 1.96;

/**
 * Of what one run says of a ratio. Older lines have no standard error: an interval of few blocks, which makes up for an early stop as well, then
 * gives up to twice as much, so that less is seen.
 */
export function varianceOf({
  interval,
  se,
}: Pick<NonNullable<HistoryMetric['ratio']>, 'interval' | 'se'>): number | null {
  if (se !== undefined) return se ** 2;
  return interval === null ? null : ((interval[1] - interval[0]) / 2 / Z_95) ** 2;
}

/** Steps from which their spread is taken. */
const SPREAD_AT_LEAST = 8;

/**
 * Standard deviation of a step without a change, which the blocks of one run cannot tell, as runs differ by more. By the
 * median distance, which a few real changes do not move. Null: too few steps.
 */
export function spreadOf(steps: readonly ChainStep[]): number | null {
  if (steps.length < SPREAD_AT_LEAST) return null;
  const own = sorted(steps.flatMap(({ variance }) => variance ?? []));
  const logs = sorted(steps.map(({ log }) => log));
  const middle = medianSorted(logs);
  const between = MAD_TO_SD * medianSorted(sorted(logs.map((log) => Math.abs(log - middle))));
  const spread = Math.max(between, own.length > 0 ? Math.sqrt(medianSorted(own)) : 0);
  return spread > 0 ? spread : null;
}

function sorted(values: number[]): number[] {
  return values.sort((a, b) => a - b);
}
