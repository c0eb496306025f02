/**
 * Gives every block its own copies of the programs that its arms execute. An arm's tree is made once per run, so its program is
 * one file, with one place in memory: which pages it got there moves its speed a little, one way in this run and the other way in
 * the next, and no number of blocks would average it out. In a new file it gets other pages (docs/adr/0042-run-effect.md).
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { isInside } from '../../system/files/inside.ts';
import { readProc } from '../../system/kernel/proc-stat.ts';
import type { Arm } from '../../terms/arm.ts';
import type { ProgramsCopied } from '../observed/measurement.ts';
import { isOnSharedRuntime } from './shared-runtime.ts';

const run = promisify(execFile);

/** Of both arms, in each block: half a second of copying. */
const BYTES_AT_MOST = 500 * 1024 * 1024;
const COPY_WITHIN_MS = 30_000;
/** What a file is besides its bytes must stay: a capability to open low ports is an extended attribute. */
const COPY = ['--preserve=mode,ownership,timestamps,xattr', '--no-dereference', '--'];

type Lacking = NonNullable<ProgramsCopied['lacking']>;

/** By path, as each was when it was seen, or copied last. */
type Known = Map<string, Stats>;

export class ProgramCopies {
  readonly #roots: Partial<Record<Arm, string>> = {};
  /** Paths by server and arm; several servers may execute one file. */
  readonly #programs = new Map<string, Map<Arm, Set<string>>>();
  readonly #known: Known = new Map();
  readonly #replaced = new Set<string>();
  /** By server: the arms of which that was so when they were seen last. */
  readonly #onSharedRuntime = new Map<string, Set<Arm>>();
  /** Why a server's are left as they are from then on. */
  readonly #lacking = new Map<string, Lacking>();

  /** `dirs`: roots of the arms' trees. */
  constructor(dirs: Partial<Record<Arm, string>>) {
    for (const [arm, dir] of Object.entries(dirs)) this.#roots[arm as Arm] = realpathSync(dir);
  }

  /**
   * Processes of an arm's server are running, at the end of a block: what they execute of the arm's own tree is to be new in the
   * next one. Nothing off Linux.
   */
  saw(server: string, arm: Arm, pids: readonly number[]): void {
    const root = this.#roots[arm];
    if (root === undefined) return;
    const ofServer = this.#programs.get(server) ?? new Map<Arm, Set<string>>();
    this.#programs.set(server, ofServer);
    const programs = ofServer.get(arm) ?? new Set();
    ofServer.set(arm, programs);
    const shared = this.#onSharedRuntime.get(server) ?? new Set<Arm>();
    this.#onSharedRuntime.set(server, shared);
    if (isOnSharedRuntime(pids, root)) shared.add(arm);
    else shared.delete(arm);
    for (const file of new Set(pids.flatMap(executedBy))) {
      if (!isInside(root, file) || programs.has(file)) continue;
      const known = lstatSync(file, { throwIfNoEntry: false });
      if (!known?.isFile()) continue;
      programs.add(file);
      if (!this.#known.has(file)) this.#known.set(file, known);
    }
  }

  /**
   * Before a block, when nothing of either arm runs. All of them are copied, or none: the arms must stay alike. Null where
   * there is nothing to copy, as with an interpreter that is not in the tree. `order`: in which the arms have their turns.
   */
  async renew(server: string, order: readonly Arm[]): Promise<ProgramsCopied | null> {
    const files = order.flatMap((arm) => [...(this.#programs.get(server)?.get(arm) ?? [])]);
    if (files.length === 0) return null;
    const began = performance.now();
    const lacking =
      this.#lacking.get(server) ?? unfit(files, this.#known) ?? (await copyAll(files, this.#known));
    if (lacking !== null) this.#lacking.set(server, lacking);
    else for (const file of files) this.#replaced.add(file);
    const tookMs = Number((performance.now() - began).toFixed(1));
    return { files: lacking === null ? files.length : 0, tookMs, lacking };
  }

  /** Whether an arm of this server runs on what no copy makes new, as far as it was seen. */
  isOnSharedRuntime(server: string): boolean {
    return (this.#onSharedRuntime.get(server)?.size ?? 0) > 0;
  }

  /** By real path. What others do to them afterwards is noticed before the next copy. */
  replaced(): ReadonlySet<string> {
    return this.#replaced;
  }
}

/** For whoever leaves all programs as they are, and asks nothing about them. */
export const KEPT_PROGRAMS: Pick<
  ProgramCopies,
  'saw' | 'renew' | 'isOnSharedRuntime' | 'replaced'
> = {
  saw: () => {},
  renew: async () => null,
  isOnSharedRuntime: () => false,
  replaced: () => new Set(),
};

/** Files that are mapped as code; the executable is one of them. */
function executedBy(pid: number): string[] {
  const rows = readProc(`${pid}/maps`)?.split('\n') ?? [];
  return rows.flatMap((row) => /^\S+ ..x\S* \S+ \S+ \S+ +(\/.*)$/.exec(row)?.[1] ?? []);
}

function unfit(files: readonly string[], known: Known): Lacking | null {
  const sizes = files.map((file) => known.get(file)?.size ?? 0);
  if (sizes.reduce((sum, size) => sum + size, 0) > BYTES_AT_MOST) return 'too-large';
  return files.every((file) => isAsKnown(file, known.get(file))) ? null : 'changed';
}

/** Who writes its own program anew at each start, or while it is measured, must not find an old one in its place. */
function isAsKnown(file: string, known: Stats | undefined): boolean {
  const now = lstatSync(file, { throwIfNoEntry: false });
  return (
    now !== undefined &&
    (['ino', 'dev', 'size', 'mtimeMs'] as const).every((key) => now[key] === known?.[key])
  );
}

/** First all copies, then all renames. What is half done when the run ends is in the arms' trees, which are removed whole. */
async function copyAll(files: readonly string[], known: Known): Promise<Lacking | null> {
  const suffix = `.${randomBytes(6).toString('hex')}`;
  try {
    for (const file of files) await copy(file, file + suffix);
    for (const file of files) {
      await rename(file + suffix, file);
      known.set(file, lstatSync(file));
    }
    return null;
  } catch (error) {
    for (const file of files) await rm(file + suffix, { force: true }).catch(() => {});
    return reasonOf(error);
  }
}

async function copy(from: string, to: string): Promise<void> {
  const env = { ...process.env, LC_ALL: 'C' };
  await run('cp', [...COPY, from, to], { env, timeout: COPY_WITHIN_MS, cwd: path.dirname(from) });
}

/** By what `cp` or the system said. */
function reasonOf(error: unknown): Lacking {
  const said = `${(error as { stderr?: string }).stderr ?? ''} ${(error as Error).message}`;
  if (/No space left|quota exceeded|ENOSPC|EDQUOT/i.test(said)) return 'no-space';
  if (/Permission denied|Read-only|not permitted|EACCES|EROFS|EPERM/i.test(said))
    return 'read-only';
  return 'not-copied';
}
