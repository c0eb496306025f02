/** Programs beside a server, with real processes and sockets. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Beside } from '../../../src/config/values/beside.ts';
import { Neighbours } from '../../../src/measure/beside/neighbours.ts';
import { readStat } from '../../../src/system/kernel/proc-stat.ts';
import { processTree } from '../../../src/system/processes/process-tree.ts';
import type { Arm } from '../../../src/terms/arm.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

/** Listens on a free port, or on a socket, and has a child, as databases have. */
const DATABASE = `
const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)'], { stdio: 'ignore' });
const server = require('node:net').createServer((socket) => { socket.on('error', () => {}); socket.resume(); });
server.listen(process.argv[1] || 0, ...(process.argv[1] ? [] : ['127.0.0.1']), () => console.log(server.address().port ?? 'ready'));
process.on('SIGTERM', () => { child.kill(); process.exit(); });`;

/** Keeps a connection to what it is told, and listens itself. */
const ASKS = `
const net = require('node:net');
const to = process.argv[1];
const server = net.createServer((socket) => { socket.on('error', () => {}); socket.resume(); });
net.connect(/^\\d+$/.test(to) ? { port: Number(to), host: '127.0.0.1' } : { path: to }, () =>
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))).on('error', () => {});`;

/** A stranger: neither a descendant of ours nor marked; its parent is gone at once. */
async function stranger(t: TestContext, code: string, argument = ''): Promise<Program> {
  const script = `${JSON.stringify(process.execPath)} -e "$CODE" "$1" & echo "pid $!"`;
  const child = spawn('sh', ['-c', script, 'sh', argument], {
    env: { PATH: process.env.PATH, CODE: code },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const lines = await linesOf(child, 2);
  const pid = Number(lines.find((line) => line.startsWith('pid '))?.slice(4));
  t.after(() => void kill(pid));
  return { pid, says: lines.find((line) => !line.startsWith('pid ')) ?? '' };
}

interface Program {
  pid: number;
  /** Its port, where it has one. */
  says: string;
}

/** One of ours, as the servers are. */
async function ours(t: TestContext, code: string, argument: string): Promise<Program> {
  const child = spawn(process.execPath, ['-e', code, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => void child.kill());
  const [says = ''] = await linesOf(child, 1);
  return { pid: child.pid as number, says };
}

function linesOf(child: ChildProcess, count: number): Promise<string[]> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (data) => {
      text += data;
      const lines = text.split('\n').slice(0, -1);
      if (lines.length >= count) resolve(lines);
    });
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // It has ended already.
  }
}

function lookedAt(neighbours: Neighbours, trees: Partial<Record<Arm, number>>): Neighbours {
  const running = Object.entries(trees).map(([arm, pid]): [Arm, number[]] => [arm as Arm, [pid]]);
  neighbours.look({ server: 'api', trees: new Map(running) });
  return neighbours;
}

const summary = (neighbours: Neighbours) =>
  neighbours.of('api').map(({ places, how, arms }) => ({ places, how, arms }));

describe('what runs beside the servers', linux, () => {
  it('What a server is connected to by TCP is beside it, with its children', async (t) => {
    const database = await stranger(t, DATABASE);
    const base = await ours(t, ASKS, database.says);
    const head = await ours(t, ASKS, database.says);
    const neighbours = lookedAt(new Neighbours(), { base: base.pid, head: head.pid });
    assert.deepEqual(summary(neighbours), [
      { places: [`port ${database.says}`], how: 'connected', arms: ['base', 'head'] },
    ]);
    const [found] = neighbours.of('api');
    assert.equal(found?.pids.length, 2);
    assert.ok(found.pids.includes(database.pid));
    assert.ok(!found.pids.includes(base.pid));
    for (const pid of found.pids)
      assert.ok(neighbours.has(readStat(pid) as { pid: number; startTicks: number }));
    assert.ok(!neighbours.has(readStat(process.pid) as { pid: number; startTicks: number }));
  });

  it('What only one arm is connected to is beside that arm', async (t) => {
    const [one, other] = [await stranger(t, DATABASE), await stranger(t, DATABASE)];
    const base = await ours(t, ASKS, one.says);
    const head = await ours(t, ASKS, other.says);
    const neighbours = lookedAt(new Neighbours(), { base: base.pid, head: head.pid });
    assert.deepEqual(summary(neighbours), [
      { places: [`port ${one.says}`], how: 'connected', arms: ['base'] },
      { places: [`port ${other.says}`], how: 'connected', arms: ['head'] },
    ]);
  });

  it('Whom a program beside the server asks in its turn is beside it too', async (t) => {
    const database = await stranger(t, DATABASE);
    const pooler = await stranger(t, ASKS, database.says);
    const head = await ours(t, ASKS, pooler.says);
    const neighbours = lookedAt(new Neighbours(), { head: head.pid });
    assert.deepEqual(
      summary(neighbours).map(({ places }) => places[0]),
      [`port ${pooler.says}`, `port ${database.says}`],
    );
  });

  it('Who asks the server is not beside it', async (t) => {
    const database = await stranger(t, DATABASE);
    const head = await ours(t, ASKS, database.says);
    const client = await stranger(t, ASKS, head.says);
    const neighbours = lookedAt(new Neighbours(), { head: head.pid });
    assert.ok(neighbours.of('api').every(({ pids }) => !pids.includes(client.pid)));
  });

  it('What a server is connected to by a Unix socket is beside it, where `ss` is there', async (t) => {
    if (spawn('ss', ['-V'], { stdio: 'ignore' }).on('error', () => {}).pid === undefined) {
      t.skip('needs ss, of iproute2');
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'tg-beside-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'db.sock');
    const database = await stranger(t, DATABASE, path);
    const head = await ours(t, ASKS, path);
    const neighbours = lookedAt(new Neighbours(), { head: head.pid });
    assert.deepEqual(summary(neighbours), [
      { places: [`socket ${path}`], how: 'connected', arms: ['head'] },
    ]);
    assert.ok(neighbours.of('api')[0]?.pids.includes(database.pid));
  });

  it('What `beside` names is beside both arms, by port, process, file or command', async (t) => {
    const database = await stranger(t, DATABASE);
    const folder = mkdtempSync(join(tmpdir(), 'tg-beside-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'pid');
    writeFileSync(file, `${database.pid}\nmore\n`);
    const entries: Beside[] = [
      { kind: 'port', port: Number(database.says) },
      { kind: 'pid', pid: database.pid },
      { kind: 'pid-file', path: file },
    ];
    for (const entry of entries) {
      const neighbours = lookedAt(new Neighbours([entry]), { head: process.pid });
      assert.deepEqual(summary(neighbours), [
        { places: [`port ${database.says}`], how: 'named', arms: ['base', 'head'] },
      ]);
      assert.deepEqual(neighbours.troubles(), { missing: [], hidden: [] });
    }
    const all = lookedAt(new Neighbours([{ kind: 'command', name: 'node' }]), {});
    const pids = all.of('api').flatMap((one) => one.pids);
    assert.ok(pids.includes(database.pid));
    assert.ok(!pids.includes(process.pid));
  });

  it('What a `before` has left is called by the program that listens, not by the shell that waits for it', async (t) => {
    const shell = spawn('sh', ['-c', `${JSON.stringify(process.execPath)} -e "$CODE" & wait`], {
      env: { PATH: process.env.PATH, CODE: DATABASE },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [port] = await linesOf(shell, 1);
    const tree = processTree(shell.pid as number);
    t.after(() => tree.forEach(kill));
    const neighbours = new Neighbours();
    neighbours.started({ server: 'api', arm: 'head' }, { tree: () => tree }, [0]);
    lookedAt(neighbours, {});
    assert.deepEqual(
      neighbours.of('api').map(({ name, places }) => [name, places]),
      [['node', [`port ${port}`]]],
    );
  });

  it('What `beside` names and nobody is found for is told once', () => {
    const neighbours = new Neighbours([{ kind: 'command', name: 'no-such-program' }]);
    assert.deepEqual(lookedAt(neighbours, {}).troubles().missing, ['command no-such-program']);
    assert.deepEqual(lookedAt(neighbours, {}).troubles().missing, []);
  });

  it('What was beside the servers and has ended is known to be gone', async (t) => {
    const database = await stranger(t, DATABASE);
    const head = await ours(t, ASKS, database.says);
    const neighbours = lookedAt(new Neighbours(), { head: head.pid });
    assert.deepEqual(neighbours.gone(), []);
    process.kill(database.pid);
    while (readStat(database.pid) !== null && !readStat(database.pid)?.zombie) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual(neighbours.gone(), [`node (port ${database.says})`]);
    assert.deepEqual(neighbours.of('api'), []);
  });

  it('There is nobody beside a server that asks nobody', async (t) => {
    const child = await ours(t, 'console.log("ready"); setInterval(() => {}, 1e3)', '');
    assert.deepEqual(lookedAt(new Neighbours(), { head: child.pid }).of('api'), []);
  });
});
