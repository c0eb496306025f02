import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { hideFromGit } from '../../src/checkout/hidden-folder.ts';

function folder(t: TestContext, isRepository = true): string {
  const root = mkdtempSync(join(tmpdir(), 'throughput-gate-hidden-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  if (isRepository) mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'out', '.throughput-gate.lock'), { recursive: true });
  return join(root, 'out');
}

it('A new folder of results in a work tree hides itself from git, and elsewhere nothing is written', (t) => {
  const inside = folder(t);
  hideFromGit(inside);
  assert.equal(readFileSync(join(inside, '.gitignore'), 'utf8'), '*\n');
  const outside = folder(t, false);
  hideFromGit(outside);
  assert.ok(!existsSync(join(outside, '.gitignore')));
});

it('A folder in which somebody has files of his own is not hidden, and no `.gitignore` is written over', (t) => {
  const sources = folder(t);
  writeFileSync(join(sources, 'server.js'), '');
  hideFromGit(sources);
  assert.ok(!existsSync(join(sources, '.gitignore')));
  const own = folder(t);
  writeFileSync(join(own, '.gitignore'), 'node_modules\n');
  hideFromGit(own, true);
  assert.equal(readFileSync(join(own, '.gitignore'), 'utf8'), 'node_modules\n');
});
