/** Paths without links. */
import { realpathSync } from 'node:fs';

/** The path itself where nothing is there, or nobody may look. */
export function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
