/** The run's own temporary folder, and its certain removal. */
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clone } from './origin.ts';
import { removeFolder, removeFolderSync } from './remove.ts';
import { addWorktree, forgetWorktreesSync, worktreeRecords } from './worktree.ts';

export interface Lair {
  root: string;
  /** A worktree of the clone at `<root>/<name>`. */
  worktree(clone: Clone, commit: string, name: string): Promise<string>;
  /** Removes everything, once, however often it is called. Never rejects: it tells the log. */
  remove(): Promise<void>;
}

/**
 * Makes a folder that only this user can enter, in RUNNER_TEMP or the system's temporary folder.
 * A program that exits without disposal (a second Ctrl-C) removes it while it exits.
 */
export async function makeLair(log: (line: string) => void = () => {}): Promise<Lair> {
  const temp = process.env.RUNNER_TEMP || tmpdir();
  const root = await mkdtemp(join(await realpath(temp), 'throughput-gate-'));
  const worktrees: AsyncDisposable[] = [];
  let records: string | null = null;
  let removed: Promise<void> | undefined;

  const onExit = () => {
    removeFolderSync(root);
    if (records !== null) forgetWorktreesSync(records, root);
  };
  process.once('exit', onExit);

  const removeAll = async () => {
    try {
      for (const worktree of worktrees) await worktree[Symbol.asyncDispose]();
      await removeFolder(root);
    } catch (error) {
      log(`Could not remove ${root}: ${(error as Error).message}`);
    } finally {
      process.removeListener('exit', onExit);
    }
  };

  return {
    root,
    async worktree(clone, commit, name) {
      const dir = join(root, name);
      records ??= await worktreeRecords(clone);
      worktrees.push(await addWorktree(clone, commit, dir));
      return dir;
    },
    remove() {
      removed ??= removeAll();
      return removed;
    },
  };
}
