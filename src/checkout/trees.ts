/** Both arms' source trees, side by side in one temporary folder. */

import { join } from 'node:path';
import { wayInside } from '../system/files/inside.ts';
import { UserError } from '../system/messages/problem.ts';
import type { Arm } from '../terms/arm.ts';
import type { ArmSource } from '../terms/arm-source.ts';
import { shortCommit } from '../terms/short-commit.ts';
import { type Base, type BaseRequest, resolveBase } from './base.ts';
import { makeStore } from './borrow.ts';
import { treeOf } from './commits.ts';
import { copyFolder, existingFolder } from './copy.ts';
import { originCure } from './fetch-cure.ts';
import { repoRoot } from './find.ts';
import { GitError } from './git.ts';
import { resolveHead } from './head.ts';
import type { Clone } from './origin.ts';
import { refuseSameCommit } from './same-code.ts';
import { makeScratchDir, type ScratchDir } from './scratch-dir.ts';
import { FLAGS, type SideNames } from './side-names.ts';
import { placeCommit } from './stand-alone.ts';
import { readUserRepository } from './user.ts';

export interface TreesOptions extends Omit<Clone, 'repo' | 'user'> {
  /** Where the user stands: in a repository, or anywhere when the arms are folders. */
  cwd: string;
  /** `none`: measure head alone. */
  base: BaseRequest | { kind: 'dir'; dir: string } | { kind: 'none' };
  /** Head is this folder instead of the repository's HEAD. */
  headDir?: string | undefined;
  /** Where head is measured alone: the base whose files are placed all the same, as its config counts and may name some. */
  ruleBase?: TreesOptions['base'];
  /**
   * Head includes uncommitted changes. Default: only where the base was asked for as people do at
   * their desk (`ref`, `auto`, `dir`, `none`), not where an event named it.
   */
  uncommitted?: boolean | undefined;
  /** Told the temporary folder just before it is made. */
  made?: ((root: string) => void) | undefined;
}

export interface Tree {
  /** Root of the arm's files; servers' workdirs are relative to it. */
  dir: string;
  source: ArmSource;
  /** Its commit is of work that nobody else has. */
  isSnapshot: boolean;
}

/** A project's files in both arms' trees. */
export interface PlacedProject {
  /** Relative to the arm's tree. */
  folder: string;
  /** Where the user has it: absolute, links resolved. */
  from: string;
  source: ArmSource;
}

/** Head is always measured, base where there is one. */
export interface ArmTrees {
  head: Tree;
  base?: Tree;
}

/** In the order in which they were placed: of a run head first, of a versus as the contenders were written. */
export function placedArms(arms: ArmTrees): [Arm, Tree][] {
  return (Object.keys(arms) as Arm[]).flatMap((arm): [Arm, Tree][] => {
    const tree = arms[arm];
    return tree === undefined ? [] : [[arm, tree]];
  });
}

/** Of an arm that is known to be there. */
export function armTree(arms: ArmTrees, arm: Arm): Tree {
  const tree = arms[arm];
  if (tree === undefined) throw new Error(`no tree of ${arm} was placed`);
  return tree;
}

export interface Trees extends AsyncDisposable {
  /** Temporary folder of this run, open to this user only. Gone after disposal. */
  root: string;
  arms: ArmTrees;
  /** Why there is no base; null when there is one. */
  missingBase: string | null;
  /** Base's files, where it is no arm. */
  ruleBase?: Tree;
  /** In a versus: what each arm's tree is made of. Absent: each is one tree of files. */
  projects?: readonly PlacedProject[];
}

/**
 * Makes `<root>/base` and `<root>/head`. Their paths are equally long on purpose: the size of the
 * environment alone can change a program's speed (Mytkowicz et al., 2009).
 * Disposal removes everything, also when called twice or at once; so does the program's exit.
 * @throws UserError for what the user can mend, or the signal's reason; nothing is left then
 */
export async function prepareTrees(options: TreesOptions): Promise<Trees> {
  options.signal?.throwIfAborted();
  const { ruleBase, ...wanted } = options;
  const asked = ruleBase === undefined ? wanted : { ...wanted, base: ruleBase };
  const given = await givenFolders(asked);
  const scratch = await makeScratchDir(options.log, options.made);
  try {
    const from = await findSources(scratch, given, asked);
    const { root, remove } = scratch;
    const head = await place(scratch, 'head', from.head, options);
    const placed = { root, [Symbol.asyncDispose]: remove };
    if ('missing' in from.base) {
      return { ...placed, arms: { head }, missingBase: from.base.missing };
    }
    const base = await place(scratch, 'base', from.base, options);
    options.signal?.throwIfAborted();
    return ruleBase === undefined
      ? { ...placed, arms: { head, base }, missingBase: null }
      : { ...placed, arms: { head }, missingBase: NOT_ASKED, ruleBase: base };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}

const NOT_ASKED = 'no baseline was asked for';

/** What the trees would be made of: the same commits, and the same errors, without a tree. */
export interface NamedSources {
  head: ArmSource;
  base: ArmSource | { missing: string };
}

/**
 * Nothing is left of it.
 * @throws UserError where `prepareTrees` would
 */
export async function nameSources(options: TreesOptions): Promise<NamedSources> {
  options.signal?.throwIfAborted();
  const given = await givenFolders(options);
  const scratch = await makeScratchDir(options.log);
  try {
    const { head, base } = await findSources(scratch, given, options);
    return { head: head.source, base: 'missing' in base ? base : base.source };
  } finally {
    await scratch.remove();
  }
}

/**
 * Base's files alone, for as long as `act` takes.
 * @returns null where there is no base
 * @throws as `prepareTrees` does
 */
export async function atBase<Result>(
  options: TreesOptions,
  act: (dir: string) => Promise<Result>,
): Promise<Result | null> {
  const given = await givenFolders(options);
  if (given.base.kind === 'none') return null;
  if (given.base.kind === 'folder') return act(given.base.path);
  const scratch = await makeScratchDir(options.log);
  try {
    const { base } = await findSources(scratch, given, options);
    return 'missing' in base ? null : await act((await place(scratch, 'base', base, options)).dir);
  } finally {
    await scratch.remove();
  }
}

/** A folder of the user's. */
interface GivenFolder {
  kind: 'folder';
  /** Absolute. */
  path: string;
  source: ArmSource;
}

/** Where an arm's files will be taken from. */
type Origin =
  | GivenFolder
  | {
      kind: 'commit';
      clone: Clone;
      source: ArmSource & { commit: string };
      uncommitted?: boolean;
    };

/** What was asked for, its folders found. */
interface Given {
  /** Null: the repository's HEAD. */
  head: GivenFolder | null;
  base: GivenFolder | BaseRequest | { kind: 'none' };
}

async function givenFolders({ cwd, base, headDir, names = FLAGS }: TreesOptions): Promise<Given> {
  const found = base.kind === 'dir' ? await folder(cwd, base.dir, names.baseDir) : base;
  const head = headDir === undefined ? null : await folder(cwd, headDir, names.headDir);
  if (found.kind === 'folder' && found.path === head?.path) throw sameFolder(found, names);
  return { head, base: found };
}

/** Both commits are here, fetched where they were missing, before any tree is made. */
async function findSources(
  scratch: ScratchDir,
  { head: headFolder, base }: Given,
  options: TreesOptions,
): Promise<{ head: Origin; base: Origin | { missing: string } }> {
  let opened: Promise<Clone> | undefined;
  const clone = () => (opened ??= openClone(scratch.root, options));
  const head: Origin = headFolder ?? (await headOf(await clone(), options));
  if (base.kind === 'none') return { head, base: { missing: NOT_ASKED } };
  if (base.kind === 'folder') return { head, base };
  const uncommitted = head.kind === 'folder' || head.uncommitted;
  const own = await clone();
  const baseline = await baseOf(own, await resolveBase(own, base, { uncommitted }));
  if (!('missing' in baseline)) {
    const { names = FLAGS } = options;
    const named = base.kind === 'ref' ? `${names.base} ${base.ref}` : null;
    refuseSameCommit(baseline.source, head.source, named);
  }
  return { head, base: baseline };
}

/**
 * A repository of our own, in `parent`, that knows all that the one of `cwd` knows.
 * @throws UserError when there is none
 */
export async function openClone(
  parent: string,
  options: Omit<Clone, 'repo' | 'user'> & { cwd: string },
): Promise<Clone> {
  const { cwd, token, server, names, signal, log, warn, retryDelaysMs, networkLimitMs } = options;
  const root = await repoRoot(cwd, signal);
  if (root === null) throw noRepository(cwd, names ?? FLAGS);
  // The way to the repository is neither up nor none: it is below.
  if (wayInside(cwd, root)) log?.(`${cwd} is in no git repository; using the one in ${root}`);
  const user = await readUserRepository(root, { signal }).catch((error) => {
    if (!(error instanceof GitError)) throw error;
    throw new UserError({ where: root, message: error.message }, { cause: error });
  });
  return makeStore(user, parent, {
    token,
    server,
    names,
    signal,
    log,
    warn,
    retryDelaysMs,
    networkLimitMs,
  });
}

async function folder(cwd: string, dir: string, where: string): Promise<GivenFolder> {
  const path = await existingFolder(cwd, dir, where);
  return { kind: 'folder', path, source: { commit: null, description: `folder ${dir}` } };
}

async function headOf(clone: Clone, { base, uncommitted }: TreesOptions) {
  const atDesk = ['ref', 'auto', 'dir', 'none'].includes(base.kind);
  const head = await resolveHead(clone, { uncommitted: uncommitted ?? atDesk });
  const source = {
    commit: head.commit,
    description: head.description,
    tree: await treeOf(clone, head.commit),
    ...(head.uncommitted && { isSnapshot: true as const }),
  };
  return { kind: 'commit', clone, source, uncommitted: head.uncommitted } as const;
}

async function baseOf(clone: Clone, base: Base): Promise<Origin | { missing: string }> {
  if (base.commit === null) return { missing: base.reason };
  const source = { ...base, tree: await treeOf(clone, base.commit) };
  return { kind: 'commit', clone, source };
}

async function place(
  scratch: ScratchDir,
  arm: Arm,
  from: Origin,
  options: TreesOptions,
): Promise<Tree> {
  const { source } = from;
  const commit = source.commit === null ? '' : ` (${shortCommit(source.commit)})`;
  options.log?.(`Placing ${arm}: ${source.description}${commit}`);
  const dir = join(scratch.root, arm);
  if (from.kind === 'commit') {
    await placeCommit(from.clone, from.source.commit, dir).catch((error) => {
      throw error instanceof GitError ? cannotPlace(arm, error, options.token) : error;
    });
    return { dir, source, isSnapshot: from.uncommitted === true };
  }
  await copyFolder(from.path, dir, options.signal);
  return { dir, source, isSnapshot: false };
}

function cannotPlace(arm: Arm, error: GitError, token: string | undefined): UserError {
  return new UserError(
    {
      message: `Cannot write the files of ${arm}. ${error.message}`,
      hint:
        originCure(error.trouble, token) ??
        'The same commands must work in a fresh clone: look for a filter that is not installed, or contents that origin does not give.',
    },
    { cause: error },
  );
}

function sameFolder({ path }: { path: string }, { baseDir, headDir }: SideNames): UserError {
  return new UserError({
    where: `${baseDir}, ${headDir}`,
    message: `Both are the same folder: ${path}`,
    hint: 'Give two folders. To compare a tree with itself, copy it.',
  });
}

function noRepository(cwd: string, { outside }: SideNames): UserError {
  return new UserError({
    where: cwd,
    message: 'This is not inside a git repository (with a work tree).',
    hint: outside,
  });
}
