/** Runs in a network of its own, with few ports: needs root. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import net from 'node:net';
import { describe, it } from 'node:test';
import { OwnPorts } from '../../../src/load/shared/own-ports.ts';
import { ownFile } from '../../../src/system/runtime.ts';

/** Opens so many connections at once, one after the other, through a connector; prints how many, and from how many addresses. */
const PROGRAM = `
import net from 'node:net';
import { connectorTo } from '${ownFile('src/load/shared/connector.ts')}';
const from = new Set();
const server = net.createServer((socket) => void from.add(socket.remoteAddress));
await new Promise((resolve) => server.listen(10_000, '127.0.0.1', resolve));
const scenario = { name: 'a', tls: null };
const connector = connectorTo({ host: '127.0.0.1', port: 10_000, socketPath: null, scenario });
let [open, last] = [0, ''];
const one = () => new Promise((resolve) => {
  const socket = connector.connect();
  socket.on('connect', () => { open++; resolve(); });
  socket.on('error', (error) => {
    if (connector.movesOn(socket, error)) one().then(resolve);
    else { last = connector.explain(error); resolve(); }
  });
});
for (let i = 0; i < 40; i++) await one();
console.log(JSON.stringify({ open, addresses: from.size, last }));
process.exit();`;

const NETWORK = 'ip link set lo up && echo 50000 50015 > /proc/sys/net/ipv4/ip_local_port_range';
const canUnshare = spawnSync('unshare', ['-n', 'sh', '-c', NETWORK], { stdio: 'ignore' });
const skip =
  canUnshare.status === 0 ? false : 'needs root, unshare and ip, for a network with few ports';

describe('the own ports of the load', () => {
  it('When the ports of one loopback address are used up, those of the next are used', {
    skip,
  }, () => {
    const run = `${NETWORK} && exec "$0" --input-type=module -e "$1"`;
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['-n', 'sh', '-c', run, process.execPath, PROGRAM],
      { encoding: 'utf8', timeout: 20_000 },
    );
    const { open, addresses, last } = JSON.parse(stdout || `{"last":${JSON.stringify(stderr)}}`);
    assert.equal(last, '');
    assert.equal(open, 40);
    assert.ok(addresses >= 3, `${addresses} addresses`);
  });

  it('After the last loopback address the own ports of the load begin anew, and whoever asks waits first', () => {
    const ports = new OwnPorts({ host: '127.0.0.1', port: 8080 });
    const error = Object.assign(new Error('x'), { code: 'EADDRNOTAVAIL', syscall: 'connect' });
    const from = new Set<string | undefined>();
    let moves = 0;
    for (; ports.movesOn(ports.opened(new net.Socket()), error); moves++) {
      from.add(ports.from.localAddress);
    }
    assert.deepEqual([moves, from.size, [...from].at(-1)], [253, 253, '127.0.0.254']);
    assert.deepEqual(ports.from, {});
  });

  it('The own ports of the load are told as what is used up', () => {
    const error = Object.assign(new Error('x'), { code: 'EADDRNOTAVAIL', syscall: 'connect' });
    const ports = new OwnPorts({ host: '127.0.0.1', port: 8080 });
    assert.match(ports.explain(error) ?? '', /no port left for a connection to 127\.0\.0\.1:8080/);
    assert.equal(ports.explain(new Error('refused')), null);
  });
});
