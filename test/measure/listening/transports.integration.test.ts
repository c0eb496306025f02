/** Who listens on UDP ports and Unix sockets: src/measure/listening/listener.ts, listener-tables.ts and endpoint.ts. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { endpointText, pathToConnect, vacate } from '../../../src/measure/listening/endpoint.ts';
import { listensNoLonger, ownership, placesOf } from '../../../src/measure/listening/listener.ts';
import { parseTable, parseUnixTable } from '../../../src/measure/listening/listener-tables.ts';
import { isFree } from '../../../src/measure/listening/ports.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

/** As recorded on x86-64: one socket waits for anybody, one talks to a peer. */
const UDP = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  811: 00000000:5208 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 4026531 2 0000000000000000 0
 2214: 0100007F:9C41 0100007F:5208 01 00000000:00000000 00:00000000 00000000  1000        0 4026544 2 0000000000000000 0
`;
const UNIX = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 20117 /run/a server.sock
0000000000000000: 00000003 00000000 00000000 0001 03 20118 /run/a server.sock
0000000000000000: 00000003 00000000 00000000 0001 03 20119
0000000000000000: 00000002 00000000 00010000 0005 01     7 @abstract
0000000000000000: 00000002 00000000 00000000 0002 01 20121 /run/datagrams
`;

async function udpSocket(t: TestContext, address?: string): Promise<number> {
  const socket = createSocket(address?.includes(':') ? 'udp6' : 'udp4');
  t.after(() => socket.close());
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket.address().port;
}

async function unixServer(t: TestContext): Promise<{ path: string; close: () => void }> {
  const dir = mkdtempSync(join(tmpdir(), 'tg-unix-'));
  const path = join(dir, 'the server.sock');
  const server = createServer();
  t.after(() => {
    server.close();
    rmSync(dir, { recursive: true, force: true });
  });
  server.listen(path);
  await once(server, 'listening');
  return { path, close: () => server.close() };
}

it('The gate reads who waits on UDP, and which Unix sockets listen', () => {
  assert.deepEqual(parseTable(UDP, 'udp'), [
    { at: { kind: 'udp', port: 21000 }, inode: '4026531', address: '0.0.0.0' },
  ]);
  assert.deepEqual(parseUnixTable(UNIX), [
    { at: { kind: 'unix', path: '/run/a server.sock' }, inode: '20117', address: null },
    { at: { kind: 'unix', path: '@abstract' }, inode: '7', address: null },
  ]);
  assert.deepEqual(parseUnixTable(''), []);
});

it('The gate tells own UDP sockets from foreign ones and from none', linux, async (t) => {
  for (const address of ['127.0.0.1', '0.0.0.0', '::']) {
    const port = await udpSocket(t, address);
    const ours = ownership({ kind: 'udp', port }, () => [process.pid]);
    assert.deepEqual(ours, { kind: 'ours', bound: [address] });
    const foreign = ownership({ kind: 'udp', port }, () => [process.ppid]);
    assert.deepEqual(foreign, { kind: 'foreign' });
    // The same number is another port over TCP.
    const tcp = ownership({ kind: 'tcp', port }, () => [process.pid]);
    assert.deepEqual(tcp, { kind: 'none' });
  }
  const port = await udpSocket(t, '::1');
  const ours = ownership({ kind: 'udp', port }, () => [process.pid]);
  assert.deepEqual(ours, { kind: 'ours', bound: ['::1'] });
});

it('The gate tells own Unix sockets from foreign ones and from none', linux, async (t) => {
  const { path, close } = await unixServer(t);
  const at = { kind: 'unix', path } as const;
  assert.equal(ownership(at, () => [process.pid]).kind, 'ours');
  assert.equal(ownership(at, () => [process.ppid]).kind, 'foreign');
  assert.equal(ownership({ kind: 'unix', path: `${path}x` }, () => [process.pid]).kind, 'none');
  close();
  assert.equal(ownership(at, () => [process.pid]).kind, 'none');
});

it(
  'The gate cannot tell whose a Unix socket is that got another name after it was bound',
  linux,
  async (t) => {
    const { path } = await unixServer(t);
    const at = { kind: 'unix', path: `${path}.renamed` } as const;
    renameSync(path, at.path);
    const unknown = { kind: 'unknown', bound: [null] };
    assert.deepEqual(
      ownership(at, () => [process.pid]),
      unknown,
    );
    const none = ownership({ kind: 'unix', path: dirname(path) }, () => [process.pid]);
    assert.deepEqual(none, { kind: 'none' });
  },
);

it('The gate names everything on which a process listens, once', linux, async (t) => {
  const { path } = await unixServer(t);
  const udp = await udpSocket(t);
  const server = createServer();
  t.after(() => server.close());
  server.listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  assert.deepEqual(
    placesOf([process.pid, process.pid]).map(({ at }) => at),
    [
      { kind: 'tcp', port },
      { kind: 'udp', port: udp },
      { kind: 'unix', path },
    ],
  );
});

it('The gate knows a UDP port that somebody has, on any address', async (t) => {
  for (const address of ['127.0.0.1', '0.0.0.0', '::', '::1']) {
    const port = await udpSocket(t, address);
    assert.equal(await isFree(port, 'udp'), false, address);
    assert.equal(await vacate({ kind: 'udp', port }), false);
  }
});

it('The gate removes a stale socket file, so that a server can listen there again', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'tg-stale-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'stale.sock');
  writeFileSync(path, '');
  assert.equal(await vacate({ kind: 'unix', path }), true);
  assert.equal(await vacate({ kind: 'unix', path }), true);
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  server.close();
});

it('An abstract socket is told without the zeros that pad its name, and connected to with them', () => {
  const padded = { kind: 'unix', path: '@app@@@@' } as const;
  assert.equal(endpointText(padded), 'the Unix socket @app');
  assert.equal(pathToConnect(padded), '\0app\0\0\0\0');
  const file = { kind: 'unix', path: '/run/a@b.sock' } as const;
  assert.equal(endpointText(file), 'the Unix socket /run/a@b.sock');
  assert.equal(pathToConnect(file), '/run/a@b.sock');
});

it(
  'A server that has closed its port and still runs is told from one that listens, and from one that ended',
  linux,
  async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const running = {
      endpoint: { kind: 'tcp', port } as const,
      tree: () => [process.pid],
      ended: (): string | null => null,
    };
    assert.equal(listensNoLonger(running), false);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(listensNoLonger(running), true);
    assert.equal(listensNoLonger({ ...running, ended: () => 'exit code 0' }), false);
  },
);
