/** Logs of the benches that measure for hours, one line of JSON for each run: what is in one already is not measured again. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Nothing where no log is kept, or none was begun. */
export function readLog<Line>(file: string | undefined): Line[] {
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}

export function keepIn(file: string | undefined, line: unknown): void {
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
}
