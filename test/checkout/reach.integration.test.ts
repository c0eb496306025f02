/** Repositories that are hard to reach: other owners, odd paths, subfolders, slow or silent servers, old git. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { resolveBase } from '../../src/checkout/base.ts';
import { repoRoot } from '../../src/checkout/find.ts';
import { assertVersion, git } from '../../src/checkout/git.ts';
import { withoutRepository } from '../../src/checkout/git-env.ts';
import { prepareTrees } from '../../src/checkout/trees.ts';
import { UserError } from '../../src/system/messages/problem.ts';
import {
  assertUntouched,
  borrow,
  bytesOf,
  checkout,
  commit,
  entries,
  initRepo,
  makePullRequest,
  makeSandbox,
  serveGit,
  sh,
  writeFiles,
} from '../support/git.ts';
import { serveSilence, serveWeb } from '../support/web-server.ts';

const read = (...path: string[]) => readFileSync(join(...path), 'utf8').trim();
const ofMerge = { kind: 'merge-commit', branch: 'main' } as const;
const before = { kind: 'ref', ref: 'HEAD~1' } as const;

function set(t: TestContext, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    const old = process.env[name];
    process.env[name] = value;
    t.after(() => {
      if (old === undefined) delete process.env[name];
      else process.env[name] = old;
    });
  }
}

describe('a repository of another user', () => {
  const asRoot = { skip: process.geteuid?.() === 0 ? false : 'needs root' };

  it(
    'A repository of another user is read, with its submodules, though no setting trusts it',
    asRoot,
    async (t) => {
      const { dir } = makeSandbox(t);
      const library = initRepo(join(dir, 'library'));
      commit(library, { 'lib.js': 'v1\n' });
      const repo = initRepo(join(dir, 'mine'));
      commit(repo, { 'a.js': '1\n' });
      sh(repo, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
      commit(repo, { 'a.js': '2\n' });
      writeFiles(repo, { 'a.js': 'uncommitted\n' });
      execFileSync('chown', ['-R', '12345:12345', repo]);
      set(t, { HOME: join(dir, 'temp') });
      assert.throws(() => sh(repo, 'status'), /dubious ownership/);
      const untouched = bytesOf(repo);
      {
        await using trees = await prepareTrees({ cwd: repo, base: before });
        const { head, base } = trees.arms;
        assert.equal(read(head?.dir ?? '', 'a.js'), 'uncommitted');
        assert.equal(read(head?.dir ?? '', 'lib/lib.js'), 'v1');
        assert.equal(read(base?.dir ?? '', 'a.js'), '1');
        assert.equal(sh(head?.dir ?? '', 'status', '--porcelain'), '');
      }
      assertUntouched(repo, untouched);
    },
  );
});

describe('a path with characters that are special somewhere', () => {
  for (const name of [`-it's "quoted" größe 日本`, 'a\nline', '"q:b;c$(d)*', '#hash']) {
    it(`A path with characters that are special somewhere works as repository and as temporary folder: ${JSON.stringify(name)}`, async (t) => {
      const { dir } = makeSandbox(t);
      const home = join(dir, name);
      const temp = join(home, `${name} temp`);
      mkdirSync(temp, { recursive: true });
      set(t, { RUNNER_TEMP: temp });
      const pr = makePullRequest(home);
      const repo = checkout(join(home, 'clone'), pr.bare, pr.merge, 2);
      writeFiles(repo, { 'sub/mine.js': 'mine\n' });
      const untouched = bytesOf(repo);
      {
        const cwd = join(repo, 'sub');
        await using trees = await prepareTrees({ cwd, base: before, uncommitted: true });
        const { head, base } = trees.arms;
        assert.equal(read(head?.dir ?? '', 'sub/mine.js'), 'mine');
        assert.equal(read(base?.dir ?? '', 'main.js'), 'moved on');
        assert.equal(sh(head?.dir ?? '', 'status', '--porcelain'), '');
        assert.equal(sh(head?.dir ?? '', 'fsck', '--connectivity-only'), '');
      }
      assertUntouched(repo, untouched);
      assert.deepEqual(entries(temp), []);
    });
  }
});

describe('a repository in a subfolder', () => {
  function workspace(t: TestContext): string {
    const { dir } = makeSandbox(t);
    set(t, { GIT_CEILING_DIRECTORIES: dir });
    const root = join(dir, 'workspace');
    mkdirSync(join(root, 'tools', 'node_modules', 'dep', '.git'), { recursive: true });
    return root;
  }

  function make(repo: string): string {
    initRepo(repo);
    commit(repo, { 'a.js': '1\n' });
    commit(repo, { 'a.js': '2\n' });
    return repo;
  }

  for (const path of ['app', 'services/api']) {
    it(`A repository in a subfolder is found at ${path}, and that is said`, async (t) => {
      const root = workspace(t);
      const repo = make(join(root, path));
      assert.equal(await repoRoot(root), repo);
      const log: string[] = [];
      const options = { cwd: root, base: before, log: (line: string) => log.push(line) };
      await using trees = await prepareTrees(options);
      assert.equal(read(trees.arms.base?.dir ?? '', 'a.js'), '1');
      assert.ok(log.includes(`${root} is in no git repository; using the one in ${repo}`), log[0]);
    });
  }

  it('A repository in a subfolder is not guessed where there are several, but each is named', async (t) => {
    const root = workspace(t);
    for (const path of ['app', 'deep/other', '.tools']) make(join(root, path));
    await assert.rejects(repoRoot(root), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /several: app, deep\/other\.\n.*begins with a dot/);
      return true;
    });
    assert.equal(await repoRoot(join(root, 'deep/other')), realpathSync(join(root, 'deep/other')));
  });
});

describe('a partial clone', () => {
  for (const filter of ['blob:none', 'tree:0']) {
    it(`(${filter}) gets what is missing with the token, into folders of our own`, async (t) => {
      const { dir } = makeSandbox(t);
      const pr = makePullRequest(dir);
      sh(pr.bare, 'config', 'uploadpack.allowFilter', 'true');
      const token = 'ghs_notreal';
      const { address } = await serveGit(t, dir, { token });
      const repo = join(dir, 'mine');
      sh(dir, 'clone', '--quiet', `--filter=${filter}`, '--branch=feature', pr.url, repo);
      sh(repo, 'remote', 'set-url', 'origin', `${address}/origin.git`);
      const untouched = bytesOf(repo);
      {
        const base = { kind: 'ref', ref: pr.first } as const;
        await using trees = await prepareTrees({ cwd: repo, base, token, server: address });
        assert.equal(read(trees.arms.base?.dir ?? '', 'server.js'), 'v1');
        assert.equal(read(trees.arms.head?.dir ?? '', 'feature.js'), 'new');
        assert.equal(sh(trees.arms.base?.dir ?? '', 'status', '--porcelain'), '');
      }
      assertUntouched(repo, untouched);
    });
  }

  it('A partial clone whose contents origin does not give says so, and leaves nothing', async (t) => {
    const { dir, temp } = makeSandbox(t);
    const pr = makePullRequest(dir);
    sh(pr.bare, 'config', 'uploadpack.allowFilter', 'true');
    const repo = join(dir, 'mine');
    sh(dir, 'clone', '--quiet', '--filter=blob:none', pr.url, repo);
    sh(repo, 'remote', 'set-url', 'origin', join(dir, 'gone'));
    const base = { kind: 'ref', ref: pr.first } as const;
    const attempt = prepareTrees({ cwd: repo, base, retryDelaysMs: [] });
    await assert.rejects(attempt, (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^Cannot write the files of base\. git reset .*gone/s);
      return true;
    });
    assert.deepEqual(entries(temp), []);
  });
});

describe('origin', () => {
  it('Origin that never answers is given up after the limit, with a sentence', async (t) => {
    const { dir } = makeSandbox(t);
    const pr = makePullRequest(dir);
    const repo = checkout(join(dir, 'mine'), pr.url, pr.merge, 1);
    const port = await serveSilence(t);
    sh(repo, 'remote', 'set-url', 'origin', `http://me:sesame@127.0.0.1:${port}/o.git`);
    const clone = await borrow(repo, { networkLimitMs: 300 });
    await assert.rejects(resolveBase(clone, ofMerge), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(
        error.message,
        /no end after 0\.3 s, so it was stopped\. Is http:\/\/127\.0\.0\.1:\d+\/o\.git slow/,
      );
      assert.doesNotMatch(error.message, /sesame/);
      return true;
    });
  });

  it('Origin with a line that has gone dead is given up by git itself, and tried again', async (t) => {
    const { dir } = makeSandbox(t);
    const pr = makePullRequest(dir);
    const repo = checkout(join(dir, 'mine'), pr.url, pr.merge, 1);
    let asked = 0;
    const port = await serveWeb(t, (_, response) => {
      asked++;
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
      response.write('001e# service=git-upload-pack\n0000');
    });
    sh(repo, 'remote', 'set-url', 'origin', `http://127.0.0.1:${port}/o.git`);
    // The user's own limit counts before ours, which is a minute.
    sh(repo, 'config', 'http.lowSpeedTime', '1');
    const clone = await borrow(repo, { retryDelaysMs: [1] });
    await assert.rejects(resolveBase(clone, ofMerge), /Operation too slow/);
    assert.equal(asked, 2);
  });

  it('Origin that is not well for now makes no other commit the base', async (t) => {
    const { dir } = makeSandbox(t);
    const pr = makePullRequest(dir);
    // The parent of HEAD is there, and would be compared with in place of what the event names.
    const repo = checkout(join(dir, 'mine'), pr.url, pr.main, 2);
    const request = { kind: 'commit', sha: pr.first } as const;
    for (const [status, cure] of [
      [503, /run it again later/],
      [403, /`permissions: \{ contents: read \}`/],
    ] as const) {
      const server = await serveGit(t, dir, {
        instead: (_, response) => response.writeHead(status).end() !== undefined,
      });
      sh(repo, 'remote', 'set-url', 'origin', `${server.address}/origin.git`);
      const clone = await borrow(repo, { retryDelaysMs: [1], token: 'a-token' });
      await assert.rejects(resolveBase(clone, request), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /^Cannot get the baseline's commit\. /);
        assert.match(error.message, cure);
        return true;
      });
    }
  });

  it('Origin of a submodule that is not well for now ends the run, and one that never had the commit leaves the folder empty', async (t) => {
    const { dir } = makeSandbox(t);
    const library = initRepo(join(dir, 'library'));
    const links = ['v1\n', 'v2\n'].map((text) => commit(library, { 'lib.js': text }));
    const repo = initRepo(join(dir, 'mine'));
    const url = 'https://example.org/lib.git';
    writeFiles(repo, { '.gitmodules': `[submodule "lib"]\n\tpath = lib\n\turl = ${url}\n` });
    sh(repo, 'add', '.gitmodules');
    for (const link of links) {
      sh(repo, 'update-index', '--add', '--cacheinfo', `160000,${link},lib`);
      sh(repo, 'commit', '--quiet', '-m', 'lib');
    }
    // Head's commit of it is here, and base's is not.
    const lib = checkout(join(repo, 'lib'), `file://${library}`, links[1] ?? '', 1);
    const answering = async (status: number) => {
      const server = await serveGit(t, dir, {
        instead: (_, response) => response.writeHead(status).end() !== undefined,
      });
      sh(lib, 'remote', 'set-url', 'origin', `${server.address}/library`);
      const warnings: string[] = [];
      const warn = (message: string) => warnings.push(message);
      return { warnings, wish: { cwd: repo, base: before, retryDelaysMs: [1], warn } };
    };
    const busy = await answering(503);
    await assert.rejects(
      prepareTrees(busy.wish),
      /Cannot write the files of base\. .*error: 503.*run it again later/s,
    );
    const none = await answering(404);
    await using trees = await prepareTrees(none.wish);
    assert.match(none.warnings.join(), /The submodule lib is missing in .*base/);
    assert.deepEqual(entries(join(trees.arms.base?.dir ?? '', 'lib')), []);
    assert.equal(read(trees.arms.head?.dir ?? '', 'lib/lib.js'), 'v2');
  });

  it('Origin is asked for a branch by its whole name', async (t) => {
    const { dir } = makeSandbox(t);
    const pr = makePullRequest(dir);
    // Sorted before `refs/heads/main`, and ends as it does.
    sh(pr.bare, 'update-ref', 'refs/heads/a/refs/heads/main', pr.first);
    const repo = checkout(join(dir, 'mine'), pr.url, pr.feature, 1);
    const base = await resolveBase(await borrow(repo), { kind: 'merge-base', branch: 'main' });
    assert.equal(base.commit, pr.forked);
  });

  it('Origin is never asked by the name of an option', async (t) => {
    const { dir } = makeSandbox(t);
    const pr = makePullRequest(dir);
    const repo = checkout(join(dir, 'mine'), pr.url, pr.merge, 1);
    const ref = `--upload-pack=touch ${join(dir, 'ran')}`;
    await assert.rejects(resolveBase(await borrow(repo), { kind: 'ref', ref }), /no branch, tag/);
    assert.ok(!entries(dir).includes('ran'));
  });

  it('Origin over SSH is never asked for a passphrase or an unknown host', async (t) => {
    const { dir } = makeSandbox(t);
    const pr = makePullRequest(dir);
    const repo = checkout(join(dir, 'mine'), pr.url, pr.merge, 1);
    const ssh = join(dir, 'ssh');
    writeFileSync(ssh, `#!/bin/sh\necho "$@" > '${dir}/asked'\nexit 255\n`, { mode: 0o755 });
    sh(repo, 'remote', 'set-url', 'origin', 'git@example.org:a/b.git');
    sh(repo, 'config', 'core.sshCommand', `${ssh} -i /my/key`);
    const clone = await borrow(repo, { retryDelaysMs: [] });
    await assert.rejects(resolveBase(clone, ofMerge));
    assert.match(
      read(dir, 'asked'),
      /^-i \/my\/key -o BatchMode=yes .*git@example\.org git-upload-pack/,
    );
  });
});

describe('the environment of a git hook', () => {
  it('The environment of a git hook does not lead builds into the repository of the hook', () => {
    const env = {
      PATH: '/bin',
      GIT_DIR: '/r/.git',
      GIT_INDEX_FILE: '/r/.git/index',
      GIT_AUTHOR_NAME: 'A',
    };
    assert.deepEqual(withoutRepository(env), { PATH: '/bin', GIT_AUTHOR_NAME: 'A' });
  });
});

describe('git', () => {
  it('A machine without git, and a folder that is not there, are told apart', async (t) => {
    const { dir } = makeSandbox(t);
    await assert.rejects(git(join(dir, 'gone'), ['version']), /There is no folder .*gone/);
    const { PATH } = process.env;
    t.after(() => {
      process.env.PATH = PATH;
    });
    process.env.PATH = dir;
    await assert.rejects(
      git(dir, ['version']),
      /git is not installed, or not in PATH\.\n.*Install/,
    );
  });

  it('Git must be 2.32 or newer', () => {
    for (const words of [
      'git version 2.32.0',
      'git version 2.39.5 (Apple Git-154)',
      'git version 3.0.1',
    ]) {
      assertVersion(words);
    }
    for (const words of ['git version 2.30.2', 'git version 1.8.3.1']) {
      assert.throws(
        () => assertVersion(words),
        /git 2\.32 or newer is needed; this machine has: git version/,
      );
    }
  });
});
