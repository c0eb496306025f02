/** The run's own temporary folder, and its certain removal. */
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder, removeFolderSync } from './remove.ts';

export interface Lair {
  root: string;
  /** Removes everything, once, however often it is called. Never rejects: it tells the log. */
  remove(): Promise<void>;
}

/**
 * Makes a folder that only this user can enter, in RUNNER_TEMP or the system's temporary folder.
 * A program that exits without disposal removes it while it exits.
 */
export async function makeLair(log: (line: string) => void = () => {}): Promise<Lair> {
  const temp = process.env.RUNNER_TEMP || tmpdir();
  const root = await mkdtemp(join(await realpath(temp), 'throughput-gate-'));
  const onExit = () => {
    try {
      removeFolderSync(root);
    } catch {
      // The watchdog tries again, and says what is left.
    }
  };
  process.once('exit', onExit);
  let removed: Promise<void> | undefined;

  const removeAll = async () => {
    try {
      await removeFolder(root);
    } catch (error) {
      log(`Could not remove ${root}: ${(error as Error).message}`);
    } finally {
      process.removeListener('exit', onExit);
    }
  };

  return {
    root,
    remove() {
      removed ??= removeAll();
      return removed;
    },
  };
}
