/** What a build or a server lacks, as real tools say it. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import { type PrintedSign, signIn } from '../../../src/measure/failures/printed-signs.ts';
import type { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

const SAID: Record<PrintedSign, readonly string[]> = {
  'lockfile-behind': [
    'npm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.',
    'ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date',
    'error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.',
    'error: the lock file /a/Cargo.lock needs to be updated but --locked was passed to prevent this',
    'main.go:4:2: missing go.sum entry for module providing package x',
    'go: inconsistent vendoring in /a:',
    'error: cannot update the lock file /a/Cargo.lock because --locked was passed to prevent this',
    'pyproject.toml changed significantly since poetry.lock was last generated.',
  ],
  'lockfile-missing': [
    'npm error The `npm ci` command can only install with an existing package-lock.json or',
    'error: cannot create the lock file /a/Cargo.lock because --locked was passed to prevent this',
  ],
  'watchers-used-up': [
    "Error: ENOSPC: System limit for number of file watchers reached, watch '/a/src'",
    'inotify_add_watch: no space left on device',
    "Error: EMFILE: too many open files, watch '/a/src'",
  ],
  'disk-full': ['write error: No space left on device', 'Error: ENOSPC: no space left on device'],
  'files-used-up': [
    'http: Accept error: accept tcp 127.0.0.1:8080: accept4: too many open files; retrying in 5ms',
    'OSError: [Errno 24] Too many open files',
    "Error: EMFILE: too many open files, open '/a/b'",
    '2026/11/29 [crit] accept4() failed (24: Too many open files)',
  ],
  'connections-used-up': [
    '2026/11/30 03:00:00 [alert] 17#17: *5 16 worker_connections are not enough while connecting to upstream',
  ],
  'ports-used-up': [
    'Error: connect EADDRNOTAVAIL 127.0.0.1:5432 - Local (0.0.0.0:0)',
    'dial tcp 127.0.0.1:6379: connect: cannot assign requested address',
    'redis.exceptions.ConnectionError: Error 99 connecting to localhost:6379. Cannot assign requested address.',
    'connect() to 127.0.0.1:8080 failed (99: Cannot assign requested address) while connecting to upstream',
    'java.net.NoRouteToHostException: Cannot assign requested address',
  ],
  'pool-used-up': [
    'KnexTimeoutError: Knex: Timeout acquiring a connection. The pool is probably full.',
    'SequelizeConnectionAcquireTimeoutError: Operation timeout',
    'sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out',
    'HikariPool-1 - Connection is not available, request timed out after 30000ms',
    'Error: timeout exceeded when trying to connect',
    'ActiveRecord::ConnectionTimeoutError (could not obtain a connection from the pool within 5.000 seconds)',
    'Timed out fetching a new connection from the connection pool.',
    "psycopg_pool.PoolTimeout: couldn't get a connection after 30.00 sec",
    'pool timed out while waiting for an open connection',
    'The timeout period elapsed prior to obtaining a connection from the pool.',
  ],
  'terminal-missing': [
    'the input device is not a TTY',
    'TypeError: process.stdin.setRawMode is not a function',
    'panic: could not open a new TTY: open /dev/tty: no such device or address',
    'stty: standard input: Inappropriate ioctl for device',
    'Error opening terminal: unknown.',
    'Error: requires an interactive terminal',
  ],
  'docker-missing': [
    'docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
  ],
  'memory-out': [
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
    'MemoryError',
    '# Fatal process out of memory: SegmentedTable::InitializeTable (subspace allocation)',
    'PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)',
    'memory allocation of 1073741824 bytes failed',
    'failed to allocate memory (NoMemoryError)',
    'Out of memory. System.OutOfMemoryException: Array dimensions exceeded supported range.',
    'fork: Cannot allocate memory',
  ],
  'interpreter-missing': [
    'bash: line 1: ./run.sh: cannot execute: required file not found',
    'bash: ./run.sh: /bin/sh^M: bad interpreter: No such file or directory',
    "env: 'node\\r': No such file or directory",
    '/usr/bin/env: ‘bash\\r’: No such file or directory',
    "run.sh: line 2: $'\\r': command not found",
    "run.sh: line 7: syntax error near unexpected token `$'do\\r''",
  ],
  'other-machine': [
    'bash: line 1: ./server: cannot execute binary file: Exec format error',
    "./server: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by ./server)",
    'Error: /a/node_modules/better_sqlite3.node: invalid ELF header',
    'spawn ./server ENOEXEC',
  ],
  'toolchain-other': [
    '[ERROR] COMPILATION ERROR : \n[ERROR] Source option 5 is no longer supported. Use 7 or later.',
    'Detected JDK version 17.0.15 (JAVA_HOME=/usr/lib/jvm/17) is not in the allowed range [21,).',
    'Dependency requires at least JVM runtime version 21. This build uses a Java 17 JVM.',
    'Cannot find a Java installation on your machine (Linux 6.1 amd64) matching: {languageVersion=21}.',
    'go: go.mod requires go >= 1.99.0 (running go 1.26.8; GOTOOLCHAIN=local)',
    'error: rustc 1.95.0 is not supported by the following package:\n  server@0.1.0 requires rustc 1.99',
    '  this version of Cargo is older than the `2027` edition, and only supports `2015`',
    "error: toolchain '1.60.0-x86_64-unknown-linux-gnu' is not installed",
    'npm error code EBADENGINE',
    "ERROR: Package 'a' requires a different Python: 3.10.1 not in '>=3.12'",
    'error: release version 25 not supported',
    'java.lang.UnsupportedClassVersionError: A has been compiled by a more recent version',
    'A compatible .NET SDK was not found.',
    'Your Ruby version is 3.2.3, but your Gemfile specified 3.4.1',
  ],
  'variable-missing': [
    `Could not resolve placeholder 'shop.token' in value "\${shop.token}"`,
    "Failed to configure a DataSource: 'url' attribute is not specified and no embedded datasource could be configured.",
    'SRCFG00014: The config property shop.token is required but it could not be found in any config source',
    'build.sh: line 1: API_KEY: API_KEY is not set',
    'build.sh: line 3: API_KEY: unbound variable',
    'Error: Missing required environment variable: DATABASE_URL',
    "KeyError: 'SECRET_KEY'",
    'key not found: "SECRET_KEY_BASE" (KeyError)',
    'Error: DATABASE_URL must be set',
    'error: environment variable `DATABASE_URL` not defined at compile time',
    'Environment variable not found: DATABASE_URL.',
    '2026/11/29 JWT_SECRET is required',
  ],
  'host-unknown': [
    'Error: getaddrinfo ENOTFOUND postgres',
    'dial tcp: lookup db on 127.0.0.53:53: no such host',
    'could not translate host name "db" to address: Name or service not known',
    'fatal: unable to access: Could not resolve host: github.com',
  ],
};

for (const [sign, lines] of Object.entries(SAID)) {
  it(`What programs print when it is a matter of ${sign} is recognised`, () => {
    for (const line of lines) assert.equal(signIn(`begun\n${line}\nended`), sign, line);
    const cure = cureFor({ exitCode: 1, output: lines[0] ?? '' });
    assert.equal(cure?.code, sign);
    assert.match(cureText(cure as Cure), /^[A-Z].*\.$/s);
  });
}

it('What programs print of other things is no such sign', () => {
  for (const line of [
    'error: title is required',
    'TypeError: x is not defined',
    'src/a.ts(3,1): error TS2304: Cannot find name "foo".',
    'HTTP is not supported',
    'E2E tests failed',
    'undefined reference to `main`',
    'Environment: production',
    'bash: cannot set terminal process group (-1): Inappropriate ioctl for device',
    'ReferenceError: MAX_LEN is not defined',
    "NameError: name 'MAX_LEN' is not defined",
    './main.go:5:2: undefined: env.Parse',
  ]) {
    assert.equal(signIn(line), null, line);
  }
});

it('A variable is named as the cause only where nothing more certain is', () => {
  const output = 'Error: DATABASE_URL is not set\nError: listen EADDRINUSE: address already in use';
  assert.equal(cureFor({ exitCode: 1, output })?.code, 'address-in-use');
});
