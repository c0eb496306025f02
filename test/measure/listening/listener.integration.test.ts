import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { it } from 'node:test';
import { ownership, placesOf } from '../../../src/measure/listening/listener.ts';
import { parseTable } from '../../../src/measure/listening/listener-tables.ts';
import { freePort, isFree } from '../../../src/measure/listening/ports.ts';
import { unprivileged } from '../servers/sandbox.ts';

const linux = process.platform === 'linux' ? false : 'needs /proc';

/** As recorded on x86-64; the second server's row is cut short by the column widths of a real one. */
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:5208 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4026531 1 0000000000000000 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20117 1 0000000000000000 100 0 0 10 0
   2: 0100007F:5208 0100007F:C6A2 01 00000000:00000000 02:000AF0C1 00000000  1000        0 4026544 2 0000000000000000 20 4 30 10 -1
   3: 0100007F:C6A2 0100007F:5208 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0000000000000000
`;
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:5209 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4026600 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4026601 1 0000000000000000 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:5210 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4026602 1 0000000000000000 100 0 0 10 0
`;

it('The gate reads the listeners out of the kernel tables, and nothing else', () => {
  assert.deepEqual(parseTable(TCP, 'tcp'), [
    { at: { kind: 'tcp', port: 21000 }, inode: '4026531', address: '127.0.0.1' },
    { at: { kind: 'tcp', port: 22 }, inode: '20117', address: '0.0.0.0' },
  ]);
  assert.deepEqual(parseTable(TCP6, 'tcp'), [
    { at: { kind: 'tcp', port: 21001 }, inode: '4026600', address: '::1' },
    { at: { kind: 'tcp', port: 8080 }, inode: '4026601', address: '::' },
    { at: { kind: 'tcp', port: 21008 }, inode: '4026602', address: '127.0.0.1' },
  ]);
  assert.deepEqual(parseTable('', 'tcp'), []);
  assert.deepEqual(parseTable(TCP.split('\n')[0] as string, 'tcp'), []);
});

it('The gate tells own listeners from foreign ones and from none', { skip: linux }, async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const other = await freePort(new Set([port]));
  try {
    assert.deepEqual(
      ownership({ kind: 'tcp', port }, () => [process.pid]),
      { kind: 'ours', bound: ['127.0.0.1'] },
    );
    assert.deepEqual(
      ownership({ kind: 'tcp', port }, () => [process.pid, 2 ** 22 + 1]),
      {
        kind: 'ours',
        bound: ['127.0.0.1'],
      },
    );
    assert.deepEqual(
      ownership({ kind: 'tcp', port }, () => [process.ppid]),
      { kind: 'foreign' },
    );
    assert.deepEqual(
      ownership({ kind: 'tcp', port }, () => []),
      { kind: 'foreign' },
    );
    const notAsked = () => assert.fail('nobody listens, so nobody need be looked for');
    assert.deepEqual(ownership({ kind: 'tcp', port: other }, notAsked), { kind: 'none' });
    assert.deepEqual(
      placesOf([process.pid]).map(({ at }) => at),
      [{ kind: 'tcp', port }],
    );
    assert.deepEqual(
      placesOf([2 ** 22 + 1]).map(({ at }) => at),
      [],
    );
  } finally {
    server.close();
  }
});

it('The gate asks who is ours after it has seen who listens', { skip: linux }, async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // As if the tree ended its listener while it was listed: what was seen is judged, not what is now.
  const owner = ownership({ kind: 'tcp', port }, () => {
    server.close();
    return [process.pid];
  });
  assert.notEqual(owner.kind, 'none');
});

it('The gate says nothing of a listener that may belong to a process which hides its own', {
  skip: linux,
}, async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const listener = new URL('../../../src/measure/listening/listener.ts', import.meta.url).href;
  try {
    const asked = await unprivileged(
      `const { ownership } = await import('${listener}');`,
      `[ownership({ kind: 'tcp', port: ${port} }, () => [1]), ownership({ kind: 'tcp', port: ${port} }, () => [])]`,
    );
    assert.deepEqual(JSON.parse(asked), [
      { kind: 'unknown', bound: ['127.0.0.1'] },
      { kind: 'foreign' },
    ]);
  } finally {
    server.close();
  }
});

it('The gate finds a port that is free, five digits long, and not one of those taken', async () => {
  const taken = new Set<number>();
  for (let i = 0; i < 20; i++) {
    const port = await freePort(taken);
    assert.match(String(port), /^\d{5}$/);
    assert.ok(!taken.has(port));
    assert.ok(await isFree(port));
    taken.add(port);
  }
});

/** The first port, if any, that this machine keeps for the privileged and nobody has. */
async function privilegedPort(): Promise<number | null> {
  const first = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  for (let port = first - 1; port > 0 && port > first - 50; port--) {
    if ((await isFree(port)) && (await isFree(port, 'udp'))) return port;
  }
  return null;
}

it('The gate takes a port that it may not bind for free, unless somebody listens there', {
  skip: linux,
}, async (t) => {
  const port = await privilegedPort();
  if (port === null) return t.skip('every port may be bound here');
  const ports = new URL('../../../src/measure/listening/ports.ts', import.meta.url).href;
  const asked = async () =>
    JSON.parse(
      await unprivileged(
        `const { isFree } = await import('${ports}');`,
        `[await isFree(${port}), await isFree(${port}, 'udp')]`,
      ),
    );
  assert.deepEqual(await asked(), [true, true]);
  if (process.getuid?.() !== 0) return;
  const server = createServer();
  const socket = createSocket('udp4');
  t.after(() => {
    server.close();
    socket.close();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  assert.deepEqual(await asked(), [false, true]);
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  assert.deepEqual(await asked(), [false, false]);
});
