import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { repoRoot } from '../../src/checkout/find.ts';
import { prepareTrees, type TreesOptions } from '../../src/checkout/trees.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import {
  checkout,
  commit,
  entries,
  fingerprint,
  initRepo,
  makePullRequest,
  makeSandbox,
  sh,
  writeFiles,
} from '../support/git.ts';

const read = (...path: string[]) => readFileSync(join(...path), 'utf8').trim();

function pullRequest(t: TestContext) {
  const { dir, temp } = makeSandbox(t);
  const pr = makePullRequest(dir);
  return { dir, temp, ...pr, repo: checkout(join(dir, 'clone'), pr.url, pr.merge, 1) };
}

const ofMerge = { kind: 'merge-commit', branch: 'main' } as const;

async function complaint(options: TreesOptions): Promise<string> {
  const error = await prepareTrees(options).then(
    () => assert.fail('no error'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof UserError, String(error));
  return error.message;
}

describe('trees of a pull request', () => {
  it('Trees of a pull request lie side by side in one private folder, and leave no trace', async (t) => {
    const { repo, temp, main, merge } = pullRequest(t);
    const before = fingerprint(repo);
    const trees = await prepareTrees({ cwd: repo, base: ofMerge });
    const { base, head } = trees.arms;
    assert.ok(base && head);
    assert.deepEqual(base.source, {
      commit: main,
      description: 'first parent of the merge commit',
      tree: sh(base.dir, 'rev-parse', `${main}^{tree}`),
    });
    assert.deepEqual(head.source, {
      commit: merge,
      description: 'HEAD',
      tree: sh(repo, 'rev-parse', `${merge}^{tree}`),
    });
    assert.equal(base.dir, join(trees.root, 'base'));
    assert.equal(base.dir.length, head.dir.length);
    assert.match(basename(trees.root), /^throughput-gate-/);
    assert.equal(statSync(trees.root).mode & 0o777, 0o700);
    assert.equal(trees.missingBase, null);
    assert.ok(!existsSync(join(base.dir, 'feature.js')));
    assert.equal(read(head.dir, 'feature.js'), 'new');

    writeFiles(base.dir, { 'dist/out.js': 'built\n', 'server.js': 'changed by the build\n' });
    writeFiles(head.dir, { 'cache/pkg/a.go': 'read-only\n' });
    chmodSync(join(head.dir, 'cache/pkg'), 0o555);
    await Promise.all([trees[Symbol.asyncDispose](), trees[Symbol.asyncDispose]()]);
    await trees[Symbol.asyncDispose]();
    assert.deepEqual(entries(temp), []);
    assert.deepEqual(fingerprint(repo), before);
    assert.ok(!existsSync(join(repo, '.git', 'worktrees')));
  });

  it('Trees of a pull request leave dirty files of a CI checkout out, unless asked', async (t) => {
    const { repo } = pullRequest(t);
    writeFiles(repo, { 'download.bin': 'by an earlier step\n' });
    await using plain = await prepareTrees({ cwd: repo, base: ofMerge });
    assert.ok(!existsSync(join(plain.arms.head?.dir ?? '', 'download.bin')));
    await using asked = await prepareTrees({ cwd: repo, base: ofMerge, uncommitted: true });
    assert.ok(existsSync(join(asked.arms.head?.dir ?? '', 'download.bin')));
  });

  it("Trees of a pull request do not run the user's hooks", async (t) => {
    const { repo, dir } = pullRequest(t);
    const hook = join(repo, '.git', 'hooks', 'post-checkout');
    writeFiles(join(repo, '.git'), { 'hooks/post-checkout': `#!/bin/sh\ntouch ${dir}/ran\n` });
    chmodSync(hook, 0o755);
    await using _trees = await prepareTrees({ cwd: repo, base: ofMerge });
    assert.ok(!existsSync(join(dir, 'ran')));
  });

  it('Trees of a pull request fill submodules that the checkout uses', async (t) => {
    const { author, dir } = pullRequest(t);
    const library = initRepo(join(dir, 'library'));
    commit(library, { 'lib.js': 'v1\n' });
    sh(author, 'config', 'protocol.file.allow', 'always');
    sh(author, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
    commit(author, {}, 'submodule');
    process.env.GIT_ALLOW_PROTOCOL = 'file';
    t.after(() => delete process.env.GIT_ALLOW_PROTOCOL);
    const before = fingerprint(author);
    {
      await using trees = await prepareTrees({ cwd: author, base: { kind: 'auto' } });
      assert.equal(read(trees.arms.head?.dir ?? '', 'lib/lib.js'), 'v1');
    }
    assert.deepEqual(fingerprint(author), before);
  });
});

describe('trees at the desk', () => {
  it('Trees at the desk compare uncommitted work with HEAD, from a subfolder, without touching it', async (t) => {
    const { author, temp, main } = pullRequest(t);
    writeFiles(author, { 'server.js': 'faster\n', 'sub/new.js': 'new\n' });
    const before = fingerprint(author);
    const cwd = join(author, 'sub');
    assert.equal(await repoRoot(cwd), author);
    {
      await using trees = await prepareTrees({ cwd, base: { kind: 'auto' } });
      const tree = sh(author, 'rev-parse', `${main}^{tree}`);
      assert.deepEqual(trees.arms.base?.source, { commit: main, description: 'HEAD', tree });
      assert.equal(trees.arms.head?.source.description, 'HEAD of main with uncommitted changes');
      assert.equal(trees.arms.head?.source.isSnapshot, true);
      assert.equal(read(trees.arms.base?.dir ?? '', 'server.js'), 'v2');
      assert.equal(read(trees.arms.head?.dir ?? '', 'server.js'), 'faster');
      assert.equal(read(trees.arms.head?.dir ?? '', 'sub/new.js'), 'new');
    }
    assert.deepEqual(fingerprint(author), before);
    assert.deepEqual(entries(temp), []);
  });

  it('Trees at the desk have no base for the first commit, and none when none is wanted', async (t) => {
    const { dir } = makeSandbox(t);
    const repo = initRepo(join(dir, 'new'));
    commit(repo, { 'a.js': 'a\n' });
    await using first = await prepareTrees({ cwd: repo, base: { kind: 'auto' } });
    assert.equal(first.missingBase, 'HEAD is the first commit');
    assert.deepEqual(Object.keys(first.arms), ['head']);
    await using alone = await prepareTrees({ cwd: repo, base: { kind: 'none' } });
    assert.equal(alone.missingBase, 'no baseline was asked for');
    assert.equal(read(alone.arms.head?.dir ?? '', 'a.js'), 'a');
  });

  it('Trees at the desk need a commit, or a repository, or folders', async (t) => {
    const { dir, temp } = makeSandbox(t);
    const outside = join(dir, 'outside');
    mkdirSync(outside);
    process.env.GIT_CEILING_DIRECTORIES = dir;
    t.after(() => delete process.env.GIT_CEILING_DIRECTORIES);
    const text = await complaint({ cwd: outside, base: { kind: 'auto' } });
    assert.match(text, /not inside a git repository.*\n.*--base-dir DIR and --head-dir DIR/);
    const cure = 'Let actions/checkout run first.';
    const names = { base: 'input `base`', baseDir: 'b', headDir: 'h', outside: cure };
    const hosted = { cwd: outside, base: { kind: 'auto' }, names } as const;
    assert.match(
      await complaint(hosted),
      /not inside a git repository.*\n\s*Let actions\/checkout/,
    );
    const repo = initRepo(join(dir, 'empty'));
    const empty = { cwd: repo, base: { kind: 'auto' } } as const;
    assert.match(await complaint(empty), /no commit yet.*\n.*with --base-dir and --head-dir\./);
    assert.match(await complaint({ ...empty, names }), /no commit yet.*\n.*with b and h\./);
    assert.deepEqual(entries(temp), []);
  });

  it('Trees at the desk leave other worktrees alone, also missing ones', async (t) => {
    const { author, dir } = pullRequest(t);
    sh(author, 'worktree', 'add', '--quiet', join(dir, 'unplugged'), 'feature');
    rmSync(join(dir, 'unplugged'), { recursive: true });
    const before = sh(author, 'worktree', 'list', '--porcelain');
    const trees = await prepareTrees({ cwd: author, base: { kind: 'auto' } });
    rmSync(trees.root, { recursive: true });
    await trees[Symbol.asyncDispose]();
    assert.equal(sh(author, 'worktree', 'list', '--porcelain'), before);
  });
});

describe('plain folders', () => {
  function folders(t: TestContext) {
    const { dir, temp } = makeSandbox(t);
    const old = join(dir, 'old');
    const fresh = join(dir, 'new');
    writeFiles(old, { 'server.js': 'old\n', 'node_modules/dep/i.js': 'dep\n', '.git/config': '' });
    writeFiles(fresh, { 'server.js': 'new\n' });
    symlinkSync('dep/i.js', join(old, 'node_modules', 'link.js'));
    return { dir, temp, old, fresh };
  }

  it('Plain folders are copied with all they hold, and written to in the copy alone', async (t) => {
    const { dir, temp, old } = folders(t);
    execFileSync('mkfifo', [join(old, 'pipe')]);
    {
      const base = { kind: 'dir', dir: 'old' } as const;
      await using trees = await prepareTrees({ cwd: dir, base, headDir: 'new' });
      const copy = trees.arms.base?.dir ?? '';
      assert.deepEqual(trees.arms.base?.source, { commit: null, description: 'folder old' });
      assert.equal(read(copy, 'node_modules/dep/i.js'), 'dep');
      assert.equal(readlinkSync(join(copy, 'node_modules/link.js')), 'dep/i.js');
      assert.deepEqual(entries(copy).sort(), ['node_modules', 'server.js']);
      assert.equal(read(trees.arms.head?.dir ?? '', 'server.js'), 'new');
      writeFiles(copy, { 'server.js': 'built\n' });
    }
    assert.equal(read(old, 'server.js'), 'old');
    assert.deepEqual(entries(temp), []);
  });

  it('Plain folders can stand against a repository', async (t) => {
    const { old, dir } = folders(t);
    const repo = initRepo(join(dir, 'repo'));
    const id = commit(repo, { 'server.js': 'committed\n' });
    await using left = await prepareTrees({ cwd: repo, base: { kind: 'dir', dir: old } });
    assert.equal(left.arms.head?.source.commit, id);
    const base = { kind: 'ref', ref: 'HEAD' } as const;
    await using right = await prepareTrees({ cwd: repo, base, headDir: old });
    assert.equal(right.arms.base?.source.commit, id);
    assert.equal(read(right.arms.head?.dir ?? '', 'server.js'), 'old');
  });

  it('Plain folders must exist, be folders, and be two', async (t) => {
    const { dir: cwd, temp } = folders(t);
    symlinkSync('new', join(cwd, 'alias'));
    const against = (dir: string) => complaint({ cwd, base: { kind: 'dir', dir }, headDir: 'new' });
    assert.match(await against('nowhere'), /--base-dir: There is no folder .*nowhere/);
    assert.match(await against('new/server.js'), /--base-dir: This is not a folder: .*server\.js/);
    assert.match(await against('alias'), /Both are the same folder/);
    assert.deepEqual(entries(temp), []);
  });
});

describe('cancelling', () => {
  for (const moment of [
    'Fetching commit',
    'Placing head',
    'Placing base',
    'Placing base: folder',
  ]) {
    it(`Cancelling leaves nothing when it strikes at "${moment}"`, async (t) => {
      const { repo, temp, dir } = pullRequest(t);
      writeFiles(join(dir, 'plain'), { 'a/b.js': 'b\n' });
      const stop = new AbortController();
      const log = (line: string) => {
        if (line.startsWith(moment)) setImmediate(() => stop.abort(new Error('cancelled')));
      };
      const plain = { kind: 'dir', dir: join(dir, 'plain') } as const;
      const base = moment.endsWith('folder') ? plain : ofMerge;
      const attempt = prepareTrees({ cwd: repo, base, log, signal: stop.signal });
      await assert.rejects(attempt, /cancelled/);
      assert.deepEqual(entries(temp), []);
      assert.ok(!existsSync(join(repo, '.git', 'worktrees')));
    });
  }

  it('Cancelling while git fills the second tree, removes the first too', async (t) => {
    const { author, temp } = pullRequest(t);
    // A slow filter holds git in the middle of writing files.
    writeFiles(author, { '.gitattributes': 'slow.txt filter=slow\n', 'slow.txt': 'slow\n' });
    sh(author, 'config', 'filter.slow.smudge', 'touch "$RUNNER_TEMP/../smudging" && sleep 60');
    const slow = commit(author, {});
    const stop = new AbortController();
    const marker = join(temp, '..', 'smudging');
    const poll = setInterval(() => {
      if (existsSync(marker)) stop.abort(new Error('cancelled'));
    }, 5);
    t.after(() => clearInterval(poll));
    const base = { kind: 'ref', ref: slow } as const;
    const seen: string[] = [];
    const attempt = prepareTrees({
      cwd: author,
      base,
      headDir: join(author, '..', 'clone'),
      signal: stop.signal,
      log: (line) => seen.push(line),
    });
    await assert.rejects(attempt, /cancelled/);
    assert.ok(seen.some((line) => line.startsWith('Placing head: folder')));
    assert.deepEqual(entries(temp), []);
    assert.equal(sh(author, 'worktree', 'list').split('\n').length, 1);
    assert.ok(!existsSync(join(author, '.git', 'worktrees')));
  });

  it('An exit without disposal removes everything too', async (t) => {
    const { repo, temp } = pullRequest(t);
    const module = new URL('../../src/checkout/trees.ts', import.meta.url).href;
    const script = `
      const { prepareTrees } = await import(${JSON.stringify(module)});
      const { root } = await prepareTrees({ cwd: ${JSON.stringify(repo)}, base: { kind: 'merge-commit', branch: 'main' } });
      console.log(root);
      process.exit(130);`;
    const args = ['--input-type=module', '--eval', script];
    assert.throws(
      () => execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' }),
      (error: { status: number; stdout: string }) => {
        assert.equal(error.status, 130);
        assert.ok(error.stdout.startsWith(join(temp, 'throughput-gate-')));
        return true;
      },
    );
    assert.deepEqual(entries(temp), []);
    assert.ok(!existsSync(join(repo, '.git', 'worktrees')));
  });
});
