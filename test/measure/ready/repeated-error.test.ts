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

  it('A master that says no more than that its workers end is known', () => {
    assert.equal(timesOf('[12] Early termination of worker', '[7] Early termination of worker'), 2);
    assert.equal(timesOf('worker 12 died, forking another', 'worker 7 died, forking another'), 2);
  });

  it('An error that is another one each time is none that comes again', () => {
    assert.equal(timesOf('plugin a not found', 'plugin b not found', 'plugin c not found'), 1);
    for (const said of ['step done', 'TLS termination by the proxy']) {
      assert.equal(timesOf(said, said, said), 0, said);
    }
  });

  it('A step that tells of no errors, and a command of a compiler, tell of none', () => {
    for (const said of [
      '    0 Error(s)',
      'webpack compiled with 0 errors',
      'Errors: 0, warnings: 3',
      'finished without errors',
      'cc -Wall -Werror -o api api.c',
    ]) {
      assert.equal(timesOf(said, said, said), 0, said);
    }
    assert.equal(timesOf('10 errors: cannot go on', '10 errors: cannot go on'), 2);
  });

  it('An error of somebody who may still come counts for nothing', () => {
    for (const waits of [
      'nc: connect to localhost port 5432 (tcp) failed: Connection refused',
      "ERROR 2002 (HY000): Can't connect to local MySQL server through socket",
      'psql: error: FATAL:  the database system is starting up',
      "Error: P1001: Can't reach database server at `db:5432`",
      'curl: (7) Failed to connect to localhost port 9000 after 0 ms',
      'dial tcp: lookup db: getaddrinfo ENOTFOUND db',
      'dial tcp: lookup db on 127.0.0.53:53: no such host',
      'dial unix /run/mysqld/mysqld.sock: connect: no such file or directory',
      'PDOException: SQLSTATE[HY000] [2002] No such file or directory',
      'psycopg.OperationalError: connection to server on socket "/run/postgresql/.s.PGSQL.5432" failed: No such file or directory',
      'redis.exceptions.BusyLoadingError: Redis is loading the dataset in memory',
      'wait-for-it.sh: timeout occurred after waiting 15 seconds for db:5432',
    ]) {
      assert.equal(timesOf(waits, waits, waits), 0, waits);
      assert.equal(timesOf('Error: x', waits, 'Error: x'), 0, waits);
    }
  });
});

const TRACE = (error: string) => [
  ...['Traceback (most recent call last):', '  File "/app/db.py", line 7, in open'],
  ...['    return connect(url, timeout=timeout)', '           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^'],
  error,
];

it('The code in a trace of Python says nothing of what happened', () => {
  const error = 'ValueError: no such pool';
  assert.equal(timesOf(...TRACE(error), ...TRACE(error)), 2);
  const waits = 'TimeoutError: no answer in 5 s, timed out';
  assert.equal(timesOf(...TRACE(error), ...TRACE(waits)), 0);
});

describe('an error that does not pass by itself', () => {
  const lasting = (...lines: string[]) => {
    const error = new RepeatedError();
    for (const line of lines) error.take([line]);
    return error.lasting;
  };

  it('A password that is not taken, and a file or socket that may not be used, are known beside whoever is waited for', () => {
    for (const words of [
      'psycopg.OperationalError: connection failed: connection to server at "127.0.0.1", port 6432 failed: FATAL:  password authentication failed for user "shop"',
      'FATAL:  server login has been failing, cached error: password authentication failed for user "shop" (server_login_retry)',
      "PDOException: SQLSTATE[HY000] [1045] Access denied for user 'shop'@'localhost'",
      '[crit] 7#7: *1 connect() to unix:/app/run/fpm.sock failed (13: Permission denied) while connecting to upstream',
      "Error: EACCES: permission denied, open '/app/data/shop.db'",
    ]) {
      const lines = TRACE(words);
      assert.equal(lasting(...lines, ...lines, 'redis: connection refused'), 2, words);
    }
  });

  it('What may still come is none', () => {
    for (const words of [
      'FATAL:  server login has been failing, cached error: connect failed (server_login_retry)',
      'psycopg.errors.UndefinedTable: relation "items" does not exist',
      "SqlException (0x80131904): Login failed for user 'sa'. Reason: Server is in script upgrade mode.",
      "TypeError: Cannot read properties of undefined (reading 'collection')",
      'RuntimeError: model not loaded',
    ]) {
      assert.equal(lasting(words, words, words), 0, words);
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
