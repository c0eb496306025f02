/** Where temporary files go. */
import { tmpdir } from 'node:os';

/** A runner's own, which it empties after each job; else the system's. Nobody has looked whether it is there and may be written. */
export function temporaryFolder(): string {
  return process.env.RUNNER_TEMP || tmpdir();
}
