import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { machineProblem } from '../../../src/system/files/machine-problem.ts';

function systemError(code: string, place?: string): Error {
  return Object.assign(new Error(`${code}: it failed`), { code, path: place });
}

test('A full disk is told with its place, also where another error was made of it', () => {
  const place = path.join(tmpdir(), 'throughput-gate-1', 'head');
  for (const code of ['ENOSPC', 'EDQUOT']) {
    const error = new Error('the tree cannot be placed', { cause: systemError(code, place) });
    const { where, message, hint } = machineProblem(error) ?? {};
    assert.equal(where, place);
    assert.match(message ?? '', new RegExp(`no room left on the disk \\(${code}\\)`));
    assert.match(hint ?? '', /TMPDIR/);
  }
});

test('Too few open files are told by the code, or by the words of whoever met them', () => {
  for (const error of [systemError('EMFILE'), new Error('spawn git EMFILE')]) {
    const { message, hint } = machineProblem(error) ?? {};
    assert.match(message ?? '', /too few open files are allowed \(EMFILE\)/);
    assert.match(hint ?? '', /ulimit -n/);
  }
  assert.match(machineProblem(systemError('ENFILE'))?.message ?? '', /whole system \(ENFILE\)/);
});

test('A folder that may not be written is the machine’s where temporary files go, and nowhere else', () => {
  for (const code of ['EACCES', 'EROFS']) {
    const place = path.join(tmpdir(), 'throughput-gate-1');
    // A file of the user's that a copy cannot read may be there as well.
    const what = code === 'EROFS' ? 'written' : 'read or written';
    assert.equal(
      machineProblem(systemError(code, place))?.message,
      `it cannot be ${what} (${code})`,
    );
    assert.equal(machineProblem(systemError(code, '/srv/secret')), null);
    assert.equal(machineProblem(systemError(code)), null);
  }
});

test('A program in a temporary folder that may not be started is not told as a folder that cannot be written', () => {
  const place = path.join(tmpdir(), 'throughput-gate-1', 'head', 'server');
  const error = Object.assign(systemError('EACCES', place), { syscall: `spawn ${place}` });
  const { where, message, hint } = machineProblem(error) ?? {};
  assert.equal(where, place);
  assert.equal(message, 'it may not be executed (EACCES)');
  assert.match(hint ?? '', /noexec/);
});

test('What is none of the machine’s is left to whoever made the mistake', () => {
  assert.equal(machineProblem(new TypeError('x is not a function')), null);
  assert.equal(machineProblem(systemError('ENOENT', '/x')), null);
  assert.equal(machineProblem('EMFILE'), null);
  const circle = new Error('round');
  circle.cause = circle;
  assert.equal(machineProblem(circle), null);
});
