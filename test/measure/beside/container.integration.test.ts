/** Tests find.ts: a database in a container, which has a network of its own. Made with unshare and ip, so it needs root. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { it, type TestContext } from 'node:test';
import { Neighbours } from '../../../src/measure/beside/neighbours.ts';

/** Four addresses of those that are kept for tests of networks (RFC 2544), other ones for another run of this test beside it. */
const NUMBER = 4 * (process.pid % 16_384);
const address = (offset: number) => `198.18.${Math.floor(NUMBER / 256)}.${(NUMBER % 256) + offset}`;
const [HOST, INSIDE] = [address(1), address(2)];
const LINK = `tg${process.pid % 100_000}`;

const isPossible =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-n', 'ip', 'link', 'add', LINK, 'type', 'veth'], { stdio: 'ignore' })
    .status === 0;
const skip = isPossible ? false : 'needs root, unshare and ip';

function said(child: ChildProcess): Promise<string> {
  return new Promise((resolve) =>
    child.stdout?.once('data', (data) => resolve(String(data).trim())),
  );
}

/** A process in a network of its own that listens there, as a container does. */
async function container(t: TestContext): Promise<number> {
  const code = `
    const server = require('node:net').createServer((socket) => socket.resume().on('error', () => {}));
    server.listen(5432, '0.0.0.0', () => console.log('ready'));`;
  // Its parent is gone at once: it is none of ours.
  const script = `unshare -n ${JSON.stringify(process.execPath)} -e "$CODE" & echo "$!"`;
  const child = spawn('sh', ['-c', script], {
    env: { PATH: process.env.PATH, CODE: code },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  t.after(() => spawnSync('ip', ['link', 'delete', LINK], { stdio: 'ignore' }));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const pid = Number((await lines.next()).value);
  t.after(() => process.kill(pid, 'SIGKILL'));
  // It listens, so it is in a network of its own by now; before, `ip` would put the link into the machine's.
  assert.equal((await lines.next()).value, 'ready');
  const ip = (...args: string[]) => execFileSync('ip', args);
  const inside = (...args: string[]) =>
    execFileSync('nsenter', ['-t', String(pid), '-n', 'ip', ...args]);
  ip('link', 'add', LINK, 'type', 'veth', 'peer', 'name', 'inside', 'netns', String(pid));
  ip('addr', 'add', `${HOST}/30`, 'dev', LINK);
  ip('link', 'set', LINK, 'up');
  inside('addr', 'add', `${INSIDE}/30`, 'dev', 'inside');
  inside('link', 'set', 'inside', 'up');
  return pid;
}

it('A database in a container is found by the address that the server is connected to', {
  skip,
}, async (t) => {
  const database = await container(t);
  const asks = `require('node:net').connect(5432, '${INSIDE}', () => console.log('connected'))`;
  const server = spawn(process.execPath, ['-e', asks], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => void server.kill());
  assert.equal(await said(server), 'connected');
  const neighbours = new Neighbours();
  neighbours.look({ server: 'api', trees: new Map([['head', [server.pid as number]]]) });
  const [found, ...others] = neighbours.of('api');
  assert.deepEqual(others, []);
  assert.deepEqual(found?.places, [`port 5432 of ${INSIDE}`]);
  assert.deepEqual(found.pids, [database]);
});
