/** What a build or a server lacks, as real tools say it. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Cure, cureFor } from '../../src/measure/cure.ts';
import { type PrintedSign, signIn } from '../../src/measure/printed-signs.ts';
import { cureText } from '../../src/report/cure-text.ts';

const SAID: Record<PrintedSign, readonly string[]> = {
  'lockfile-behind': [
    'npm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.',
    'ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date',
    'error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.',
    'error: the lock file /a/Cargo.lock needs to be updated but --locked was passed to prevent this',
    'main.go:4:2: missing go.sum entry for module providing package x',
    'pyproject.toml changed significantly since poetry.lock was last generated.',
  ],
  'lockfile-missing': [
    'npm error The `npm ci` command can only install with an existing package-lock.json or',
  ],
  'watchers-used-up': [
    "Error: ENOSPC: System limit for number of file watchers reached, watch '/a/src'",
    'inotify_add_watch: no space left on device',
  ],
  'disk-full': ['write error: No space left on device', 'Error: ENOSPC: no space left on device'],
  'memory-out': [
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space',
    'MemoryError',
    'fork: Cannot allocate memory',
  ],
  'variable-missing': [
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
  ]) {
    assert.equal(signIn(line), null, line);
  }
});

it('A variable is named as the cause only where nothing more certain is', () => {
  const output = 'Error: DATABASE_URL is not set\nError: listen EADDRINUSE: address already in use';
  assert.equal(cureFor({ exitCode: 1, output })?.code, 'address-in-use');
});
