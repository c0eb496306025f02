/** A repository on "GitHub" with the Node fixture as its server, and the events that it sends. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFile } from '../../src/system/program/runtime.ts';
import { commit, initRepo, sh } from '../support/git.ts';

/** The fixture's own files, by name. */
export function fixtureFiles(): Record<string, string> {
  const folder = ownFile('fixtures/node-http');
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

/** What the server starts with: its knobs are committed, so that base and head can differ by them. */
export const START = 'set -a; . ./knobs.env; exec node server.js';

/**
 * Scenarios of a config file whose load is over at once, for runs that end before anything is measured: our own engine would
 * first watch base for seconds, until it is steady.
 */
export const SHORT_LOAD = `scenarios:
  default:
    engine: command
    command: 'echo "# {url}"; echo requests 100 count; echo errors 0 count; echo duration 100 us'
    output: lines
`;

export interface Change {
  base: Record<string, string>;
  head: Record<string, string>;
}

export interface Origin {
  url: string;
  /** `main` before the change. */
  base: string;
  /** The change's own commit. */
  head: string;
  /** GitHub's merge of it into main: `refs/pull/7/merge`. */
  merge: string;
}

/** The server as it is, and as the change leaves it. */
export function serverChange(base: string, head: string): Change {
  return { base: { ...fixtureFiles(), 'knobs.env': base }, head: { 'knobs.env': head } };
}

/** A server that answers by a script (`test/support/script.ts`) once the change is in; plainly before. */
export function scriptedChange(script: object): Change {
  return {
    base: { 'notes.txt': 'before\n' },
    head: { 'notes.txt': 'after\n', 'scripted-server.json': JSON.stringify(script) },
  };
}

/** A bare repository in `dir` that serves any commit by its id, as GitHub does. */
export function makeOrigin(dir: string, change: Change): Origin {
  const bare = join(dir, 'origin.git');
  sh(dir, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  sh(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const author = initRepo(join(dir, 'author'));
  commit(author, { 'README.md': 'A server.\n' }, 'first');
  const base = commit(author, change.base, 'server');
  sh(author, 'switch', '--quiet', '--create', 'change');
  const head = commit(author, change.head, 'change');
  sh(author, 'switch', '--quiet', '--detach', 'main');
  sh(author, 'merge', '--quiet', '--no-ff', '-m', 'merge', 'change');
  const merge = sh(author, 'rev-parse', 'HEAD');
  sh(author, 'push', '--quiet', bare, 'main', 'change', `${merge}:refs/pull/7/merge`);
  return { url: `file://${bare}`, base, head, merge };
}

export function pullRequest({ base, head }: Origin, { name = 'pull_request', fork = false } = {}) {
  const repository = { full_name: 'octo/app', default_branch: 'main' };
  const headRepo = fork ? { ...repository, full_name: 'mallory/app' } : repository;
  return {
    name,
    ref: name === 'pull_request_target' ? 'refs/heads/main' : 'refs/pull/7/merge',
    payload: {
      action: 'synchronize',
      number: 7,
      pull_request: {
        number: 7,
        base: { ref: 'main', sha: base, repo: repository },
        head: { ref: 'change', sha: head, repo: headRepo },
      },
      repository,
    },
  };
}

export function push({ base, head }: Origin) {
  return {
    name: 'push',
    ref: 'refs/heads/main',
    payload: {
      ref: 'refs/heads/main',
      before: base,
      after: head,
      repository: { full_name: 'octo/app', default_branch: 'main' },
    },
  };
}

export function mergeGroup({ base, head }: Origin) {
  const ref = `refs/heads/gh-readonly-queue/main/pr-7-${base}`;
  return {
    name: 'merge_group',
    ref,
    payload: {
      action: 'checks_requested',
      merge_group: { head_sha: head, head_ref: ref, base_sha: base, base_ref: 'refs/heads/main' },
      repository: { full_name: 'octo/app', default_branch: 'main' },
    },
  };
}
