/** Real git repositories for tests, away from the machine's own settings. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import type { Clone } from '../../src/checkout/origin.ts';
import { openClone } from '../../src/checkout/trees.ts';
import { serveWeb } from './web-server.ts';

process.env.GIT_CONFIG_GLOBAL = '/dev/null';
process.env.GIT_CONFIG_NOSYSTEM = '1';

const WHO = ['-c', 'user.name=Tess Ter', '-c', 'user.email=tess@example.org'];

/** A folder that is gone after the test, with an own RUNNER_TEMP inside (`temp`). */
export function makeSandbox(t: TestContext): { dir: string; temp: string } {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-test-')));
  const temp = join(dir, 'temp');
  mkdirSync(temp);
  const before = process.env.RUNNER_TEMP;
  process.env.RUNNER_TEMP = temp;
  t.after(() => {
    if (before === undefined) delete process.env.RUNNER_TEMP;
    else process.env.RUNNER_TEMP = before;
    rmSync(dir, { recursive: true, force: true });
  });
  return { dir, temp };
}

export function sh(cwd: string, ...args: string[]): string {
  return execFileSync('git', [...WHO, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trimEnd();
}

export function initRepo(dir: string, branch = 'main'): string {
  mkdirSync(dir, { recursive: true });
  sh(dir, 'init', '--quiet', `--initial-branch=${branch}`);
  return dir;
}

/** Writes the files, commits everything and returns the commit's id. */
export function commit(repo: string, files: Record<string, string>, message = 'change'): string {
  writeFiles(repo, files);
  sh(repo, 'add', '--all');
  sh(repo, 'commit', '--quiet', '--allow-empty', '-m', message);
  return sh(repo, 'rev-parse', 'HEAD');
}

export function writeFiles(root: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/**
 * A pull request as GitHub keeps it: `main` moved on after `feature` forked, and
 * `refs/pull/1/merge` merges feature into main. `url` serves it by file://, and gives any commit
 * by its id as GitHub does.
 */
export function makePullRequest(dir: string, { extraCommits = 0 } = {}) {
  const bare = join(dir, 'origin.git');
  sh(dir, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  for (const key of ['allowAnySHA1InWant', 'allowReachableSHA1InWant', 'allowTipSHA1InWant']) {
    sh(bare, 'config', `uploadpack.${key}`, 'true');
  }
  const author = initRepo(join(dir, 'author'));
  const first = commit(author, { 'server.js': 'v1\n' }, 'first');
  sh(author, 'tag', '-m', 'release', 'v1.0');
  const forked = commit(author, { 'server.js': 'v2\n' }, 'second');
  sh(author, 'switch', '--quiet', '--create', 'feature');
  for (let n = 0; n < extraCommits; n++) commit(author, { 'notes.txt': `${n}\n` });
  const feature = commit(author, { 'feature.js': 'new\n' }, 'feature');
  sh(author, 'switch', '--quiet', 'main');
  for (let n = 0; n < extraCommits; n++) commit(author, { 'other.txt': `${n}\n` });
  const main = commit(author, { 'main.js': 'moved on\n' }, 'main moved on');
  sh(author, 'switch', '--quiet', '--detach');
  sh(author, 'merge', '--quiet', '--no-ff', '-m', 'merge', 'feature');
  const merge = sh(author, 'rev-parse', 'HEAD');
  sh(author, 'update-ref', 'refs/pull/1/merge', merge);
  sh(author, 'switch', '--quiet', 'main');
  sh(author, 'push', '--quiet', bare, 'refs/heads/*', 'refs/tags/*', 'refs/pull/*:refs/pull/*');
  return { bare, url: `file://${bare}`, author, first, forked, feature, main, merge };
}

/** A clone as actions/checkout makes it: just one commit's history of `depth`, detached. */
export function checkout(dir: string, url: string, commitId: string, depth: number): string {
  const repo = initRepo(dir);
  sh(repo, 'remote', 'add', 'origin', url);
  sh(repo, 'fetch', '--quiet', '--no-tags', `--depth=${depth}`, 'origin', commitId);
  sh(repo, 'checkout', '--quiet', '--detach', 'FETCH_HEAD');
  return repo;
}

/** A repository of the gate's own that borrows from `repo`, beside it. */
export function borrow(repo: string, means: Omit<Clone, 'repo' | 'user'> = {}): Promise<Clone> {
  const parent = mkdtempSync(join(process.env.RUNNER_TEMP ?? tmpdir(), '..', 'borrowed-'));
  return openClone(parent, { cwd: repo, ...means });
}

/** Everything of a repository that a run must leave alone. */
export function fingerprint(repo: string): Record<string, string> {
  return {
    head: sh(repo, 'rev-parse', '--symbolic-full-name', 'HEAD'),
    refs: sh(repo, 'for-each-ref'),
    index: sh(repo, 'ls-files', '--stage', '--debug'),
    stash: sh(repo, 'stash', 'list'),
    config: sh(repo, 'config', '--local', '--list'),
    status: sh(repo, '--no-optional-locks', 'status', '--porcelain', '--ignored'),
    worktrees: sh(repo, 'worktree', 'list', '--porcelain'),
  };
}

/**
 * Every file and folder of a repository, `.git` and all, with type, mode, time of change and hash; of folders
 * and objects without the time, because git says by it that an object is in use.
 */
export function bytesOf(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode, mtimeMs } = lstatSync(path);
    const content = entry.isSymbolicLink()
      ? readlinkSync(path)
      : entry.isFile()
        ? `${path.includes('/objects/') ? '' : mtimeMs} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`
        : '';
    found[relative(root, path)] = `${mode.toString(8)} ${content}`;
  }
  return found;
}

/** Which files differ from what `bytesOf` said before, and how. */
export function changedBytes(root: string, before: Record<string, string>): string[] {
  const after = bytesOf(root);
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths]
    .filter((path) => before[path] !== after[path])
    .map((path) => `${path}: ${before[path]} -> ${after[path]}`);
}

export function assertUntouched(root: string, before: Record<string, string>): void {
  assert.deepEqual(changedBytes(root, before), []);
}

export function entries(dir: string): string[] {
  return readdirSync(dir);
}

/**
 * Serves the repositories in `root` by git's smart HTTP protocol to those who send the token.
 * The first `failures` requests get 503.
 */
export async function serveGit(
  t: TestContext,
  root: string,
  {
    token = null as string | null,
    failures = 0,
    /** May answer in git's place, and then says true. */
    instead = (_request: IncomingMessage, _response: ServerResponse): boolean => false,
  } = {},
) {
  const seen: (string | undefined)[] = [];
  const wanted = `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  let failuresLeft = failures;
  const port = await serveWeb(t, (request, response) => {
    seen.push(request.headers.authorization);
    if (failuresLeft-- > 0) {
      response.writeHead(503).end();
      return;
    }
    if (instead(request, response)) return;
    if (token !== null && request.headers.authorization?.replace(/^B/, 'b') !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const { pathname, search } = new URL(request.url ?? '/', 'http://host');
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...process.env,
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(backend.stdin);
    // Of a connection that was cut it would wait for the rest for ever.
    request.on('close', () => {
      if (!request.complete) backend.kill();
    });
    backend.stdin.on('error', () => undefined);
    const chunks: Buffer[] = [];
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    backend.on('close', () => {
      const answer = Buffer.concat(chunks);
      const split = answer.indexOf('\r\n\r\n');
      if (split < 0) {
        response.destroy();
        return;
      }
      for (const line of answer.subarray(0, split).toString().split('\r\n')) {
        const [name = '', ...value] = line.split(': ');
        if (name === 'Status') response.statusCode = Number.parseInt(value.join(': '), 10);
        else response.setHeader(name, value.join(': '));
      }
      response.end(answer.subarray(split + 4));
    });
  });
  return { address: `http://127.0.0.1:${port}`, seen };
}
