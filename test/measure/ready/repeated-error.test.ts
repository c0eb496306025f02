import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { endsInError, RepeatedError } from '../../../src/measure/ready/repeated-error.ts';

function timesOf(...lines: string[]): number {
  const error = new RepeatedError();
  for (const line of lines) error.take([line]);
  return error.times;
}

describe('an error that comes again', () => {
  it('An error that comes again is known whatever numbers are in it', () => {
    assert.equal(timesOf(...Array(3).fill("ModuleNotFoundError: No module named 'x'")), 3);
    assert.equal(timesOf('Error: no such table (pid 12)', '', 'Error: no such table (pid 7)'), 2);
    assert.equal(
      timesOf(
        '2026-11-30 08:01:56,883 WARN exited: app (exit status 1; not expected)',
        '2026-11-30 08:01:57,894 INFO spawned: app',
        '2026-11-30 08:01:59,078 WARN exited: app (exit status 1; not expected)',
      ),
      2,
    );
  });

  it('An error that is another one each time is none that comes again', () => {
    assert.equal(timesOf('plugin a not found', 'plugin b not found', 'plugin c not found'), 1);
    assert.equal(timesOf('step done', 'step done', 'step done'), 0);
  });

  it('An error of somebody who may still come counts for nothing', () => {
    for (const waits of [
      'nc: connect to localhost port 5432 (tcp) failed: Connection refused',
      "ERROR 2002 (HY000): Can't connect to local MySQL server through socket",
      'psql: error: FATAL:  the database system is starting up',
      "Error: P1001: Can't reach database server at `db:5432`",
      'curl: (7) Failed to connect to localhost port 9000 after 0 ms',
      'dial tcp: lookup db: getaddrinfo ENOTFOUND db',
      'wait-for-it.sh: timeout occurred after waiting 15 seconds for db:5432',
    ]) {
      assert.equal(timesOf(waits, waits, waits), 0, waits);
      assert.equal(timesOf('Error: x', waits, 'Error: x'), 0, waits);
    }
  });
});

it('The end of an output is an error where its last line is, or a frame of one', () => {
  for (const output of [
    "Traceback (most recent call last):\n  import x\nModuleNotFoundError: No module named 'x'\n",
    'Error: x\n    at file.js:1:2\n\nNode.js v24.1.0\n\n',
    'thread main panicked at src/main.rs:3:5',
  ]) {
    assert.equal(endsInError(output), true, output);
  }
  for (const output of ['', 'Error: x\nlistening soon\n', 'INFO: Will watch for changes\n']) {
    assert.equal(endsInError(output), false, output);
  }
});
