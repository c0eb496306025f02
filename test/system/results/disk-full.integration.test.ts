/** A disk that is really full: what was measured stays known, what could not be written is told, and nothing is thrown. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { sha256Of } from '../../../src/system/files/digest.ts';
import { openResults } from '../../../src/system/results/results.ts';

/** Null where this user may not mount one. */
function tinyDisk(t: TestContext): string | null {
  const dir = mkdtempSync(join(tmpdir(), 'tg-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', dir]);
  t.after(() => {
    if (status === 0) spawnSync('umount', ['-l', dir]);
    rmSync(dir, { recursive: true, force: true });
  });
  return status === 0 ? dir : null;
}

it('A result that the disk has no room for is told by its file, the others are whole, and its digest is known', (t) => {
  const disk = tinyDisk(t);
  if (disk === null) return t.skip('a disk can be mounted by root alone');
  const results = openResults(join(disk, 'results'));
  results.write('plan', '{"a":1}\n');
  const large = `{"b":"${'x'.repeat(100_000)}"}\n`;
  results.write('measurement', large);
  results.write('verdict', '{"c":1}\n');
  results.settle();
  assert.equal(results.troubles.length, 1, results.troubles.join('\n'));
  assert.match(results.troubles[0] ?? '', /measurement\.json: cannot be written: ENOSPC/);
  assert.equal(results.digest('measurement'), sha256Of(large));
  assert.equal(readFileSync(results.path('plan'), 'utf8'), '{"a":1}\n');
  assert.equal(readFileSync(results.path('verdict'), 'utf8'), '{"c":1}\n');
  assert.ok(!existsSync(results.path('measurement')), 'half a file is no file');
});
