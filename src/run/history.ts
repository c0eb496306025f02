/** The history of a run: opened and checked before anything is built, written when nothing of the change runs any more. */

import { type HistoryPlace, historyPlaceText } from '../config/values/history-place.ts';
import { LIMITS } from '../history/compact.ts';
import { type Kept, keepLines } from '../history/keep.ts';
import type { HistoryLine } from '../history/line.ts';
import { movesIn } from '../history/moves.ts';
import { linesOfRun, type RunOrigin } from '../history/of-run.ts';
import type { HistoryOutcome, LookedAt, ReadsOnly } from '../history/outcome.ts';
import { extrasOf } from '../history/past.ts';
import { openStore, type Surroundings } from '../history/stores/open.ts';
import { type Changes, type HistoryStore, StoreError } from '../history/stores/store.ts';
import type { Verdict } from '../judge/verdict/verdict.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import { shortCommit } from '../terms/short-commit.ts';

/** `commit`: what the default branch is at; null: whatever commit is measured. */
export type Writer =
  | { readonly kind: 'writes'; readonly origin: RunOrigin; readonly commit: string | null }
  | { readonly kind: 'reads-only'; readonly why: ReadsOnly };

export interface RunHistory {
  readonly store: HistoryStore;
  /** What this run finds is to be kept there. */
  readonly writes: boolean;
  /** Which of several jobs that measure subjects of the same names the run is; null: the only one. */
  readonly job: string | null;
  /** Number of the workflow run of which this is a further attempt, so that lines of it may be there; null: there are none. */
  readonly again: number | null;
  /** What the user should know now, though the run goes on. */
  readonly warnings: readonly string[];
  /** Takes what the run found; nothing is written yet. */
  collect(measurement: Measurement, verdict: Verdict): void;
  /** Writes it. Never throws: the verdict stands whatever becomes of its history. */
  keep(trusted: boolean): Promise<HistoryOutcome>;
}

/**
 * Null: no history is asked for.
 *
 * @param job as in `RunHistory`
 * @param onlyLooks nothing will be kept, whoever may
 * @throws UserError where the store cannot be what the user wants of it, whenever it is tried. A network that fails now may
 *   work when the run is over, which is a warning.
 */
export async function openHistory(
  place: HistoryPlace,
  writer: Writer,
  surroundings: Surroundings,
  { job = null, onlyLooks = false }: { job?: string | null; onlyLooks?: boolean } = {},
): Promise<RunHistory | null> {
  if (place.kind === 'none') return null;
  const warnings: string[] = [];
  let store: HistoryStore;
  try {
    store = openStore(place, surroundings);
    if (writer.kind === 'writes' && !onlyLooks) await store.check('write');
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (!error.isPassing) throw error.asUserError(`history: ${historyPlaceText(place)}`);
    warnings.push(
      `The history cannot be reached now: ${error.message}. It is tried again at the end.`,
    );
    store = openStore(place, surroundings);
  }
  const writes = writer.kind === 'writes';
  return { store, writes, job, again: againOf(writer), warnings, ...historyOn(store, writer) };
}

function againOf(writer: Writer): number | null {
  const run = writer.kind === 'writes' ? writer.origin.run : null;
  return run !== null && run.attempt > 1 ? run.id : null;
}

export function historyOn(
  store: HistoryStore,
  writer: Writer,
  look = movesIn,
): Pick<RunHistory, 'collect' | 'keep'> {
  let found: Found = { lines: [], head: null, isConfirmation: false };
  return {
    collect: (measurement, verdict) => {
      if (writer.kind !== 'writes') return;
      const head = measurement.sources.head?.commit ?? null;
      const lines = linesOfRun(measurement, verdict, writer.origin, extrasOf(measurement));
      found = { lines, head, isConfirmation: measurement.confirmationOf !== null };
    },
    keep: async (trusted) => {
      if (writer.kind !== 'writes') return writer;
      const { lines, head } = found;
      if (!trusted) return { kind: 'nothing', why: 'tampered' };
      if (head === null) return { kind: 'nothing', why: 'no-commit' };
      if (writer.commit !== null && head !== writer.commit) {
        return { kind: 'nothing', why: 'other-commit' };
      }
      if (lines.length === 0) return { kind: 'nothing', why: 'not-measured' };
      try {
        return await write(store, found, look);
      } catch (error) {
        const cure = error instanceof StoreError ? error.cure : null;
        return { kind: 'failed', where: store.name, message: (error as Error).message, cure };
      }
    },
  };
}

interface Found {
  readonly lines: readonly HistoryLine[];
  /** The commit that was measured. */
  readonly head: string | null;
  /** A confirmation stands for the first measurement, which the job before it has kept in the same run. */
  readonly isConfirmation: boolean;
}

async function write(
  store: HistoryStore,
  { lines, isConfirmation }: Found,
  look: typeof movesIn,
): Promise<HistoryOutcome> {
  let marked: Kept['marked'] = [];
  let setAside: Kept['setAside'] = [];
  let taken: Kept['taken'] = [];
  let mixed: Kept['mixed'] = [];
  let changes: Changes = new Map();
  await store.update(
    async (files) => {
      const kept = await keepLines(files, lines, LIMITS, isConfirmation);
      ({ taken, mixed } = kept);
      // Asked again of files that hold them already, it has nothing to say any more.
      if (kept.changes.size > 0) ({ marked, setAside, changes } = kept);
      return kept.changes;
    },
    // Other services build every branch that is pushed.
    `Keep the run of ${shortCommit(lines[0]?.commit ?? '')} [skip ci]`,
  );
  const subjects = lines.map(({ subject }) => subject);
  // Never throws: the lines are kept, whatever can be said of them.
  const trends = await look(changes, subjects).then(
    (moves): LookedAt => ({ kind: 'looked', subjects: moves }),
    (error: Error): LookedAt => ({ kind: 'failed', message: error.message }),
  );
  const count = lines.length - taken.length;
  return { kind: 'kept', where: store.name, lines: count, marked, setAside, taken, mixed, trends };
}
