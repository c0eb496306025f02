/** Two copies of one tree: whatever the gate then finds, it is not the code. */

import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { copyFolder } from '../checkout/copy.ts';
import { prepareTrees } from '../checkout/trees.ts';
import { copyFixture } from './fixture.ts';

/** SHA-256, in hexadecimal, of names, links and contents of all files below a folder. */
export async function treeHash(dir: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => path.relative(dir, path.join(parentPath, name)))
    .sort();
  for (const file of files) {
    const at = path.join(dir, file);
    const isLink = (await lstat(at)).isSymbolicLink();
    const content = isLink ? Buffer.from(await readlink(at)) : await readFile(at);
    hash.update(`${file}\0${isLink ? 'link' : 'file'}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

export interface Twins {
  baseDir: string;
  headDir: string;
}

/** Of the repository's state as it is, or of a plain folder. */
export async function twinsOfUser(
  scratch: string,
  { cwd, headDir, signal }: { cwd: string; headDir: string | undefined; signal: AbortSignal },
): Promise<Twins> {
  await using trees = await prepareTrees({ cwd, base: { kind: 'none' }, headDir, signal });
  return await twinsOf(trees.arms.head.dir, scratch, signal);
}

/** Of the embedded Node.js server. */
export async function twinsOfFixture(scratch: string, signal: AbortSignal): Promise<Twins> {
  const copy = path.join(scratch, 'fixture');
  await copyFixture(copy);
  return await twinsOf(copy, scratch, signal);
}

async function twinsOf(dir: string, scratch: string, signal: AbortSignal): Promise<Twins> {
  const twins = { baseDir: path.join(scratch, 'base'), headDir: path.join(scratch, 'head') };
  for (const twin of Object.values(twins)) {
    await mkdir(twin, { recursive: true });
    await copyFolder(dir, twin, signal);
  }
  return twins;
}
