/** Text of a small file of the system's, such as those of `/sys` and `/proc`. */
import { readFileSync } from 'node:fs';

/** Null where it is not there, or nobody may read it. */
export function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
