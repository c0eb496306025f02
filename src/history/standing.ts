/**
 * Which lines of a subject may serve as a baseline. A slowdown that nobody accepted is none, and nor is what follows it: a run
 * that is "unchanged" against a slower commit is as slow as that. Pure.
 */
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
  const worse = new Set<string>();
  return lastAttempts(lines).map((line) => {
    if (line.imported != null) return { line, standing: 'imported', turns: false };
    const before = [...worse].join();
    if (line.accepted !== null) worse.clear();
    else {
      for (const [name, { word, gating, calibrated }] of Object.entries(line.metrics)) {
        if (word === 'regression' && gating) worse.add(name);
        const isAgainstPast = line.base === null && calibrated !== null;
        if (word === 'improvement' || (word === 'unchanged' && isAgainstPast)) worse.delete(name);
      }
    }
    const turns = [...worse].join() !== before;
    return { line, standing: standingOf(line, worse.size > 0), turns };
  });
}

/** Those that a new run may be compared with, oldest first. */
export function baselineLines(lines: readonly HistoryLine[]): HistoryLine[] {
  return standings(lines)
    .filter(({ standing }) => standing === 'baseline')
    .map(({ line }) => line);
}

function standingOf({ verdict, accepted }: HistoryLine, isSlow: boolean): Standing {
  if (verdict === 'invalid') return 'broken';
  if (accepted !== null) return 'baseline';
  if (verdict === 'regression') return 'regressed';
  return isSlow ? 'after-regression' : 'baseline';
}

/** One line for each run; the file may hold them in any order, as parallel jobs end when they like. */
export function lastAttempts(lines: readonly HistoryLine[]): HistoryLine[] {
  const last = new Map<string, HistoryLine>();
  for (const line of lines) {
    const key = runKey(line);
    const known = last.get(key);
    // What is written later of the same attempt says more, such as that it was accepted.
    if (known === undefined || attemptOf(line) >= attemptOf(known)) last.set(key, line);
  }
  const began = new Map([...last.values()].map((line) => [line, Date.parse(line.at)]));
  return [...last.values()].sort((a, b) => (began.get(a) ?? 0) - (began.get(b) ?? 0));
}

function attemptOf({ run }: HistoryLine): number {
  return run?.attempt ?? 0;
}
