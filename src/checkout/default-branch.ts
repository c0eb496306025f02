/** The default branch: whose work is not the change. */
import { commitOf, ensureCommit } from './commits.ts';
import type { Tip } from './fork.ts';
import { askGit, GitError } from './git.ts';
import { askOrigin, type Clone, hasOrigin, remoteOf } from './origin.ts';

export interface DefaultBranch extends Tip {
  /** Origin did not say which one it is. */
  isGuess: boolean;
}

/** At somebody's desk there may be no network at all: then the question is given up soon. */
const ASK_WITHIN_MS = 20_000;
const ASK_AGAIN_MS = [1000];

/**
 * By what an event says, else by what the clone remembers of origin, else by what origin says now. Only where none of them
 * knows, by its name: `main` is there beside a default branch `develop`, too, and months older.
 * @param named of an event
 * @returns null where there is none
 * @throws GitError when origin cannot be reached, and there is not even a branch of a usual name
 */
export async function defaultBranch(
  clone: Clone,
  named: string | undefined,
): Promise<DefaultBranch | null> {
  const { repo, signal } = clone;
  if (named !== undefined) {
    const tracked = await commitOf(clone, `refs/remotes/origin/${named}`);
    const commit = tracked ?? (await tipAtOrigin(clone, named));
    if (commit !== null) return { name: `origin/${named}`, commit, isGuess: false };
  }
  const linked = await askGit(repo, ['symbolic-ref', '-q', 'refs/remotes/origin/HEAD'], { signal });
  const remembered = linked === null ? null : await tipOf(clone, linked);
  if (remembered !== null) return { ...remembered, isGuess: false };
  if (!hasOrigin(clone)) return byName(clone, false);
  try {
    return (await defaultAtOrigin(clone)) ?? (await byName(clone, true));
  } catch (error) {
    const guess = error instanceof GitError ? await byName(clone, true) : null;
    if (guess === null) throw error;
    clone.warn?.(
      `Origin could not be asked for its default branch: ${(error as Error).message}. ${guess.name} is taken for it.`,
    );
    return guess;
  }
}

/** The tip of a branch of origin, fetched when it is missing; null when there is no such branch, or no origin. */
export async function tipAtOrigin(clone: Clone, branch: string): Promise<string | null> {
  if (!hasOrigin(clone)) return null;
  const name = `refs/heads/${branch}`;
  const answer = await askOrigin(clone, ['ls-remote', remoteOf(clone), name]);
  // git matches the end of names, too: `refs/heads/x/refs/heads/main` is another branch.
  const tip = answer
    .split('\n')
    .find((line) => line.endsWith(`\t${name}`))
    ?.split('\t')[0];
  if (tip === undefined) return null;
  await ensureCommit(clone, tip);
  return tip;
}

/** A clone of one branch does not know which one is the default. */
async function defaultAtOrigin(clone: Clone): Promise<DefaultBranch | null> {
  const { retryDelaysMs = ASK_AGAIN_MS, networkLimitMs = ASK_WITHIN_MS } = clone;
  const impatient = { ...clone, retryDelaysMs, networkLimitMs };
  const answer = await askOrigin(impatient, ['ls-remote', '--symref', 'origin', 'HEAD']);
  const name = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer)?.[1];
  const commit = /^([0-9a-f]+)\tHEAD$/m.exec(answer)?.[1];
  if (name === undefined || commit === undefined) return null;
  await ensureCommit(clone, commit);
  return { name: `origin/${name}`, commit, isGuess: false };
}

async function byName(clone: Clone, isGuess: boolean): Promise<DefaultBranch | null> {
  for (const name of [
    'remotes/origin/main',
    'remotes/origin/master',
    'heads/main',
    'heads/master',
  ]) {
    const tip = await tipOf(clone, `refs/${name}`);
    if (tip !== null) return { ...tip, isGuess };
  }
  return null;
}

async function tipOf(clone: Clone, ref: string): Promise<Tip | null> {
  const commit = await commitOf(clone, ref);
  return commit === null ? null : { name: ref.replace(/^refs\/(heads|remotes)\//, ''), commit };
}
