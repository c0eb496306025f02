import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { it } from 'node:test';
import type { Server } from '../../../src/config/experiment/server.ts';
import { addressEnv, chooseAddresses } from '../../../src/measure/listening/addresses.ts';
import { endpointOf } from '../../../src/measure/listening/endpoint.ts';

const on = (listen: Server['listen'], name = 'api') => ({ name, listen });

it('The gate gives each server and arm a port of its own, and the same one whenever it is asked', async () => {
  await using addresses = chooseAddresses();
  const seen = new Set<number>();
  for (const name of ['api', 'web']) {
    for (const arm of ['base', 'head'] as const) {
      const address = await addresses.of(on({ kind: 'port' }, name), arm);
      assert.equal(address.socket, null);
      assert.deepEqual(await addresses.of(on({ kind: 'port' }, name), arm), address);
      assert.deepEqual(addressEnv(address), { PORT: String(address.port) });
      seen.add(address.port);
    }
  }
  assert.equal(seen.size, 4);
});

it('The gate gives both arms a fixed port', async () => {
  await using addresses = chooseAddresses();
  for (const arm of ['base', 'head'] as const) {
    const address = await addresses.of(on({ kind: 'fixed', port: 8080 }), arm);
    assert.deepEqual(address, { port: 8080, socket: null });
  }
});

it('The gate gives sockets short paths of one length, in a folder that nobody else may enter', async () => {
  const made: string[] = [];
  const addresses = chooseAddresses((folder) => made.push(folder));
  const servers = ['a', 'a-server-with-quite-a-long-name'];
  const paths: string[] = [];
  for (const name of servers) {
    for (const arm of ['base', 'head'] as const) {
      const address = await addresses.of(on({ kind: 'socket' }, name), arm);
      const { socket, port } = address;
      assert.ok(socket !== null && Buffer.byteLength(socket) < 100, `${socket}`);
      assert.deepEqual(addressEnv(address), { PORT: String(port), SOCKET: socket });
      paths.push(socket);
    }
  }
  assert.equal(new Set(paths).size, 4);
  assert.equal(new Set(paths.map((path) => path.length)).size, 1);
  const folder = dirname(paths[0] as string);
  assert.deepEqual(made, [folder]);
  assert.equal(dirname(folder), tmpdir());
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  writeFileSync(paths[0] as string, '');
  await addresses[Symbol.asyncDispose]();
  assert.equal(existsSync(folder), false);
});

it('The gate makes no folder where no server has a socket, and removes nothing', async () => {
  const made: string[] = [];
  const addresses = chooseAddresses((folder) => made.push(folder));
  await addresses.of(on({ kind: 'port' }), 'head');
  await addresses[Symbol.asyncDispose]();
  assert.deepEqual(made, []);
});

it('The gate keeps paths short where the temporary folder is deep', async (t) => {
  const before = process.env.TMPDIR;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  process.env.TMPDIR = `/tmp/${'deep/'.repeat(20)}`;
  await using addresses = chooseAddresses();
  const { socket } = await addresses.of(on({ kind: 'socket' }), 'base');
  assert.ok(socket !== null && socket.length < 100);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  server.close();
});

it('The gate says where a server listens by the protocol that it speaks', () => {
  const port = { port: 8080, socket: null };
  for (const protocol of ['http1', 'http2', 'websocket'] as const) {
    assert.deepEqual(endpointOf(port, protocol), { kind: 'tcp', port: 8080 });
  }
  assert.deepEqual(endpointOf(port, 'http3'), { kind: 'udp', port: 8080 });
  const socket = { port: 8080, socket: '/tmp/x.sock' };
  assert.deepEqual(endpointOf(socket, 'http1'), { kind: 'unix', path: '/tmp/x.sock' });
});
