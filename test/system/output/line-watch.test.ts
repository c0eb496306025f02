import assert from 'node:assert/strict';
import { appendFileSync, closeSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { watchLines } from '../../../src/system/output/line-watch.ts';
import { openOutput } from '../../../src/system/output/output-file.ts';

function output(t: TestContext): { file: string; fd: number } {
  const dir = mkdtempSync(join(tmpdir(), 'tg-lines-'));
  const file = join(dir, 'server.log');
  const fd = openOutput(file);
  t.after(() => {
    closeSync(fd);
    rmSync(dir, { recursive: true });
  });
  return { file, fd };
}

it('A line is found once it is there, in parts, without its colours, and stays found', (t) => {
  const { file, fd } = output(t);
  const isThere = watchLines(fd, (lines) => lines.some((line) => /^listening on \d+$/.test(line)));
  assert.equal(isThere(), false);
  appendFileSync(file, 'starting\nliste');
  assert.equal(isThere(), false);
  appendFileSync(file, 'ning on \u001b[32m80\u001b[0m');
  assert.equal(isThere(), true);
  truncateSync(file);
  assert.equal(isThere(), true);
});

it('A file that is cut short while it is watched is read from its beginning', (t) => {
  const { file, fd } = output(t);
  const isThere = watchLines(fd, (lines) => lines.some((line) => line.includes('up')));
  appendFileSync(file, 'a long line of no interest\n');
  assert.equal(isThere(), false);
  truncateSync(file);
  appendFileSync(file, 'up\n');
  assert.equal(isThere(), true);
});
