/** The run's own temporary folder, and its certain removal. */
import { randomBytes } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder, removeFolderSync } from '../system/cleanup/remove.ts';
import { temporaryFolder } from '../system/files/temporary-folder.ts';
import { UserError } from '../system/messages/problem.ts';

export interface ScratchDir {
  root: string;
  /** Removes everything, once, however often it is called. Never rejects: it tells the log. */
  remove(): Promise<void>;
}

/**
 * Makes a folder that only this user can enter, in RUNNER_TEMP or the system's temporary folder.
 * A program that exits without disposal removes it while it exits. `making` hears of it before it is
 * there: whoever cleans up after a program that is killed must know it at every moment.
 */
export async function makeScratchDir(
  log: (line: string) => void = () => {},
  making: (root: string) => void = () => {},
): Promise<ScratchDir> {
  const temp = temporaryFolder();
  const name = `throughput-gate-${randomBytes(6).toString('hex')}`;
  const root = join(await realpath(temp).catch(unusable(temp)), name);
  making(root);
  await mkdir(root, { mode: 0o700 }).catch(unusable(temp));
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

function unusable(temp: string): (error: Error) => never {
  return (error) => {
    throw new UserError(
      {
        where: temp,
        message: `no folder can be made in it: ${error.message}`,
        hint: 'it is where temporary files go: let RUNNER_TEMP or TMPDIR name a folder that is there and may be written',
      },
      { cause: error },
    );
  };
}
