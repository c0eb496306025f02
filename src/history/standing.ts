/**
 * Which lines of a subject may serve as a baseline. A slowdown that nobody accepted is none, and nor is what follows it: a run
 * that is "unchanged" against a slower commit is as slow as that. Pure.
 */
import type { VerdictWord } from '../terms/verdict-word.ts';
import { type HistoryLine, runKey } from './line.ts';

/**
 * `regressed`: a slowdown that was not accepted. `after-regression`: as slow as that, as far as is known. `broken`: nothing
 * can be said of it. `imported`: measured by another program.
 */
export type Standing = 'baseline' | 'regressed' | 'after-regression' | 'broken' | 'imported';

export interface StandingLine {
  readonly line: HistoryLine;
  readonly standing: Standing;
  /** With it a slowdown begins, or ends: what follows stands otherwise than it would without this line. */
  readonly turns: boolean;
}

/**
 * In the order of their beginning; of a run that was attempted several times only the last attempt's.
 *
 * What follows a slowdown is a baseline again once it is accepted, or once each metric that got worse was seen to improve, or was
 * unchanged against the runs before the slowdown, which are what a run beside the calibrator is compared with.
 */
export function standings(lines: readonly HistoryLine[]): StandingLine[] {
  const slowdown = new Slowdown();
  return lastAttempts(lines).map((line) => {
    if (line.imported != null) return { line, standing: 'imported', turns: false };
    const turns = slowdown.goesOn(line);
    const stands = { verdict: line.verdict, isAccepted: line.accepted !== null };
    return { line, standing: standingOf(stands, slowdown.isOn), turns };
  });
}

/** What got worse and was not accepted, from one run to the next. */
export class Slowdown {
  readonly #worse = new Set<string>();

  get isOn(): boolean {
    return this.#worse.size > 0;
  }

  /** With the next run, which is none that was imported. Returns whether it begins or ends with it, or has another metric. */
  goesOn({ accepted, metrics, base }: HistoryLine): boolean {
    const worse = this.#worse;
    const before = [...worse].join();
    if (accepted !== null) worse.clear();
    else {
      for (const [name, { word, gating, calibrated }] of Object.entries(metrics)) {
        if (word === 'regression' && gating) worse.add(name);
        const isAgainstPast = base === null && calibrated !== null;
        if (word === 'improvement' || (word === 'unchanged' && isAgainstPast)) worse.delete(name);
      }
    }
    return [...worse].join() !== before;
  }
}

/** Those that a new run may be compared with, oldest first. */
export function baselineLines(lines: readonly HistoryLine[]): HistoryLine[] {
  return standings(lines)
    .filter(({ standing }) => standing === 'baseline')
    .map(({ line }) => line);
}

/** Of a run that was not imported. `isSlow`: with what this run itself says. */
export function standingOf(
  { verdict, isAccepted }: { verdict: VerdictWord; isAccepted: boolean },
  isSlow: boolean,
): Standing {
  if (verdict === 'invalid') return 'broken';
  if (isAccepted) return 'baseline';
  if (verdict === 'regression') return 'regressed';
  return isSlow ? 'after-regression' : 'baseline';
}

/** One line for each run; the file may hold them in any order, as parallel jobs end when they like. */
export function lastAttempts(lines: readonly HistoryLine[]): HistoryLine[] {
  const attempts = lines.map((line) => {
    return { line, key: runKey(line), attempt: line.run?.attempt ?? 0, at: line.at };
  });
  return lastOfEachRun(attempts).map(({ line }) => line);
}

/** What says which run it is, and when. */
export interface Attempted {
  /** As `runKey` has it. */
  readonly key: string;
  /** 0 of a run that has none. */
  readonly attempt: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Of each run the last attempt, in the order of their beginning. */
export function lastOfEachRun<One extends Attempted>(attempts: readonly One[]): One[] {
  const last = new Map<string, One>();
  for (const one of attempts) {
    const known = last.get(one.key);
    // What is written later of the same attempt says more, such as that it was accepted.
    if (known === undefined || one.attempt >= known.attempt) last.set(one.key, one);
  }
  const begun = Array.from(last.values(), (one) => ({ one, at: Date.parse(one.at) }));
  return begun.sort((a, b) => a.at - b.at).map(({ one }) => one);
}
