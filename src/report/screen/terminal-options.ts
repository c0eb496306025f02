/** How a report is to look on a terminal. */
import type { Printed } from '../../system/messages/printed.ts';

export interface TerminalOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
  /** Paths of the files that were written, as the reader should see them; the one to open first. */
  files?: readonly string[];
  /** Also what cannot fail the job; absent where nobody could ask for it. */
  details?: boolean;
  /** What builds, hooks and servers printed beside failures. */
  printed?: readonly Printed[];
}
