/** A repository on a GitHub server of the tests, with pull requests of its own and of a fork, and checkouts of it. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { checkout, commit, initRepo, makeSandbox, serveGit, sh } from '../support/git.ts';

export interface Hosted {
  dir: string;
  /** GITHUB_SERVER_URL. */
  server: string;
  /** Of `octo/app`; `mallory/app` is a fork whose main is behind. */
  commits: Record<
    'first' | 'main' | 'own' | 'ownMerge' | 'fork' | 'forkMerge' | 'tagged' | 'earlier',
    string
  >;
  /** All branches and tags come into this checkout, as by `fetch-depth: 0`. */
  fetchAll(repo: string): void;
  /** `octo/app` is no longer there. */
  vanish(): void;
  /** A clone as actions/checkout makes it. `refs`: what it fetches beside the commit, by the name here. */
  checkout(
    commitId: string,
    options?: { repository?: string; refs?: Record<string, string>; depth?: number },
  ): string;
}

/** #7 is of the branch `change`, #9 of the fork. */
export async function host(t: TestContext): Promise<Hosted> {
  const { dir } = makeSandbox(t);
  const root = join(dir, 'served');
  const bare = (name: string) => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    sh(dir, 'init', '--quiet', '--bare', '--initial-branch=main', path);
    sh(path, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    return path;
  };
  const [app, forked] = [bare('octo/app'), bare('mallory/app')];
  const author = initRepo(join(dir, 'author'));
  const first = commit(author, { 'server.js': 'v1\n' }, 'first');
  sh(author, 'push', '--quiet', forked, 'main');
  const main = commit(author, { 'server.js': 'v2\n' }, 'second');
  const branch = (name: string, from: string, files: Record<string, string>) => {
    sh(author, 'switch', '--quiet', '--create', name, from);
    const head = commit(author, files, name);
    sh(author, 'switch', '--quiet', '--detach', 'main');
    sh(author, 'merge', '--quiet', '--no-ff', '-m', 'merge', name);
    return { head, merge: sh(author, 'rev-parse', 'HEAD') };
  };
  const own = branch('change', 'main', { 'own.js': 'own\n' });
  const fork = branch('fork', 'main', { 'fork.js': 'stolen\n' });
  const { head: tagged } = branch('release', 'main', { 'tagged.js': 'tagged\n' });
  sh(author, 'tag', '-m', 'release', 'v1', tagged);
  const { head: earlier } = branch('steps', 'main', { 'step.js': '1\n' });
  sh(author, 'switch', '--quiet', 'steps');
  commit(author, { 'step.js': '2\n' }, 'the next step');
  const pulls = [
    `${own.head}:refs/pull/7/head`,
    `${own.merge}:refs/pull/7/merge`,
    `${fork.head}:refs/pull/9/head`,
    `${fork.merge}:refs/pull/9/merge`,
  ];
  sh(author, 'push', '--quiet', app, 'main', 'change', 'steps', 'refs/tags/v1', ...pulls);
  sh(author, 'push', '--quiet', forked, `${fork.head}:refs/heads/fork`);
  const { address: server } = await serveGit(t, root);
  let count = 0;
  return {
    dir,
    server,
    commits: {
      first,
      main,
      own: own.head,
      ownMerge: own.merge,
      fork: fork.head,
      forkMerge: fork.merge,
      tagged,
      earlier,
    },
    fetchAll(repo) {
      const all = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];
      const commitId = sh(repo, 'rev-parse', 'HEAD');
      sh(repo, 'fetch', '--quiet', '--unshallow', `file://${app}`, ...all, commitId);
    },
    vanish: () => rmSync(app, { recursive: true }),
    checkout(commitId, { repository = 'octo/app', refs = {}, depth = 1 } = {}) {
      const url = `${server}/${repository}`;
      const served = `file://${join(root, repository)}`;
      const repo = checkout(join(dir, `checkout-${++count}`), served, commitId, depth);
      for (const [there, here] of Object.entries(refs)) {
        sh(repo, 'fetch', '--quiet', '--depth=1', served, `${there}:${here}`);
      }
      sh(repo, 'remote', 'set-url', 'origin', url);
      return repo;
    },
  };
}
