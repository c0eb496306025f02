import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { snapshotWorkTree } from '../../src/checkout/snapshot.ts';
import {
  borrow,
  checkout,
  commit,
  fingerprint,
  initRepo,
  makePullRequest,
  makeSandbox,
  sh,
  writeFiles,
} from '../support/git.ts';

function repository(t: TestContext): string {
  const repo = initRepo(join(makeSandbox(t).dir, 'repo'));
  commit(repo, {
    '.gitignore': 'node_modules/\n',
    'kept.js': 'kept\n',
    'changed.js': 'old\n',
    'staged.js': 'old\n',
    'deleted.js': 'old\n',
    'sub/deep.js': 'old\n',
  });
  return repo;
}

/** The snapshot, and the gate's own repository that holds it. */
async function snapshotOf(repo: string): Promise<{ id: string; own: string }> {
  const clone = await borrow(repo);
  return { id: await snapshotWorkTree(clone), own: clone.repo };
}

const show = (repo: string, id: string, path: string) => sh(repo, 'show', `${id}:${path}`);

describe('snapshot of the work tree', () => {
  it('The snapshot of the work tree is HEAD itself when nothing is changed', async (t) => {
    const repo = repository(t);
    writeFiles(repo, { 'node_modules/x.js': 'ignored\n' });
    assert.equal((await snapshotOf(repo)).id, sh(repo, 'rev-parse', 'HEAD'));
  });

  it('The snapshot of the work tree holds staged, unstaged, deleted and untracked files, and touches nothing', async (t) => {
    const repo = repository(t);
    writeFiles(repo, { 'stashed.js': 'stashed\n' });
    sh(repo, 'stash', '--include-untracked', '--quiet');
    writeFiles(repo, { 'staged.js': 'staged\n' });
    sh(repo, 'add', 'staged.js');
    writeFiles(repo, {
      'changed.js': 'new\n',
      'new/file.js': 'new\n',
      'node_modules/x.js': 'no\n',
    });
    rmSync(join(repo, 'deleted.js'));
    chmodSync(join(repo, 'kept.js'), 0o755);
    symlinkSync('kept.js', join(repo, 'link.js'));
    const before = fingerprint(repo);

    const { id, own } = await snapshotOf(repo);

    assert.deepEqual(fingerprint(repo), before);
    assert.equal(sh(own, 'rev-parse', `${id}^`), sh(repo, 'rev-parse', 'HEAD'));
    assert.deepEqual(sh(own, 'diff', '--name-status', 'HEAD', id).split('\n').sort(), [
      'A\tlink.js',
      'A\tnew/file.js',
      'D\tdeleted.js',
      'M\tchanged.js',
      'M\tkept.js',
      'M\tstaged.js',
    ]);
    assert.equal(show(own, id, 'staged.js'), 'staged');
    assert.equal(show(own, id, 'changed.js'), 'new');
  });

  it('The snapshot of the work tree sees a change of the same size within one tick of the clock', async (t) => {
    const repo = repository(t);
    const file = join(repo, 'changed.js');
    const tick = 1_700_000_000;
    // Else the time of the inode's change, which a test cannot set, would tell.
    sh(repo, 'config', 'core.trustctime', 'false');
    writeFiles(repo, { 'changed.js': 'one\n' });
    utimesSync(file, tick, tick);
    sh(repo, 'commit', '--quiet', '--all', '-m', 'one');
    utimesSync(join(repo, '.git', 'index'), tick, tick);
    writeFiles(repo, { 'changed.js': 'two\n' });
    utimesSync(file, tick, tick);
    const { id, own } = await snapshotOf(repo);
    assert.equal(show(own, id, 'changed.js'), 'two');
  });

  it('The snapshot of the work tree is the same for the same content', async (t) => {
    const repo = repository(t);
    writeFiles(repo, { 'changed.js': 'new\n' });
    assert.equal((await snapshotOf(repo)).id, (await snapshotOf(repo)).id);
  });

  it('The snapshot of the work tree covers the whole repository from a subfolder', async (t) => {
    const repo = repository(t);
    writeFiles(repo, { 'changed.js': 'new\n', 'sub/deep.js': 'new\n' });
    const { id, own } = await snapshotOf(join(repo, 'sub'));
    assert.equal(sh(own, 'diff', '--name-only', 'HEAD', id), 'changed.js\nsub/deep.js');
  });

  it('The snapshot of the work tree works in a worktree, in a shallow clone, under forced signing, inside a git hook', async (t) => {
    const { dir } = makeSandbox(t);
    const pr = makePullRequest(dir);
    const shallow = checkout(join(dir, 'clone'), pr.url, pr.feature, 1);
    const tree = join(dir, 'tree');
    sh(shallow, 'worktree', 'add', '--quiet', '--detach', tree);
    for (const repo of [shallow, tree]) {
      sh(repo, 'config', 'commit.gpgsign', 'true');
      sh(repo, 'config', 'gpg.program', 'false');
      writeFiles(repo, { 'server.js': 'mine\n' });
      process.env.GIT_DIR = join(pr.author, '.git');
      process.env.GIT_INDEX_FILE = join(pr.author, '.git', 'index');
      const { id, own } = await snapshotOf(repo).finally(() => {
        delete process.env.GIT_DIR;
        delete process.env.GIT_INDEX_FILE;
      });
      assert.equal(show(own, id, 'server.js'), 'mine');
    }
  });

  it('The snapshot of the work tree works where git is to show signatures, and HEAD has one', async (t) => {
    const repo = repository(t);
    const gpg = join(repo, '..', 'gpg');
    const signature = '-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----';
    writeFileSync(
      gpg,
      `#!/bin/sh
case "$*" in *--verify*) echo 'gpg: Good signature' >&2; echo '[GNUPG:] GOODSIG x y'; exit;; esac
cat > /dev/null; printf '\\n[GNUPG:] SIG_CREATED D\\n' >&2; echo '${signature}'
`,
      { mode: 0o755 },
    );
    sh(repo, 'config', 'gpg.program', gpg);
    sh(repo, 'config', 'log.showSignature', 'true');
    writeFiles(repo, { 'changed.js': 'signed\n' });
    sh(repo, 'commit', '--quiet', '--gpg-sign', '-am', 'signed');
    assert.match(sh(repo, 'show', '--no-patch', '--format=%ct'), /Good signature/);
    writeFiles(repo, { 'changed.js': 'mine\n' });
    const { id, own } = await snapshotOf(repo);
    assert.equal(show(own, id, 'changed.js'), 'mine');
    const seconds = (of: string) =>
      /^committer .* (\d+) /m.exec(sh(of, 'cat-file', 'commit', of === own ? id : 'HEAD'))?.[1];
    assert.equal(seconds(own), seconds(repo));
  });

  it('The snapshot of the work tree is refused for a conflict whose marks are there, and not for one that was resolved', async (t) => {
    const repo = repository(t);
    sh(repo, 'switch', '--quiet', '--create', 'other');
    writeFiles(repo, { 'changed.js': 'theirs\n' });
    sh(repo, 'commit', '--quiet', '-am', 'theirs');
    sh(repo, 'switch', '--quiet', '-');
    writeFiles(repo, { 'changed.js': 'ours\n' });
    sh(repo, 'commit', '--quiet', '-am', 'ours');
    assert.throws(() => sh(repo, 'merge', '--quiet', 'other'));
    const refusal = /conflict that is not resolved yet, in changed\.js\..*\n.*git merge --abort/;
    await assert.rejects(snapshotOf(repo), refusal);
    writeFiles(repo, { 'changed.js': 'both\n' });
    const { id, own } = await snapshotOf(repo);
    assert.equal(show(own, id, 'changed.js'), 'both');
    assert.match(sh(repo, 'status', '--porcelain'), /^(UU|AA) changed\.js/);
  });

  it('A conflict is told with what gives up the command that left it', async (t) => {
    const repo = repository(t);
    sh(repo, 'switch', '--quiet', '--create', 'other');
    commit(repo, { 'changed.js': 'theirs\n' });
    sh(repo, 'switch', '--quiet', '-');
    commit(repo, { 'changed.js': 'ours\n' });
    commit(repo, { 'changed.js': 'ours again\n' });
    for (const [args, wayOut] of [
      [['cherry-pick', 'other'], /git cherry-pick --abort/],
      [['revert', '--no-edit', 'HEAD~1'], /git revert --abort/],
      [['rebase', 'other'], /git rebase --abort/],
      [['stash', 'pop'], /git checkout HEAD -- FILE/],
    ] as const) {
      if (args[0] === 'stash') {
        writeFiles(repo, { 'changed.js': 'mine\n' });
        sh(repo, 'stash');
        commit(repo, { 'changed.js': 'meanwhile\n' });
      }
      assert.throws(() => sh(repo, ...args));
      await assert.rejects(snapshotOf(repo), wayOut);
      if (args[0] !== 'stash') sh(repo, args[0], '--abort');
    }
  });

  it('The snapshot of the work tree takes a submodule as the commit that is checked out in it', async (t) => {
    const repo = repository(t);
    const library = initRepo(join(repo, '..', 'library'));
    commit(library, { 'lib.js': 'v1\n' });
    sh(repo, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
    commit(repo, {}, 'submodule');
    appendFileSync(join(repo, 'lib', 'lib.js'), 'uncommitted\n');
    assert.equal((await snapshotOf(repo)).id, sh(repo, 'rev-parse', 'HEAD'));
    const moved = commit(join(repo, 'lib'), { 'lib.js': 'v2\n' });
    const { id, own } = await snapshotOf(repo);
    assert.equal(sh(own, 'rev-parse', `${id}:lib`), moved);
  });

  it('The snapshot of the work tree tells which file git cannot take', async (t) => {
    const repo = repository(t);
    mkdirSync(join(repo, 'nested'));
    initRepo(join(repo, 'nested'));
    await assert.rejects(snapshotOf(repo), /snapshot of the uncommitted.*nested\//s);
  });
});
