/** Repositories of our own that borrow the objects of the user's, written file by file. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Setting } from './git-env.ts';
import type { Clone } from './origin.ts';
import { alternatesText, configText } from './quoting.ts';
import { settingOf } from './settings.ts';
import type { UserRepository } from './user.ts';

export interface Borrowing {
  user: UserRepository;
  /** Object folders that it borrows. */
  objects: readonly string[];
  /** Content of HEAD: a commit's id, or `ref: refs/heads/x`. */
  head: string;
  /** Where its history is cut; null when it is not. */
  shallow: Buffer | null;
  config: readonly Setting[];
}

/**
 * Makes a bare repository in `parent` that has everything of the user's and into which we fetch
 * what is missing: nothing of a fetch reaches the user's own.
 */
export async function makeStore(
  user: UserRepository,
  parent: string,
  options: Omit<Clone, 'repo' | 'user'>,
): Promise<Clone> {
  const repo = await mkdtemp(join(parent, 'store-'));
  const { ref, commit } = user.head;
  await writeRepository(repo, {
    user,
    objects: user.objects === null ? [] : [user.objects],
    head: ref === null ? (commit ?? 'ref: refs/heads/none') : `ref: ${ref}`,
    shallow: user.files.shallow,
    config: [['core.bare', 'true']],
  });
  return { ...options, warn: options.warn ?? options.log, repo, user };
}

/**
 * By hand, and not by `git init`: templates with hooks, defaults and other formats of the user's
 * would come in.
 */
export async function writeRepository(gitDir: string, from: Borrowing): Promise<void> {
  const folders = ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'hooks', 'info'];
  for (const folder of folders) await mkdir(join(gitDir, folder), { recursive: true });
  const write = async (name: string, content: string | Buffer | null) => {
    if (content === null) return;
    await mkdir(dirname(join(gitDir, name)), { recursive: true });
    await writeFile(join(gitDir, name), content);
  };
  const { user } = from;
  await write('HEAD', `${from.head}\n`);
  await write('config', configText([...formatOf(user), ...from.config]));
  await write('objects/info/alternates', alternatesText(from.objects));
  await write('shallow', from.shallow);
  for (const name of ['info/exclude', 'info/attributes', 'info/sparse-checkout'] as const) {
    await write(name, user.files[name]);
  }
  const plain = user.refs.filter(({ symbolic }) => symbolic === null);
  await write('packed-refs', plain.map(({ id, name }) => `${id} ${name}\n`).join(''));
  for (const { name, symbolic } of user.refs) {
    if (symbolic !== null) await write(name, `ref: ${symbolic}\n`);
  }
}

/** What git must know before it can read anything else. */
function formatOf({ hash, settings }: UserRepository): Setting[] {
  const extensions: Setting[] = [];
  if (hash === 'sha256') extensions.push(['extensions.objectformat', 'sha256']);
  const promisor = settingOf(settings, 'extensions.partialclone');
  if (promisor !== null) extensions.push(['extensions.partialclone', promisor]);
  const version = extensions.length === 0 ? '0' : '1';
  return [['core.repositoryformatversion', version], ...extensions];
}
