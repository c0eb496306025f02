import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { programsNamedIn, versionsOf } from '../../../src/measure/environment/toolchains.ts';

test('Compilers and runtimes are known by the words that name them, wherever they stand', () => {
  const named = (command: string) => programsNamedIn([command]);
  assert.deepEqual(named('CGO_ENABLED=0 go build -o server .'), ['go']);
  assert.deepEqual(named('cargo build --release && ./target/release/app'), ['rustc']);
  assert.deepEqual(named('npm ci; exec /usr/bin/node server.js'), ['node']);
  assert.deepEqual(named('python3 -m uvicorn app:api --port {port}'), ['python']);
  assert.deepEqual(named('./mvnw -q package'), ['java']);
  assert.deepEqual(named('sh -c "make && ./server"'), ['cc']);
  assert.deepEqual(named('./server'), []);
  assert.deepEqual(named('./gopher --node 3'), []);
});

test('Load tools are known in load commands only, so that none of them makes a new machine of a server', () => {
  const load = 'taskset -c 1 wrk -t1 -c32 -d2s {url} && node check.mjs';
  assert.deepEqual(programsNamedIn([load], 'load'), ['node', 'wrk']);
  assert.deepEqual(programsNamedIn([load]), ['node']);
  assert.deepEqual(programsNamedIn(['k6 run load.js'], 'load'), ['k6']);
});

test('A tool that ends with exit code 1 when it is asked for its version has one, and no other', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tg-tools-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['wrk', 'k6']) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} 4.1.0 [epoll]"\nexit 1\n`, {
      mode: 0o755,
    });
  }
  const env = { ...process.env, PATH: `${folder}:/usr/bin:/bin` };
  const signal = new AbortController().signal;
  const found = await versionsOf(['wrk', 'k6'], { cwd: folder, env, signal });
  assert.deepEqual(found, { wrk: 'wrk 4.1.0 [epoll]' });
});

test('Only what answers has a version', async () => {
  const env = { ...process.env };
  const signal = new AbortController().signal;
  const found = await versionsOf(['node', 'gleam'], {
    cwd: tmpdir(),
    env: { ...env, PATH: dir() },
    signal,
  });
  assert.deepEqual(found, { node: process.version });
});

/** A path on which the Node.js of this test is, and no other of these programs. */
function dir(): string {
  return process.execPath.slice(0, process.execPath.lastIndexOf('/'));
}
