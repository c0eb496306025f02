/** What builds do with git works in each arm as in the user's clone, and does not reach that clone. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { prepareTrees } from '../../src/checkout/trees.ts';
import {
  assertUntouched,
  bytesOf,
  checkout,
  commit,
  entries,
  initRepo,
  makePullRequest,
  makeSandbox,
  sh,
  writeFiles,
} from '../support/git.ts';

const read = (...path: string[]) => readFileSync(join(...path), 'utf8').trim();
const ofMerge = { kind: 'merge-commit', branch: 'main' } as const;
const before = { kind: 'ref', ref: 'HEAD~1' } as const;

function scene(t: TestContext) {
  const { dir, temp } = makeSandbox(t);
  return { dir, temp, ...makePullRequest(dir) };
}

/** Both arms' folders, and the proof afterwards that nothing of the repository has changed. */
async function arms(
  repo: string,
  base: Parameters<typeof prepareTrees>[0]['base'],
  act: (base: string, head: string, log: string[]) => void,
): Promise<void> {
  const untouched = bytesOf(repo);
  const log: string[] = [];
  {
    await using trees = await prepareTrees({ cwd: repo, base, log: (line) => log.push(line) });
    act(trees.arms.base?.dir ?? '', trees.arms.head?.dir ?? '', log);
  }
  assertUntouched(repo, untouched);
}

describe('an arm', () => {
  it('An arm is a clone that version stampers can ask', async (t) => {
    const { dir, url, main } = scene(t);
    const repo = join(dir, 'mine');
    sh(dir, 'clone', '--quiet', url, repo);
    const tip = commit(repo, { 'mine.js': '1\n' }, 'mine');
    await arms(repo, { kind: 'auto' }, (base, head) => {
      for (const [arm, id] of [
        [base, main],
        [head, tip],
      ] as const) {
        assert.ok(lstatSync(join(arm, '.git')).isDirectory());
        assert.equal(read(arm, '.git', 'HEAD'), id);
        assert.equal(sh(arm, 'rev-parse', 'HEAD'), id);
        assert.equal(sh(arm, 'rev-parse', '--abbrev-ref', 'HEAD'), 'HEAD');
        assert.equal(sh(arm, 'rev-parse', '--show-toplevel'), arm);
        assert.equal(sh(arm, 'log', '-1', '--format=%H'), id);
        assert.equal(sh(arm, 'status', '--porcelain', '--ignored'), '');
        assert.equal(sh(arm, 'merge-base', 'origin/main', 'HEAD'), main);
        assert.equal(sh(arm, 'rev-parse', 'origin/HEAD'), main);
        assert.equal(sh(arm, 'remote', 'get-url', 'origin'), url);
        assert.equal(sh(arm, 'fsck', '--connectivity-only'), '');
        assert.match(sh(arm, 'describe', '--tags', '--dirty', '--long'), /^v1\.0-\d-g[0-9a-f]+$/);
      }
      assert.match(sh(head, 'describe', '--tags'), new RegExp(`^v1\\.0-3-g${tip.slice(0, 7)}`));
    });
  });

  it("An arm takes a build's hooks, settings, commits and fetches, and keeps them from the user", async (t) => {
    const { dir, url } = scene(t);
    const repo = join(dir, 'mine');
    sh(dir, 'clone', '--quiet', url, repo);
    commit(repo, { 'package.json': '{}\n' });
    writeFiles(repo, { 'mine.js': 'uncommitted\n' });
    await arms(repo, { kind: 'auto' }, (base, head) => {
      for (const arm of [base, head]) {
        writeFiles(arm, { '.git/hooks/pre-commit': '#!/bin/sh\nexit 1\n' });
        chmodSync(join(arm, '.git/hooks/pre-commit'), 0o755);
        sh(arm, 'config', 'core.hooksPath', '.husky/_');
        commit(arm, { 'version.js': '1\n' }, 'by the build');
        sh(arm, 'tag', 'built');
        sh(arm, 'fetch', '--quiet', 'origin');
        sh(arm, 'gc', '--quiet', '--prune=now');
        sh(arm, 'switch', '--quiet', '--create', 'by-the-build');
      }
      assert.equal(sh(base, 'config', 'core.hooksPath'), '.husky/_');
      assert.equal(read(head, 'mine.js'), 'uncommitted');
    });
  });

  it('An arm has no credential in any file', async (t) => {
    const { dir, url, feature } = scene(t);
    const repo = checkout(join(dir, 'mine'), url, feature, 2);
    const secret = 'hunter2';
    sh(repo, 'config', 'http.https://github.com/.extraheader', `AUTHORIZATION: basic ${secret}`);
    sh(repo, 'config', `url.https://x:${secret}@github.com/.insteadOf`, 'https://github.com/');
    sh(repo, 'remote', 'add', 'up', `https://me:${secret}@example.org/a.git`);
    sh(repo, 'remote', 'add', 'ssh', `ssh://git:${secret}@example.org/a.git`);
    sh(repo, 'config', 'core.sshCommand', `ssh -i /keys/${secret}`);
    await arms(repo, before, (base, head) => {
      for (const root of [base, head, join(base, '..')]) {
        const found = execGrep(secret, root);
        assert.deepEqual(found, []);
      }
      assert.equal(sh(head, 'config', 'remote.up.url'), 'https://example.org/a.git');
      assert.equal(sh(head, 'config', 'remote.ssh.url'), 'ssh://git@example.org/a.git');
    });
  });

  it('An arm writes files as the user has them: line ends, filters, links, modes', async (t) => {
    const { dir } = makeSandbox(t);
    const repo = initRepo(join(dir, 'mine'));
    sh(repo, 'config', 'core.autocrlf', 'true');
    sh(repo, 'config', 'filter.shout.smudge', 'tr a-z A-Z');
    sh(repo, 'config', 'filter.shout.clean', 'tr A-Z a-z');
    writeFiles(repo, {
      '.git/info/attributes': '*.loud filter=shout\n',
      '.git/info/exclude': 'x.o\n',
    });
    writeFiles(repo, { '.gitattributes': 'unix.txt eol=lf\n', 'run.sh': '#!/bin/sh\n' });
    chmodSync(join(repo, 'run.sh'), 0o755);
    symlinkSync('run.sh', join(repo, 'link'));
    commit(repo, { 'dos.txt': 'a\nb\n', 'unix.txt': 'a\nb\n', 'a.loud': 'QUIET\n' });
    commit(repo, { 'b.loud': 'B\n' });
    await arms(repo, before, (base, head) => {
      for (const arm of [base, head]) {
        assert.equal(readFileSync(join(arm, 'dos.txt'), 'utf8'), 'a\r\nb\r\n');
        assert.equal(readFileSync(join(arm, 'unix.txt'), 'utf8'), 'a\nb\n');
        assert.equal(read(arm, 'a.loud'), 'QUIET');
        assert.equal(lstatSync(join(arm, 'run.sh')).mode & 0o777, 0o755);
        assert.ok(lstatSync(join(arm, 'link')).isSymbolicLink());
        writeFiles(arm, { 'x.o': '' });
        assert.equal(sh(arm, 'status', '--porcelain'), '');
      }
    });
  });
});

describe('arms of a special clone', () => {
  it('Arms of a special clone of depth 1 get a missing base without deepening the clone', async (t) => {
    const { dir, url, merge } = scene(t);
    const repo = checkout(join(dir, 'mine'), url, merge, 1);
    await arms(repo, ofMerge, (base, head) => {
      assert.equal(read(base, 'main.js'), 'moved on');
      assert.equal(sh(head, 'log', '--format=%H'), merge);
      assert.equal(sh(base, 'status', '--porcelain'), '');
    });
  });

  it('Arms of a special clone with a sparse checkout have the same part', async (t) => {
    const { dir } = makeSandbox(t);
    const repo = initRepo(join(dir, 'mine'));
    commit(repo, { 'api/a.js': '1\n', 'web/w.js': '1\n', 'root.js': '1\n' });
    commit(repo, { 'api/a.js': '2\n', 'web/w.js': '2\n' });
    sh(repo, 'sparse-checkout', 'set', '--cone', 'api');
    writeFiles(repo, { 'api/b.js': 'uncommitted\n' });
    await arms(repo, before, (base, head) => {
      assert.deepEqual(entries(base).sort(), ['.git', 'api', 'root.js']);
      assert.deepEqual(entries(join(head, 'api')).sort(), ['a.js', 'b.js']);
      assert.equal(sh(head, 'status', '--porcelain'), '');
      assert.equal(sh(head, 'sparse-checkout', 'list'), 'api');
    });
  });

  it('Arms of a special clone that is a linked worktree, and borrows its objects itself', async (t) => {
    const { dir, url, main } = scene(t);
    const lender = join(dir, 'lender');
    const shared = join(dir, 'shared');
    sh(dir, 'clone', '--quiet', url, lender);
    sh(dir, 'clone', '--quiet', '--shared', lender, shared);
    const linked = join(dir, 'linked');
    sh(shared, 'worktree', 'add', '--quiet', '--detach', linked, main);
    writeFiles(linked, { 'main.js': 'mine\n' });
    const [ofShared, ofLender] = [bytesOf(shared), bytesOf(lender)];
    await arms(linked, before, (base, head) => {
      assert.equal(read(head, 'main.js'), 'mine');
      assert.ok(!existsSync(join(base, 'main.js')));
      assert.ok(lstatSync(join(head, '.git')).isDirectory());
      assert.equal(sh(head, 'status', '--porcelain'), '');
    });
    assertUntouched(shared, ofShared);
    assertUntouched(lender, ofLender);
  });

  it('Arms of a special clone with SHA-256 ids', async (t) => {
    const { dir } = makeSandbox(t);
    const repo = join(dir, 'mine');
    sh(dir, 'init', '--quiet', '--object-format=sha256', repo);
    commit(repo, { 'a.js': '1\n' });
    commit(repo, { 'a.js': '2\n' });
    writeFiles(repo, { 'a.js': '3\n' });
    await arms(repo, before, (base, head) => {
      assert.equal(read(base, 'a.js'), '1');
      assert.equal(read(head, 'a.js'), '3');
      assert.equal(sh(head, 'rev-parse', 'HEAD').length, 64);
    });
  });

  it('An arm says of a clone within the clone, which is no submodule, that its folder is empty', async (t) => {
    const repo = initRepo(join(makeSandbox(t).dir, 'mine'));
    commit(repo, { 'a.js': '1\n' });
    commit(initRepo(join(repo, 'vendor')), { 'v.js': '1\n' });
    sh(repo, '-c', 'advice.addEmbeddedRepo=false', 'add', '--all');
    sh(repo, 'commit', '--quiet', '-m', 'vendored');
    commit(repo, { 'a.js': '2\n' });
    await arms(repo, before, (base, head, log) => {
      const told = log.filter((line) => line.includes('no submodule'));
      assert.deepEqual(
        told.map((line) => /folder vendor .* empty in (\w+):/.exec(line)?.[1]).sort(),
        ['base', 'head'],
      );
      for (const arm of [base, head]) assert.ok(!existsSync(join(arm, 'vendor/v.js')));
    });
  });

  it('Arms of a special clone have the submodules that it has, from its own objects, without the network', async (t) => {
    const { dir } = makeSandbox(t);
    const allow = ['-c', 'protocol.file.allow=always'];
    const inner = initRepo(join(dir, 'inner'));
    commit(inner, { 'inner.js': 'v1\n' });
    const library = initRepo(join(dir, 'library'));
    commit(library, { 'lib.js': 'v1\n' });
    sh(library, ...allow, 'submodule', '--quiet', 'add', inner, 'deep/inner');
    commit(library, {}, 'inner');
    const unused = initRepo(join(dir, 'unused'));
    commit(unused, { 'u.js': '1\n' });
    const source = initRepo(join(dir, 'source'));
    commit(source, { 'a.js': '1\n' });
    sh(source, ...allow, 'submodule', '--quiet', 'add', '--name', 'a lib', library, 'lib');
    sh(source, ...allow, 'submodule', '--quiet', 'add', unused, 'unused');
    commit(source, {}, 'with submodules');
    const repo = join(dir, 'mine');
    sh(dir, 'clone', '--quiet', source, repo);
    sh(repo, ...allow, 'submodule', '--quiet', 'update', '--init', '--recursive', 'lib');
    const local = commit(join(repo, 'lib'), { 'lib.js': 'v2\n' }, 'known here alone');
    commit(repo, {}, 'newer library');
    for (const name of ['inner', 'library', 'unused'])
      renameSync(join(dir, name), join(dir, `${name}-gone`));
    await arms(repo, before, (base, head, log) => {
      assert.deepEqual(
        log.filter((line) => line.includes('submodule')),
        [],
      );
      assert.equal(read(base, 'lib/lib.js'), 'v1');
      assert.equal(read(head, 'lib/lib.js'), 'v2');
      assert.equal(read(head, 'lib/deep/inner/inner.js'), 'v1');
      assert.deepEqual(entries(join(head, 'unused')), []);
      assert.match(read(head, 'lib/.git'), /^gitdir: \.\.\/\.git\/modules\/a lib$/);
      assert.equal(sh(join(head, 'lib'), 'rev-parse', 'HEAD'), local);
      assert.equal(sh(join(head, 'lib'), 'rev-parse', '--show-toplevel'), join(head, 'lib'));
      assert.equal(sh(head, 'status', '--porcelain'), '');
      assert.match(sh(head, 'submodule', 'status', '--recursive'), / lib .*\n.* lib\/deep\/inner /);
      commit(join(head, 'lib'), { 'lib.js': 'v3\n' }, 'by the build');
    });
  });
});

function execGrep(text: string, root: string): string[] {
  try {
    return execFileSync('grep', ['-rl', text, root], { encoding: 'utf8' }).trim().split('\n');
  } catch {
    return [];
  }
}
