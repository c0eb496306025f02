/** What each subcommand of `history` is: a row of the table in `../history.ts`. */
import type { Command } from 'commander';
import type { HistoryStore } from '../../history/stores/store.ts';

/** `Flags`: what commander makes of those that `declare` adds; `--as-json` is `asJson`. */
export interface HistoryCommand<Flags extends object = object> {
  readonly name: string;
  readonly description: string;
  /** Adds its arguments and flags; `--history` and `--config` are there already. */
  declare(command: Command): Command;
  /**
   * @param args those of `declare`, in its order; an optional one may be undefined
   * @throws UserError or StoreError for what the user can mend
   */
  run(given: Given<Flags>, args: readonly (string | undefined)[]): Promise<Told>;
}

export interface Given<Flags extends object = object> {
  readonly store: HistoryStore;
  readonly flags: Readonly<Flags>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /**
   * To be asked before anything is written to the store. `what`: what the user has typed.
   * @throws UserError where runs of this kind do not write a history either, such as in the job of a pull request
   */
  readonly assertMayWrite: (what: string) => Promise<void>;
  /** `owner/name` of the repository around `cwd` on github.com; null: it is elsewhere, or there is none. */
  readonly repository: () => Promise<string | null>;
}

export interface Told {
  /** For standard output, before `text`: what may be more than one string holds. */
  readonly pieces?: readonly Buffer[];
  /** For standard output, its last line end included. */
  readonly text: string;
  readonly exitCode: number;
}
