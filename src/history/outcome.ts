/** What became of a run's lines: kept, or why not. */
import type { SubjectId } from '../config/experiment/experiment.ts';
import type { CheckedSubject } from './check.ts';
import type { Marked, SetAside } from './keep.ts';
import type { Mixed } from './mixed.ts';

/** Why a run writes no history: a pull request of whoever, a merge that may be thrown away, not the default branch, or a trial. */
export type ReadsOnly =
  | 'pull-request'
  | 'merge-group'
  | 'other-branch'
  | 'other-event'
  | 'not-clean'
  /** A commit of the default branch's name that is not where it is at origin. */
  | 'not-pushed'
  /** At somebody's own desk, where only the config file names the history. */
  | 'not-asked';

/** What the levels of the run's subjects did, with its own lines among the others. */
export type LookedAt =
  | { readonly kind: 'looked'; readonly subjects: readonly CheckedSubject[] }
  | { readonly kind: 'failed'; readonly message: string };

export type HistoryOutcome =
  | {
      readonly kind: 'kept';
      /** The store's name. */
      readonly where: string;
      readonly lines: number;
      /** Those that are no baseline, and those that were accepted. */
      readonly marked: readonly Marked[];
      readonly setAside: readonly SetAside[];
      /** Of these nothing was kept: another step of the same run has a line of them. */
      readonly taken: readonly SubjectId[];
      readonly mixed: readonly Mixed[];
      readonly trends: LookedAt;
    }
  | { readonly kind: 'reads-only'; readonly why: ReadsOnly }
  /** `other-commit`: what was measured is not what the branch is at. */
  | {
      readonly kind: 'nothing';
      readonly why: 'not-measured' | 'other-commit' | 'no-commit' | 'tampered';
    }
  | {
      readonly kind: 'failed';
      readonly where: string;
      readonly message: string;
      readonly cure: string | null;
    };
