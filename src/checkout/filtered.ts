/** Files that a filter writes (Git LFS, git-crypt): taken from the user's checkout, not made anew. */
import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, lstat, readFile } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { git } from './git.ts';
import type { Setting } from './git-env.ts';
import type { Clone } from './origin.ts';
import { settingOf } from './settings.ts';
import { snapshotIndex, snapshotLfs } from './snapshot.ts';
import { askUser } from './user.ts';

/** Settings under which git writes a filter's files as they are stored. */
export function turnedOff(name: string): Setting[] {
  return [
    [`filter.${name}.required`, 'false'],
    [`filter.${name}.smudge`, ''],
    [`filter.${name}.process`, ''],
  ];
}

/**
 * Gives files of Git LFS, and of filters that could not be run, the content that the user's checkout
 * has: the very file where it is the same version, else from LFS's cache. A file that is
 * a pointer there stays one. Nothing is downloaded.
 */
export async function fillFiltered(
  clone: Clone,
  dir: string,
  broken: readonly string[],
): Promise<void> {
  const { settings } = clone.user;
  const hasLfs = settings.some(([key]) => key.startsWith('filter.lfs.'));
  const names = new Set(hasLfs ? ['lfs', ...broken] : broken);
  for (const name of names) {
    if (!/^[\w.-]+$/.test(name)) continue;
    const missing = await fill(clone, dir, name);
    if (missing.length === 0) continue;
    clone.log?.(asText(name, basename(dir), missing));
  }
}

function asText(filter: string, arm: string, paths: readonly string[]): string {
  const one = paths.length === 1;
  const files = one ? '1 file' : `${paths.length} files`;
  const named = `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ', …' : ''}`;
  return filter === 'lfs'
    ? `${files} of Git LFS ${one ? 'stays a pointer' : 'stay pointers'} in ${arm}, because this clone has not downloaded ${one ? 'it' : 'them'}: ${named}. A step with \`git lfs fetch origin COMMIT\` before this one gets them`
    : `The filter "${filter}" failed, so ${files} of ${arm} ${one ? 'is as it is' : 'are as they are'} stored: ${named}`;
}

/** @returns the paths of those for which there is nothing */
async function fill(clone: Clone, dir: string, filter: string): Promise<string[]> {
  const { user, signal } = clone;
  const which = ['-z', '--', `:(attr:filter=${filter})`];
  const wanted = entriesOf(await git(dir, ['ls-files', '-s', ...which], { signal }));
  if (wanted.size === 0) return [];
  const theirs = user.isBare ? new Map<string, string>() : await unchangedOf(clone, which);
  const caches = lfsCaches(clone);
  const missing: string[] = [];
  const replaced: string[] = [];
  for (const [path, entry] of wanted) {
    signal?.throwIfAborted();
    const target = join(dir, path);
    // A link, or outside of a sparse checkout.
    if (!(await isFile(target))) continue;
    const original = join(user.root, path);
    if (theirs.get(path) === entry && (await isFile(original))) {
      await replace(original, target, entry);
      replaced.push(`${entry} 0\t${path}\0`);
      continue;
    }
    const pointer = filter === 'lfs' ? await pointerIn(target) : null;
    if (filter === 'lfs' && pointer === null) continue;
    const cached = pointer === null ? null : cachedIn(caches, pointer);
    const theyHaveAPointer = !user.isBare && (await pointerIn(original)) !== null;
    if (theyHaveAPointer) continue;
    if (cached === null) {
      missing.push(path);
      continue;
    }
    await replace(cached, target, entry);
    replaced.push(`${entry} 0\t${path}\0`);
  }
  // Without the old file's size and times in the index: by these, git would call the file changed.
  const input = replaced.join('');
  await git(dir, ['update-index', '-z', '--index-info'], { signal, input });
  return missing;
}

/** What the user's files are versions of, without those that were changed since. */
async function unchangedOf(clone: Clone, which: readonly string[]): Promise<Map<string, string>> {
  const { user, signal } = clone;
  const index = snapshotIndex(clone);
  // The snapshot's index is of the files as they are.
  const isExact = existsSync(index);
  const options = {
    signal,
    env: isExact ? { GIT_INDEX_FILE: index } : {},
    // To compare, git lets LFS write objects; not into the user's cache.
    config: [['lfs.storage', snapshotLfs(clone)]] as const,
  };
  const entries = entriesOf(await askUser(user, ['ls-files', '-s', ...which], options));
  if (isExact) return entries;
  const changed = await askUser(user, ['ls-files', '-m', ...which], options);
  for (const path of changed.split('\0')) entries.delete(path);
  return entries;
}

/** Path to mode and id. */
function entriesOf(listing: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const line of listing.split('\0')) {
    const [, mode, id, path] = /^(\d+) ([0-9a-f]+) 0\t(.+)$/s.exec(line) ?? [];
    if (path !== undefined) entries.set(path, `${mode} ${id}`);
  }
  return entries;
}

async function isFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isFile() ?? false;
}

async function replace(from: string, to: string, entry: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, entry.startsWith('100755') ? 0o755 : 0o644);
}

const LARGEST_POINTER = 1024;

/** SHA-256 of the content that a pointer of Git LFS stands for; null when the file is none. */
async function pointerIn(file: string): Promise<string | null> {
  const found = await lstat(file).catch(() => null);
  if (!found?.isFile() || found.size > LARGEST_POINTER) return null;
  return (
    /^version https:\/\/git-lfs[^\n]*\n(?:[^\n]*\n)*?oid sha256:([0-9a-f]{64})\n/.exec(
      await readFile(file, 'latin1'),
    )?.[1] ?? null
  );
}

/** That of the snapshot, and the user's. */
function lfsCaches(clone: Clone): string[] {
  const { commonDir, settings } = clone.user;
  const set = settingOf(settings, 'lfs.storage');
  const theirs = set === null ? 'lfs' : set;
  const folder = isAbsolute(theirs) ? theirs : resolve(commonDir, theirs);
  return [snapshotLfs(clone), folder].map((storage) => join(storage, 'objects'));
}

function cachedIn(caches: readonly string[], id: string): string | null {
  const found = caches.map((cache) => join(cache, id.slice(0, 2), id.slice(2, 4), id));
  return found.find((file) => existsSync(file)) ?? null;
}
