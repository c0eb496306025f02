/**
 * Which lines of a subject may serve as a baseline. A slowdown that nobody accepted is none, and nor is what follows it: a run
 * that is "unchanged" against a slower commit is as slow as that. Pure.
 */
import { isLimitMetric, type MetricName } from '../config/experiment/metrics.ts';
import type { VerdictWord } from '../terms/verdict-word.ts';
import { begunAt, type HistoryLine, jobOf, runKey } from './line.ts';

/**
 * `regressed`: a slowdown that was not accepted. `after-regression`: as slow as that, as far as is known. `slow-baseline`: likewise, but on
 * a kind of machine of which nothing is known of before, so that it is all there is to compare with. `broken`: nothing can be said of it.
 * `imported`: measured by another program. `reference`: against a base that the user named, such as a release.
 */
export type Standing =
  | 'baseline'
  | 'slow-baseline'
  | 'regressed'
  | 'after-regression'
  | 'broken'
  | 'imported'
  | 'reference';

/** Whether a later run on the same kind of machine may be compared with it. */
export function isBaseline(standing: Standing): boolean {
  return standing === 'baseline' || standing === 'slow-baseline';
}

export interface StandingLine {
  readonly line: HistoryLine;
  readonly standing: Standing;
  /** With it a slowdown begins, or ends: what follows stands otherwise than it would without this line. */
  readonly turns: boolean;
}

/**
 * In the order of their beginning; of a run that was attempted several times only the last attempt's.
 *
 * What follows a slowdown is a baseline again once it is accepted, or once each metric that got worse was seen to improve, to keep its
 * limit, or to be unchanged against the runs before the slowdown, which are what a run beside the calibrator is compared with. A kind of
 * machine that was met only since then has none of these: its runs would be compared with nothing for ever, so they are compared with
 * each other.
 *
 * Each job that measures the subject has its own server, or its own machine: none says anything of another one's.
 */
export function standings(lines: readonly HistoryLine[]): StandingLine[] {
  return subjectStanding(lines).lines;
}

export interface SubjectStanding {
  readonly lines: StandingLine[];
  /**
   * Metrics that got worse, were not accepted and are not mended by now, each with the commit with which it was seen; of the jobs that have
   * measured the newest commit, as one that is gone will mend nothing any more. Of a job whose last run is on a machine of which nothing is
   * known of before, nothing is said.
   */
  readonly slower: ReadonlyMap<string, string>;
}

/** The same, and what is still slow after the last run. */
export function subjectStanding(lines: readonly HistoryLine[]): SubjectStanding {
  const slowdowns = new Map<string | null, Slowdown>();
  const stand = lastAttempts(lines).map((line): StandingLine => {
    if (line.imported != null) return { line, standing: 'imported', turns: false };
    const slowdown = slowdowns.get(jobOf(line)) ?? new Slowdown();
    slowdowns.set(jobOf(line), slowdown);
    const turns = slowdown.goesOn(line);
    return { line, standing: slowdown.standingOf(standingRun(line)), turns };
  });
  // What was imported, and what was measured beside a release, says nothing of which jobs are still there.
  const own = stand.filter(({ line }) => line.imported == null && line.reference !== true);
  const newest = own.at(-1)?.line.commit;
  const jobs = new Set(
    own.filter(({ line }) => line.commit === newest).map(({ line }) => jobOf(line)),
  );
  const last = new Map(own.map(({ line, standing }) => [jobOf(line), standing]));
  const slower = new Map(
    [...slowdowns].flatMap(([job, one]) =>
      jobs.has(job) && last.get(job) !== 'slow-baseline' ? [...one.slower] : [],
    ),
  );
  return { lines: stand, slower };
}

function standingRun({ verdict, accepted, fingerprint, reference }: HistoryLine): StandingRun {
  return {
    verdict,
    isAccepted: accepted !== null,
    isReference: reference === true,
    fingerprint: fingerprint?.hash ?? null,
  };
}

/** What got worse and was not accepted, from one run to the next. */
export class Slowdown {
  /** With the commit of the run that saw it first. */
  readonly #worse = new Map<string, string>();
  /** Kinds of machines that were met since it began, and of which there was too little from before to compare with. */
  readonly #newMachines = new Set<string>();
  /** Of these, on which something got worse once more since, so that their runs of before are not as slow as what follows. */
  readonly #worseAgain = new Set<string>();

  get slower(): ReadonlyMap<string, string> {
    return this.#worse;
  }

  get isOn(): boolean {
    return this.#worse.size > 0;
  }

  /**
   * With the next run, which is none that was imported. Returns whether it begins or ends with it, has another metric, is the first one
   * on a kind of machine of which nothing is known of before, or begins or ends a further slowdown there.
   */
  goesOn(line: HistoryLine): boolean {
    const { accepted, metrics, base, commit, fingerprint, reference } = line;
    // Slower than last year's release, or faster: neither came with this run.
    if (reference) return false;
    const worse = this.#worse;
    const before = [...worse.keys()].join();
    if (accepted !== null) worse.clear();
    else {
      // Unchanged against runs that are as slow themselves makes up for nothing.
      const knowsBefore = base === null && !this.#newMachines.has(fingerprint?.hash ?? '');
      for (const [name, { word, gating, calibrated }] of Object.entries(metrics)) {
        if (word === 'regression' && gating) worse.set(name, worse.get(name) ?? commit);
        const isAgainstPast = knowsBefore && calibrated !== null;
        // A limit that is kept is kept whatever base does, and nothing is ever better than kept.
        const isMended = isAgainstPast || isLimitMetric(name as MetricName);
        if (word === 'improvement' || (word === 'unchanged' && isMended)) worse.delete(name);
      }
    }
    if (!this.isOn) {
      this.#newMachines.clear();
      this.#worseAgain.clear();
    }
    const [turnsThere, meets] = [this.#turnsThere(line), this.#meets(line)];
    return [...worse.keys()].join() !== before || turnsThere || meets;
  }

  standingOf({ verdict, isAccepted, isReference, fingerprint }: StandingRun): Standing {
    if (verdict === 'invalid') return 'broken';
    if (isReference) return 'reference';
    if (isAccepted) return 'baseline';
    if (verdict === 'regression') return 'regressed';
    if (!this.isOn) return 'baseline';
    const machine = fingerprint ?? '';
    const isBaseline = this.#newMachines.has(machine) && !this.#worseAgain.has(machine);
    return isBaseline ? 'slow-baseline' : 'after-regression';
  }

  /** Whether a further slowdown begins, or ends, on a machine that was met since the first one. */
  #turnsThere({ verdict, accepted, fingerprint }: HistoryLine): boolean {
    if (!this.isOn || accepted !== null || fingerprint === null) return false;
    const { hash } = fingerprint;
    if (!this.#newMachines.has(hash)) return false;
    if (verdict === 'regression') {
      const isNews = !this.#worseAgain.has(hash);
      this.#worseAgain.add(hash);
      return isNews;
    }
    const isOver = verdict === 'unchanged' || verdict === 'improvement';
    return isOver && this.#worseAgain.delete(hash);
  }

  /** Whether the run is the first on such a machine: one that gathers, as there is too little to compare it with. */
  #meets({ verdict, tooFew, base, fingerprint, metrics }: HistoryLine): boolean {
    const isGathering =
      (verdict === 'no-baseline' || tooFew === true) &&
      base === null &&
      Object.values(metrics).some(({ calibrated }) => calibrated !== null);
    if (!this.isOn || !isGathering || fingerprint === null) return false;
    if (this.#newMachines.has(fingerprint.hash)) return false;
    this.#newMachines.add(fingerprint.hash);
    return true;
  }
}

/** Of a run that was not imported: its own word, and its machine. */
interface StandingRun {
  readonly verdict: VerdictWord;
  readonly isAccepted: boolean;
  readonly isReference: boolean;
  readonly fingerprint: string | null;
}

/** Those that a new run may be compared with, oldest first. */
export function baselineLines(lines: readonly HistoryLine[]): HistoryLine[] {
  return standings(lines)
    .filter(({ standing }) => isBaseline(standing))
    .map(({ line }) => line);
}

/** One line for each run; the file may hold them in any order, as parallel jobs end when they like. */
export function lastAttempts(lines: readonly HistoryLine[]): HistoryLine[] {
  const attempts = lines.map((line) => {
    return { line, key: runKey(line), attempt: line.run?.attempt ?? 0, begun: begunAt(line) };
  });
  return lastOfEachRun(attempts).map(({ line }) => line);
}

/** What says which run it is, and when. */
export interface Attempted {
  /** As `runKey` has it. */
  readonly key: string;
  /** 0 of a run that has none. */
  readonly attempt: number;
  /** When the run's first attempt began, as far as its line knows; ISO 8601, UTC. */
  readonly begun: string;
}

/** Of each run the last attempt, in the order in which the first attempts began: a run that is attempted again measures an old commit. */
export function lastOfEachRun<One extends Attempted>(attempts: readonly One[]): One[] {
  const runs = new Map<string, { one: One; begun: number }>();
  for (const one of attempts) {
    const known = runs.get(one.key);
    const begun = Math.min(Date.parse(one.begun), known?.begun ?? Infinity);
    // What is written later of the same attempt says more, such as that it was accepted.
    const isLast = known === undefined || one.attempt >= known.one.attempt;
    runs.set(one.key, { one: isLast ? one : known.one, begun });
  }
  return [...runs.values()].sort((a, b) => a.begun - b.begun).map(({ one }) => one);
}
