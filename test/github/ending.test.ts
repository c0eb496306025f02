/** Which exit code a step has that ends without a verdict, and where its reason is told. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CommandFiles } from '../../src/github/command-files.ts';
import { report } from '../../src/github/ending.ts';
import { UserError } from '../../src/system/problem.ts';
import { holdOutput } from '../support/held-output.ts';

/** What a step that ends with `problem` leaves behind. */
function ended(t: TestContext, problem: unknown) {
  const dir = mkdtempSync(join(tmpdir(), 'tg-test-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'summary');
  writeFileSync(file, '');
  const files = new CommandFiles({ GITHUB_STEP_SUMMARY: file });
  const printed = holdOutput(t);
  const code = report(problem, { files });
  return { code, printed: printed(), summary: readFileSync(file, 'utf8') };
}

test('A full disk is nothing to report to us: it has exit code 2, and a cure in the summary', (t) => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    path: join(tmpdir(), 'throughput-gate-1', 'head', 'a.js'),
  });
  const { code, printed, summary } = ended(t, full);
  assert.equal(code, 2);
  assert.match(printed, /^::error title=Throughput Gate cannot run/);
  assert.doesNotMatch(printed, /report it/);
  assert.match(summary, /no room left on the disk \(ENOSPC\)/);
});

test('A mistake of the user’s stands beside its line, and in the summary', (t) => {
  const { code, printed, summary } = ended(
    t,
    new UserError({ where: 'gate.yml:3:1', message: 'no such key' }),
  );
  assert.equal(code, 2);
  assert.match(printed, /file=gate\.yml,line=3/);
  assert.match(summary, /gate\.yml:3:1: no such key/);
});

test('A mistake of ours is no verdict, and asks for a report', (t) => {
  const { code, printed } = ended(t, new TypeError('x is not a function'));
  assert.equal(code, 3);
  assert.match(printed, /please report it.*TypeError: x is not a function/s);
});
