/** Which earlier runs a new one may be compared with, and why the others are none of them. Pure. */
import { mean, median, medianAbsoluteDeviation, sampleStandardDeviation } from 'simple-statistics';
import { type SubjectId, subjectName } from '../../config/experiment/experiment.ts';
import {
  differingParts,
  fingerprintOf,
  type Unmeasured,
} from '../../measure/environment/fingerprint.ts';
import {
  CalibratedMetric,
  type CalibratorRates,
  type PastRun,
  type PastRuns,
} from '../../measure/observed/past-runs.ts';
import { MAD_TO_SD } from '../../terms/mad.ts';
import { EFFECT_FLOOR, logCost } from '../rule/decide.ts';
import { betterFrom, oddOne } from './odd.ts';
import { lastLevelFrom } from './steps.ts';

/** Fewer runs do not tell how far runs lie apart: their own standard deviation is good to a quarter at ten. */
export const RUNS_AT_LEAST = 10;
/** Older ones add little, and were measured of older code on an older machine. */
export const RUNS_AT_MOST = 30;
/**
 * By so much must the calibrator have become faster or slower, in ln, for the machine to be another one. Its light path feels a machine that is
 * slow at waking up more than any server of a user does: where a Go server lost 20 % of its rate, it lost 35 %.
 */
export const MACHINE_STEP = { work: Math.log(1.1), light: Math.log(1.25) } as const;
const PATHS = ['work', 'light'] as const;
/** Of the usual scatter of the calibrator's rate, by which one run must lie outside of it. */
const FAR_OUT = 5;

export interface Chosen {
  /** What counts, oldest first. */
  readonly runs: readonly PastRun[];
  /** What does not, by why. */
  readonly left: {
    /** Another fingerprint. */
    readonly other: number;
    /** Before the machine became faster or slower. */
    readonly beforeStep: number;
    /** Before a change of speed that was accepted or wanted, or before head became faster without a word. */
    readonly beforeLevel: number;
    /** Red, and not accepted; or with no figure that could be compared. */
    readonly red: number;
    /** On a machine that was another for that run alone; or the one run that lies far from all others. */
    readonly odd: number;
  };
  /** Against the newest run of another fingerprint: parts that are not the same; none where there is no such run. */
  readonly differs: readonly { part: string; was: string; is: string }[];
  /** The calibrator's rates in the runs that count. */
  readonly rates: readonly CalibratorRates[];
  /** When the machine last became another one; null where it did not. */
  readonly steppedAt: string | null;
}

/** `now`: of a run that was measured, or is about to be. */
export function chosenFor(past: PastRuns, now: Unmeasured, subject: SubjectId): Chosen {
  const { hash, parts } = fingerprintOf(now, subject, past.calibrator);
  const own = past.subjects.find((one) => subjectName(one) === subjectName(subject));
  const runs = own?.runs ?? [];
  const here = runs.filter(({ fingerprint }) => fingerprint === hash);
  const elsewhere = runs.filter(({ fingerprint }) => fingerprint !== hash);
  const last = elsewhere.at(-1);
  const was = last && past.fingerprints[last.fingerprint];
  const chosen = choose(here, runs, now.experiment.gate.tolerance);
  return {
    ...chosen,
    left: { ...chosen.left, other: elsewhere.length },
    differs:
      was === undefined
        ? []
        : differingParts(was, parts).map((part) => ({
            part,
            was: was[part] ?? 'unknown',
            is: parts[part] ?? 'unknown',
          })),
  };
}

/** `here`: those of `all` with one fingerprint. The others say when the code changed its speed, and no more. */
export function choose(
  here: readonly PastRun[],
  all: readonly PastRun[] = here,
  tolerance: Tolerances = TOLERANCE,
): Chosen {
  const fromStep = machineFrom(here);
  const since = here.slice(fromStep);
  const fromLevel = levelFrom(since, all);
  const level = since.slice(fromLevel);
  const sound = level.filter(isBaseline);
  const fromBetter = fasterFrom(sound, tolerance);
  const last = sound.slice(fromBetter).slice(-RUNS_AT_MOST);
  const runs = withoutFarOut(onOneMachine(last));
  return {
    runs,
    left: {
      other: 0,
      beforeStep: fromStep,
      beforeLevel: fromLevel + fromBetter,
      red: level.length - sound.length,
      odd: last.length - runs.length,
    },
    differs: [],
    rates: runs.map(({ calibratorRates }) => calibratorRates),
    steppedAt: fromStep === 0 ? null : (here[fromStep]?.at ?? null),
  };
}

type Tolerances = Readonly<Record<CalibratedMetric, number>>;
/** Where nobody has another one. */
const TOLERANCE: Tolerances = { throughput: 0.05, cpu: 0.05 };

/**
 * Index of the first run since head became faster by what would be an improvement, although no single run was called one: where there were
 * too few runs to call it so, or on a busy day. Whoever then gives it back would be "unchanged" against the slow ones.
 */
function fasterFrom(runs: readonly PastRun[], tolerance: Tolerances): number {
  const froms = CalibratedMetric.options.map((metric) => {
    const known = runs.flatMap((run, index) => {
      const value = run.metrics[metric];
      return value === undefined ? [] : [{ index, ...value }];
    });
    const least = EFFECT_FLOOR * logCost(metric, tolerance[metric]);
    const sign = metric === 'throughput' ? 1 : -1;
    return runAt(known, betterFrom(known, { sign, least, tests: METRICS }));
  });
  return Math.max(...froms);
}

/** Without those that were on another machine, as the same run would have been told when it was new: it could not be compared either. */
function onOneMachine(runs: readonly PastRun[]): readonly PastRun[] {
  const rates = runs.map(({ calibratorRates }) => calibratorRates);
  if (PATHS.every((path) => areNear(logsOfRates(rates, path), MACHINE_STEP[path]))) return runs;
  return runs.filter(
    (run, i) => stepOfMachine(run.calibratorRates, rates.toSpliced(i, 1)) === null,
  );
}

/** No two of them are so far apart. */
function areNear(values: readonly number[], least: number): boolean {
  return values.length === 0 || Math.max(...values) - Math.min(...values) <= least;
}

function logsOfRates(rates: readonly CalibratorRates[], path: (typeof PATHS)[number]): number[] {
  return rates.flatMap((one) => (one[path] === null ? [] : [Math.log(one[path])]));
}

/** Enough must be left: fewer do not tell what is far. */
function withoutFarOut(runs: readonly PastRun[]): readonly PastRun[] {
  if (runs.length <= RUNS_AT_LEAST) return runs;
  for (const metric of CalibratedMetric.options) {
    const known = runs.filter((run) => run.metrics[metric] !== undefined);
    const at = oddOne(
      known.flatMap((run) => run.metrics[metric] ?? []),
      METRICS,
    );
    if (at !== null) return runs.filter((run) => run !== known[at]);
  }
  return runs;
}

const METRICS = CalibratedMetric.options.length;

/** Index of the first run since the machine last became another one; the calibrator's own rates tell. */
function machineFrom(runs: readonly PastRun[]): number {
  const steps = PATHS.map((path) => {
    const known = runs.flatMap(({ calibratorRates }, index) => {
      const rate = calibratorRates[path];
      return rate === null ? [] : [{ index, log: Math.log(rate) }];
    });
    const from = lastLevelFrom(
      known.map(({ log }) => log),
      MACHINE_STEP[path],
    );
    return runAt(known, from);
  });
  return Math.max(...steps);
}

/** Of those that have a figure, the first one of a level; the first of all is of no new one, and those before it only lack the figure. */
function runAt(known: readonly { index: number }[], from: number): number {
  return from === 0 ? 0 : (known[from]?.index ?? 0);
}

/**
 * Index of the first run of today's speed: whoever accepts a slowdown, or becomes faster, leaves another speed behind. That the
 * runs from there on differ from those before must still be seen, as one in a hundred improvements is none. The code is the same
 * on every machine, so a change that another one has seen counts here too.
 */
function levelFrom(here: readonly PastRun[], all: readonly PastRun[]): number {
  const own = new Set(here);
  const froms = all.flatMap((change, i) => {
    if (!change.accepted && change.verdict !== 'improvement') return [];
    const [before, after] = [all.slice(0, i), all.slice(i)].map((some) =>
      some.filter((run) => own.has(run)),
    ) as [PastRun[], PastRun[]];
    const isSeen = after.length > 0 ? differ(before, after) : isSeenElsewhere(i, all);
    return isSeen ? [before.length] : [];
  });
  return Math.max(0, ...froms);
}

/** No run has come here since: what its own machine shows is all that is known, and its word where that shows nothing. */
function isSeenElsewhere(index: number, all: readonly PastRun[]): boolean {
  const { fingerprint } = all[index] as PastRun;
  const [before, after] = [all.slice(0, index), all.slice(index)].map((some) =>
    some.filter((run) => run.fingerprint === fingerprint),
  ) as [PastRun[], PastRun[]];
  return !after.some(isBaseline) || differ(before, after);
}

function differ(before: readonly PastRun[], after: readonly PastRun[]): boolean {
  const [sound, since] = [before.filter(isBaseline), after.filter(isBaseline)];
  return CalibratedMetric.options.some((metric) =>
    areApart(logsOf(sound, metric), logsOf(since, metric)),
  );
}

function logsOf(runs: readonly PastRun[], metric: CalibratedMetric): number[] {
  return runs.flatMap(({ metrics }) => metrics[metric]?.log ?? []);
}

/** Their means are further apart than twice the standard error that the runs before lead to expect. */
function areApart(before: readonly number[], after: readonly number[]): boolean {
  if (after.length === 0) return false;
  // Too few to know how far runs lie apart: then the word of that run is believed.
  if (before.length < 3) return true;
  const se = sampleStandardDeviation([...before]) * Math.sqrt(1 / before.length + 1 / after.length);
  return Math.abs(mean([...after]) - mean([...before])) > 2 * se;
}

/** Has a figure to compare with, and may be compared with. */
function isBaseline({ isBaseline: may, metrics }: PastRun): boolean {
  return may && Object.keys(metrics).length > 0;
}

/**
 * By how much a path of the calibrator is faster (above 0) or slower in this run than in those, in ln, where that is more than they
 * scatter by; null where neither is, or where too few of them tell.
 */
export function stepOfMachine(
  now: CalibratorRates,
  rates: readonly CalibratorRates[],
): number | null {
  for (const path of PATHS) {
    const rate = now[path];
    const logs = logsOfRates(rates, path);
    if (rate === null || logs.length < RUNS_AT_LEAST) continue;
    const step = Math.log(rate) - median(logs);
    if (Math.abs(step) <= MACHINE_STEP[path]) continue;
    if (Math.abs(step) > FAR_OUT * MAD_TO_SD * medianAbsoluteDeviation(logs)) return step;
  }
  return null;
}
