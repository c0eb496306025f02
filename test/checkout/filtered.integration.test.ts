/** Files of Git LFS and of other filters: as the user's checkout has them, and nothing is downloaded. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { prepareTrees } from '../../src/checkout/trees.ts';
import {
  assertUntouched,
  bytesOf,
  commit,
  initRepo,
  makeSandbox,
  sh,
  writeFiles,
} from '../support/git.ts';

const before = { kind: 'ref', ref: 'HEAD~1' } as const;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function pointer(content: string): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(content)}\nsize ${content.length}\n`;
}

/**
 * A stand-in for git-lfs with its names and its rules: `clean` puts the content into the cache and
 * prints a pointer; `smudge` passes the pointer on when told to skip, else takes the content
 * from the cache, else fails, as a download without a network would.
 */
const LFS = `#!/bin/sh
set -e
store=$(git config lfs.storage || true)
[ -n "$store" ] || store="$(git rev-parse --git-common-dir)/lfs"
case $1 in
clean)
  cat > "$TMPDIR/lfs.$$"
  if head -n 1 "$TMPDIR/lfs.$$" | grep -q '^version https://git-lfs'; then cat "$TMPDIR/lfs.$$"; exit; fi
  id=$(sha256sum < "$TMPDIR/lfs.$$" | cut -d' ' -f1)
  folder="$store/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-4)"
  mkdir -p "$folder"
  cp "$TMPDIR/lfs.$$" "$folder/$id"
  printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n' "$id" "$(stat -c %s "$TMPDIR/lfs.$$")" ;;
smudge)
  if [ "$GIT_LFS_SKIP_SMUDGE" = 1 ]; then exec cat; fi
  id=$(sed -n 's/^oid sha256://p')
  file="$store/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-4)/$id"
  [ -f "$file" ] || { echo "would download $id" >&2; exit 2; }
  cat "$file" ;;
esac
`;

function withLfs(t: TestContext): { repo: string; dir: string } {
  const { dir } = makeSandbox(t);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = dir;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  const tool = join(dir, 'lfs.sh');
  writeFileSync(tool, LFS, { mode: 0o755 });
  const repo = initRepo(join(dir, 'mine'));
  sh(repo, 'config', 'filter.lfs.clean', `'${tool}' clean %f`);
  sh(repo, 'config', 'filter.lfs.smudge', `'${tool}' smudge %f`);
  sh(repo, 'config', 'filter.lfs.required', 'true');
  writeFiles(repo, { '.gitattributes': '*.bin filter=lfs -text\n' });
  return { repo, dir };
}

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

async function arms(
  repo: string,
  act: (base: string, head: string, log: string[]) => void,
): Promise<void> {
  const untouched = bytesOf(repo);
  const log: string[] = [];
  {
    const trees = prepareTrees({ cwd: repo, base: before, log: (line) => log.push(line) });
    await using made = await trees;
    act(made.arms.base?.dir ?? '', made.arms.head?.dir ?? '', log);
  }
  assertUntouched(repo, untouched);
}

describe('files of Git LFS', () => {
  it('Files of Git LFS have their content where the checkout has it, from its own cache', async (t) => {
    const { repo } = withLfs(t);
    commit(repo, { 'same.bin': 'same', 'model.bin': 'old model' });
    commit(repo, { 'model.bin': 'new model' });
    await arms(repo, (base, head, log) => {
      assert.deepEqual([read(base, 'same.bin'), read(base, 'model.bin')], ['same', 'old model']);
      assert.deepEqual([read(head, 'same.bin'), read(head, 'model.bin')], ['same', 'new model']);
      assert.ok(!log.some((line) => line.includes('LFS')));
      assert.equal(sh(head, 'status', '--porcelain'), '');
    });
  });

  it('Files of Git LFS stay pointers where the checkout has pointers', async (t) => {
    const { repo } = withLfs(t);
    commit(repo, { 'model.bin': pointer('old') });
    commit(repo, { 'model.bin': pointer('new') });
    await arms(repo, (base, head, log) => {
      assert.equal(read(base, 'model.bin'), pointer('old'));
      assert.equal(read(head, 'model.bin'), pointer('new'));
      assert.ok(!log.some((line) => line.includes('LFS')));
    });
  });

  it('Files of Git LFS that were never downloaded stay pointers, and that is said', async (t) => {
    const { repo } = withLfs(t);
    commit(repo, { 'model.bin': pointer('never here') });
    commit(repo, { 'model.bin': 'new' });
    await arms(repo, (base, head, log) => {
      assert.equal(read(base, 'model.bin'), pointer('never here'));
      assert.equal(read(head, 'model.bin'), 'new');
      const said = log.filter((line) => line.includes('Git LFS'));
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', /1 file of Git LFS stays a pointer in base.*model\.bin/);
    });
  });

  it('Files of Git LFS that nobody has committed yet are part of head, and not put into the cache', async (t) => {
    const { repo } = withLfs(t);
    commit(repo, { 'model.bin': 'one' });
    commit(repo, { 'a.js': '1\n' });
    writeFiles(repo, { 'model.bin': 'mine', 'new.bin': 'new' });
    await arms(repo, (base, head) => {
      assert.equal(read(base, 'model.bin'), 'one');
      assert.equal(read(head, 'model.bin'), 'mine');
      assert.equal(read(head, 'new.bin'), 'new');
    });
  });
});

describe('a required filter that fails', () => {
  it('A required filter that fails leaves files of the same version as the checkout has them, others as they are stored', async (t) => {
    const { dir } = makeSandbox(t);
    const repo = initRepo(join(dir, 'mine'));
    mkdirSync(join(dir, 'key'));
    // As git-crypt does: without its key, which is in the user's .git, it fails.
    sh(repo, 'config', 'filter.crypt.clean', 'tr a-z b-za');
    sh(
      repo,
      'config',
      'filter.crypt.smudge',
      'test -f "$(git rev-parse --git-dir)/key" && tr b-za a-z',
    );
    sh(repo, 'config', 'filter.crypt.required', 'true');
    writeFiles(repo, { '.git/key': '', '.gitattributes': '*.secret filter=crypt\n' });
    commit(repo, { 'same.secret': 'abc', 'other.secret': 'old' });
    commit(repo, { 'other.secret': 'new' });
    await arms(repo, (base, head, log) => {
      assert.deepEqual([read(head, 'same.secret'), read(head, 'other.secret')], ['abc', 'new']);
      assert.deepEqual([read(base, 'same.secret'), read(base, 'other.secret')], ['abc', 'pme']);
      const said = log.filter((line) => line.includes('"crypt"'));
      assert.deepEqual(said.length, 1, log.join('\n'));
      assert.match(said[0] ?? '', /1 file of base is as it is stored: other\.secret/);
    });
  });
});
