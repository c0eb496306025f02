/** The trees of a versus: every project in both arms, as it stands, because each arm may run any of them. */

import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UserError } from '../system/messages/problem.ts';
import type { ArmSource } from '../terms/arm-source.ts';
import { shortCommit } from '../terms/short-commit.ts';
import { copyFolder, existingFolder } from './copy.ts';
import { rootAround } from './find.ts';
import { GitError, git } from './git.ts';
import { resolveHead } from './head.ts';
import { makeScratchDir, type ScratchDir } from './scratch-dir.ts';
import { placeCommit } from './stand-alone.ts';
import { openClone, type PlacedProject, type Trees, type TreesOptions } from './trees.ts';

/** What is placed for a project: the whole work tree that it is in, or its folder alone. */
export interface Place {
  /** Absolute, links resolved. */
  path: string;
  /** Where it is put, relative to an arm's tree. */
  folder: string;
  isRepository: boolean;
}

export interface FoundProjects {
  /** Each once. */
  places: Place[];
  /** In the order of what was asked: root of the project, relative to an arm's tree. */
  roots: string[];
}

export type ProjectOptions = Pick<TreesOptions, 'signal' | 'log' | 'made'> & {
  places: readonly Place[];
};

/**
 * Looks only. A folder of a work tree comes with all of that, as a build may read its neighbours; one that git ignores,
 * or that is in no work tree, comes alone.
 */
export async function findProjects(
  folders: readonly string[],
  signal?: AbortSignal,
): Promise<FoundProjects> {
  const found: { path: string; top: string | null }[] = [];
  for (const folder of folders) {
    const path = await existingFolder('/', folder, folder);
    found.push({ path, top: await workTreeOf(path, signal) });
  }
  const tops = [...new Set(found.map(({ path, top }) => top ?? path))];
  // As many digits for each: the size of the environment moves results.
  const digits = String(tops.length - 1).length;
  const folderOf = (path: string) => String(tops.indexOf(path)).padStart(digits, '0');
  return {
    places: tops.map((path) => ({
      path,
      folder: folderOf(path),
      isRepository: found.some(({ top }) => top === path),
    })),
    roots: found.map(({ path, top }) => join(folderOf(top ?? path), relative(top ?? path, path))),
  };
}

/**
 * Makes `<root>/base/<n>` and `<root>/head/<n>` of every place; all of these paths are equally long, as in a run.
 * Disposal removes everything.
 * @throws UserError for what the user can mend, or the signal's reason; nothing is left then
 */
export async function placeProjects(options: ProjectOptions): Promise<Trees> {
  const { places, signal, log, made } = options;
  signal?.throwIfAborted();
  const scratch = await makeScratchDir(log, made);
  try {
    const projects: PlacedProject[] = [];
    for (const arm of ['base', 'head']) await mkdir(join(scratch.root, arm));
    for (const place of places) {
      const source = await placeOne(scratch, place, options);
      projects.push({ folder: place.folder, from: place.path, source });
    }
    signal?.throwIfAborted();
    const source = sourceOf(projects);
    const arms = {
      base: { dir: join(scratch.root, 'base'), source, isSnapshot: false },
      head: { dir: join(scratch.root, 'head'), source, isSnapshot: false },
    };
    const { root, remove } = scratch;
    return { root, arms, missingBase: null, projects, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}

/** Both arms have the same: no commit of it is base's or head's. */
function sourceOf(projects: readonly PlacedProject[]): ArmSource {
  const described = projects.map(({ source: { commit, description } }) =>
    commit === null ? description : `${description} (${shortCommit(commit)})`,
  );
  return { commit: null, description: described.join('; ') };
}

async function placeOne(
  { root }: ScratchDir,
  { path, folder, isRepository }: Place,
  { signal, log }: ProjectOptions,
): Promise<ArmSource> {
  const dirs = ['base', 'head'].map((arm) => join(root, arm, folder));
  if (!isRepository) {
    log?.(`Placing the folder ${path}`);
    for (const dir of dirs) await copyFolder(path, dir, signal);
    return { commit: null, description: `folder ${path}` };
  }
  const clone = await openClone(root, { cwd: path, signal, log });
  const { commit, description } = await resolveHead(clone, { uncommitted: true });
  log?.(`Placing ${path}: ${description} (${shortCommit(commit)})`);
  for (const dir of dirs) {
    await placeCommit(clone, commit, dir).catch((error) => {
      throw error instanceof GitError ? cannotPlace(path, error) : error;
    });
  }
  return { commit, description: `${path}, ${description}` };
}

/** Null where the folder is in none, or has no file there that git would bring along. */
async function workTreeOf(path: string, signal: AbortSignal | undefined): Promise<string | null> {
  const top = await rootAround(path, signal);
  if (top === null) return null;
  const wanted = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', '.'];
  if ((await git(path, wanted, { signal })) === '') return null;
  // Without a commit there is nothing that its files could stand on.
  const head = ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'];
  return await git(path, head, { signal }).then(
    () => top,
    () => null,
  );
}

function cannotPlace(path: string, error: GitError): UserError {
  return new UserError(
    {
      where: path,
      message: `Cannot write its files into a tree of our own. ${error.message}`,
      hint: 'The same commands must work in a fresh clone: look for a full disk, or a filter that is not installed.',
    },
    { cause: error },
  );
}
