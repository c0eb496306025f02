import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { programsNamedIn, versionsOf } from '../../../src/measure/probes/toolchains.ts';

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
