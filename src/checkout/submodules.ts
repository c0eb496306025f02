/** Submodules of an arm: clones of their own, from what the user's checkout has of them. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { makeStore } from './borrow.ts';
import { commitOf, ensureCommit } from './commits.ts';
import { askGit, GitError, git } from './git.ts';
import type { GitTrouble } from './git-trouble.ts';
import { askOrigin, type Clone, FETCH } from './origin.ts';
import { parseSettings, settingOf } from './settings.ts';
import { askUser, readUserRepository, type UserRepository } from './user.ts';

/** Another time it could be had. Any other trouble was there for whoever made the checkout, too. */
const NOT_NOW: readonly GitTrouble[] = ['passing', 'endless', 'disk'];

/**
 * Fills the submodules of the commit at `dir` that the user has initialised. A missing commit is fetched from the
 * submodule's own origin; one that cannot be had is told, and its folder stays empty. `place` makes a clone of one.
 * @throws GitError where it could be had another time: an arm without it would fail to build, and be no baseline
 */
export async function fillSubmodules(
  clone: Clone,
  dir: string,
  gitDir: string,
  place: (store: Clone, commit: string, dir: string, gitDir: string) => Promise<void>,
): Promise<void> {
  for (const { name, path, commit } of await submodulesOf(clone, dir)) {
    if (name === null) {
      clone.warn?.(
        `The folder ${path} is a git repository of its own and no submodule, so it is empty in ${basename(dir)}: only git's \`submodule add\` makes its files a part of this one`,
      );
      continue;
    }
    try {
      const user = await lenderOf(clone, name, path);
      if (user === null) continue;
      const { repo: _, user: __, ...means } = clone;
      const store = await makeStore(user, dirname(clone.repo), means);
      await fetchCommit(store, commit);
      await place(store, commit, join(dir, path), join(gitDir, 'modules', name));
    } catch (error) {
      if (!(error instanceof GitError) || NOT_NOW.includes(error.trouble)) throw error;
      clone.warn?.(`The submodule ${path} is missing in ${dir}: ${error.message}`);
    }
  }
}

interface Submodule {
  /** Null: no file says where it comes from, as of a clone within a clone that was added as it is. */
  name: string | null;
  path: string;
  commit: string;
}

async function submodulesOf({ signal }: Clone, dir: string): Promise<Submodule[]> {
  const file = ['config', '-z', '--file', '.gitmodules', '--get-regexp', '^submodule\\..*\\.path$'];
  const hasFile = existsSync(join(dir, '.gitmodules'));
  const named = hasFile ? await askGit(dir, file, { signal }) : null;
  const names = new Map(
    parseSettings(named ?? '').map(([key, path]) => [path, key.slice(10, -'.path'.length)]),
  );
  const links = await git(dir, ['ls-files', '-s', '-z'], { signal });
  return links.split('\0').flatMap((line) => {
    const [, commit, path] = /^160000 ([0-9a-f]+) \d\t(.+)$/s.exec(line) ?? [];
    if (commit === undefined || path === undefined) return [];
    const name = names.get(path) ?? null;
    return name === null || isHarmless(name) ? [{ name, path, commit }] : [];
  });
}

/** The change names its submodules: a name becomes a folder in `.git/modules`, and must not lead out. */
function isHarmless(name: string): boolean {
  return name !== '' && !name.split(/[/\\]/).some((part) => part === '' || part === '..');
}

/** Whose objects are borrowed; null when the user's checkout does without the submodule. */
async function lenderOf(
  { user, signal }: Clone,
  name: string,
  path: string,
): Promise<UserRepository | null> {
  const checkedOut = join(user.root, path);
  if (!user.isBare && existsSync(join(checkedOut, '.git'))) {
    return readUserRepository(checkedOut, { signal });
  }
  const url = settingOf(user.settings, `submodule.${name}.url`);
  if (url === null) return null;
  const inside = await askUser(user, ['rev-parse', '--git-path', `modules/${name}`], { signal });
  const gitDir = resolve(user.root, inside);
  if (existsSync(join(gitDir, 'HEAD'))) return readUserRepository(gitDir, { signal, gitDir });
  return onlyAt(user, url);
}

/** Nothing of it is here: all must be fetched. */
function onlyAt(user: UserRepository, url: string): UserRepository {
  const settings = user.settings.filter(
    ([key]) => !/^(remote|submodule|extensions|core)\./.test(key),
  );
  return {
    ...user,
    isBare: true,
    objects: null,
    settings: [...settings, ['remote.origin.url', url]],
    files: {
      shallow: null,
      'info/exclude': null,
      'info/attributes': null,
      'info/sparse-checkout': null,
    },
    head: { ref: null, commit: null },
    refs: [],
  };
}

/** By its id; from a server that does not give any id away, with all branches. */
async function fetchCommit(clone: Clone, commit: string): Promise<void> {
  try {
    await ensureCommit(clone, commit);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    await askOrigin(clone, [...FETCH, 'origin', '+refs/heads/*:refs/remotes/origin/*']);
    if ((await commitOf(clone, commit)) === null) throw error;
  }
}
