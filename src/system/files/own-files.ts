/**
 * Notices when the gate's own files are changed while it runs. Builds and servers run as the same user, and the programs that make
 * the load are started from files after builds have run: whoever writes there makes the figures.
 */
import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { namedFiles } from '../messages/named-files.ts';
import { UserError } from '../messages/problem.ts';
import { ownProgram } from '../program/runtime.ts';

export class OwnFiles {
  readonly #known: ReadonlyMap<string, string>;

  /** As they are now. */
  constructor(files: readonly string[] = filesOfProgram()) {
    this.#known = new Map(files.map((file) => [file, stateOf(file)]));
  }

  /** Why nothing that was measured can be believed; null when all are as they were. What was put back again counts, too. */
  trouble(): string | null {
    const changed = [...this.#known.keys()].filter(
      (file) => stateOf(file) !== this.#known.get(file),
    );
    if (changed.length === 0) return null;
    return `files of the gate itself were changed while it ran (${namedFiles(changed)}), so its figures may be anybody's. Look for the build, server or update that writes there`;
  }

  /** To be called before one of them is run. @throws UserError */
  assertUnchanged(): void {
    const trouble = this.trouble();
    if (trouble !== null) throw new UserError({ message: trouble });
  }
}

/** From the start of this process on. */
export const ownFiles = new OwnFiles();

/** The bundles, or the programs among the sources, and the Node.js that runs them. */
function filesOfProgram(): string[] {
  const generator = ownProgram('generator');
  const folder = path.dirname(generator);
  const programs = generator.endsWith('.ts')
    ? (['generator', 'holder', 'watchdog', 'calibrator'] as const).map(ownProgram)
    : readdirSync(folder).map((name) => path.join(folder, name));
  return [...programs, process.execPath];
}

/** Changes with whatever is done to the file, a change that is undone included: the time of its record is the system's own. */
function stateOf(file: string): string {
  let stat: BigIntStats | undefined;
  try {
    stat = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  } catch {
    return 'unreadable';
  }
  if (stat === undefined) return 'absent';
  // Not its number: on some file systems (FUSE, network) the same file gets another one once it was forgotten.
  const { mode, size, mtimeNs, ctimeNs, nlink } = stat;
  // A package manager's store gives a file more names, and that alone sets the time of its record.
  const recordNs = nlink > 1n ? '' : ctimeNs;
  return [mode, size, mtimeNs, recordNs].join(' ');
}
