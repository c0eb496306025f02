/** A remote repository for tests of the history's branch. */
import { mkdirSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { makeSandbox, sh } from '../../support/git.ts';

/** Pauses of a machine's own speed, not of GitHub's. */
export const QUICK = { tries: 60, firstMs: 20, longestMs: 400, random: Math.random };

/** An empty one at `<dir>/octo/app.git`, which takes pushes over HTTP too. */
export function makeRemote(t: TestContext): { dir: string; bare: string } {
  const { dir } = makeSandbox(t);
  mkdirSync(`${dir}/octo`);
  const bare = `${dir}/octo/app.git`;
  sh(dir, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  sh(bare, 'config', 'http.receivepack', 'true');
  return { dir, bare };
}
