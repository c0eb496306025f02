/** How servers end: asked as they want to be, given time, and killed and told when they do not. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { crashOf, type Ended, killedText } from '../../../src/measure/servers/stop.ts';
import { Remarks } from '../../../src/measure/told/remarks.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import { it } from '../../support/unless-late.ts';
import { isAlive, makeSandbox, node, OK, until } from './sandbox.ts';

const skip = process.platform === 'linux' ? false : 'needs /proc';
const isRoot = process.getuid?.() === 0;

/** Keeps a server.pid for as long as it runs; ends by this code. */
const withPidFile = (code: string) =>
  node(`const fs = require("fs");
    try { fs.closeSync(fs.openSync("server.pid", "wx")) } catch { console.error("server.pid exists"); process.exit(1) }
    const end = () => { fs.rmSync("server.pid"); process.exit(0) };
    ${code}; ${OK}`);

/** Hears how servers end. */
function hearing(): { ends: Ended[]; onEnd: (ended: Ended) => void } {
  const ends: Ended[] = [];
  return { ends, onEnd: (ended) => ends.push(ended) };
}

// Most of their time is waiting, which several can do at once.
describe('how servers end', { concurrency: 4 }, () => {
  it('A server that needs seconds after SIGTERM ends by itself, by default', async (t) => {
    const sandbox = makeSandbox(t);
    const { ends, onEnd } = hearing();
    const start = withPidFile('process.on("SIGTERM", () => setTimeout(end, 4000))');
    const { server } = await sandbox.ready({ start, onEnd });
    await server[Symbol.asyncDispose]();
    assert.equal(existsSync(join(sandbox.dir, 'server.pid')), false);
    assert.deepEqual(
      ends.map(({ killed }) => killed),
      [[]],
    );
    assert.ok((ends[0]?.ms ?? 0) >= 4000);
  });

  it('A server that crashes when it is asked to end is told once, and one that ends in order is not', async (t) => {
    const sandbox = makeSandbox(t);
    const { ends, onEnd } = hearing();
    for (const code of ['process.on("SIGTERM", () => process.abort())', '']) {
      const { server } = await sandbox.ready({ start: node(`${code}; ${OK}`), onEnd });
      await server[Symbol.asyncDispose]();
    }
    assert.deepEqual(
      ends.map(({ crash }) => crash),
      ['SIGABRT', null],
    );
    const heard: string[] = [];
    const remarks = new Remarks({ note: () => {}, warn: (message) => heard.push(message) });
    const stop = { signal: 'SIGTERM', timeoutMs: 1000, command: null };
    for (const ended of [...ends, ...ends])
      remarks.ended('api (head)', ended, { stop, form: 'file' });
    assert.equal(heard.length, 1);
    assert.match(heard[0] ?? '', /^api \(head\) crashes when it is asked to end \(SIGABRT\): /);
  });

  it('A crash is known by its signal or by what a shell makes of it, unless that was asked for', () => {
    assert.equal(crashOf({ exitCode: null, signalCode: 'SIGSEGV' }, 'SIGTERM'), 'SIGSEGV');
    assert.equal(crashOf({ exitCode: 134, signalCode: null }, 'SIGTERM'), 'SIGABRT');
    assert.equal(crashOf({ exitCode: null, signalCode: 'SIGABRT' }, 'SIGABRT'), null);
    for (const exitCode of [0, 1, 143])
      assert.equal(crashOf({ exitCode, signalCode: null }, 'SIGTERM'), null);
    assert.equal(crashOf({ exitCode: null, signalCode: 'SIGTERM' }, 'SIGTERM'), null);
  });

  it('A server is ended by the signal that it wants', async (t) => {
    const sandbox = makeSandbox(t);
    const { ends, onEnd } = hearing();
    const start = withPidFile('process.on("SIGTERM", () => {}); process.on("SIGINT", end)');
    const { server } = await sandbox.ready({ start, stop: { signal: 'SIGINT' }, onEnd });
    await server[Symbol.asyncDispose]();
    assert.equal(existsSync(join(sandbox.dir, 'server.pid')), false);
    assert.deepEqual(ends[0]?.killed, []);
  });

  it('A server that does not end in time is killed and told, with what it left and what that does to the next one', {
    skip,
  }, async (t) => {
    const sandbox = makeSandbox(t);
    const { ends, onEnd } = hearing();
    const start = withPidFile('process.on("SIGTERM", () => {})');
    const stop = { timeoutMs: 300 };
    const { server } = await sandbox.ready({ start, stop, onEnd });
    await server[Symbol.asyncDispose]();
    const [ended] = ends as [Ended];
    assert.match(ended.killed.join(), /process \d+ \(node\)/);
    assert.deepEqual(ended.files, ['server.pid']);
    const warned: string[] = [];
    const remarks = new Remarks({ note: () => {}, warn: (message) => warned.push(message) });
    const how = {
      stop: { signal: 'SIGTERM', timeoutMs: 300, command: null },
      form: 'flags',
    } as const;
    remarks.ended('api (head)', ended, how);
    remarks.ended('api (head)', ended, how);
    assert.equal(warned.length, 1);
    assert.match(
      warned[0] ?? '',
      /^api \(head\) does not end in time: it was killed.*`--stop-timeout`/,
    );
    const before = remarks.before('api (head)') ?? '';
    await assert.rejects(sandbox.ready({ start, before }), {
      kind: 'exited',
      message:
        /exit code 1\)\. The one before: it was killed.*SIGTERM; it left server\.pid\. .*`--stop-timeout`/,
      printed: [{ by: 'server', lines: ['server.pid exists'] }],
    });
    assert.equal(ended.hasWorked, true);
    remarks.ended('api (head)', { ...ended, killed: [], hasWorked: false }, how);
    assert.equal(remarks.before('api (head)'), before);
    assert.equal(remarks.before('api (base)'), null);
    remarks.ended('api (head)', { ...ended, killed: [] }, how);
    assert.equal(remarks.before('api (head)'), null);
  });

  it('A command ends a server in place of the signal, and the signal does when it fails', async (t) => {
    const sandbox = makeSandbox(t);
    const { ends, onEnd } = hearing();
    const start = withPidFile(
      'fs.writeFileSync("server.pid", String(process.pid)); process.on("SIGTERM", () => console.log("asked")); process.on("SIGINT", end)',
    );
    const stop = { command: 'kill -INT "$(cat server.pid)"' };
    const { server } = await sandbox.ready({ start, stop, onEnd });
    await server[Symbol.asyncDispose]();
    assert.equal(existsSync(join(sandbox.dir, 'server.pid')), false);
    assert.equal(sandbox.log(), '');
    assert.deepEqual(ends[0]?.command, null);
    const failing = { command: 'echo no such thing; exit 3', timeoutMs: 500 };
    const second = await sandbox.ready({ start, stop: failing, onEnd });
    await second.server[Symbol.asyncDispose]();
    assert.equal(ends[1]?.command, 'exit code 3');
    assert.match(sandbox.log(), /no such thing\nasked/);
  });

  it('A command of `stop` that hangs leaves the signal its time, and is told', {
    skip,
  }, async (t) => {
    const sandbox = makeSandbox(t);
    const { ends, onEnd } = hearing();
    const stop = { command: 'sleep 60', timeoutMs: 700 };
    const start = withPidFile('process.on("SIGTERM", () => setTimeout(end, 200))');
    const { server } = await sandbox.ready({ start, stop, onEnd });
    await server[Symbol.asyncDispose]();
    assert.deepEqual([ends[0]?.command, ends[0]?.killed], ['not done after 0.7 s', []]);
    assert.equal(existsSync(join(sandbox.dir, 'server.pid')), false);
    const deaf = withPidFile('process.on("SIGTERM", () => {})');
    const second = await sandbox.ready({ start: deaf, stop, onEnd });
    await second.server[Symbol.asyncDispose]();
    const [, ended] = ends as [Ended, Ended];
    const how = { signal: 'SIGTERM', timeoutMs: 700, command: 'sleep 60' };
    assert.match(
      killedText(ended, how, 'file') ?? '',
      /^it was killed, as neither `stop\.command` nor SIGTERM ended it; it left server\.pid$/,
    );
    assert.deepEqual(markedProcesses(sandbox.marker), []);
  });

  it('A command of `stop` that ends the first process alone is told, with who went on', {
    skip,
  }, async (t) => {
    const sandbox = makeSandbox(t);
    const { ends, onEnd } = hearing();
    const child = node(`process.on("SIGTERM", () => {}); ${OK}`);
    const start = `${child} & echo $$ >first.pid; wait`;
    const stop = { command: 'kill -9 "$(cat first.pid)"', timeoutMs: 500 };
    const { server } = await sandbox.ready({ start, stop, onEnd });
    await server[Symbol.asyncDispose]();
    const [ended] = ends as [Ended];
    assert.match(
      killedText(ended, { signal: 'SIGTERM', ...stop }, 'flags') ?? '',
      /^its first process ended, but process \d+ \(node\) .*went on and was killed .* after `--stop-command`/,
    );
    assert.deepEqual(markedProcesses(sandbox.marker), []);
  });

  it('A pid file with the number of a stranger ends nobody but the server', { skip }, async (t) => {
    const sandbox = makeSandbox(t);
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    t.after(() => stranger.kill('SIGKILL'));
    writeFileSync(join(sandbox.dir, 'server.pid'), String(stranger.pid));
    const { server } = await sandbox.ready({
      start: node(`process.on("SIGTERM", () => {}); ${OK}`),
      stop: { timeoutMs: 300 },
    });
    await server[Symbol.asyncDispose]();
    assert.ok(isAlive(stranger.pid as number));
    assert.deepEqual(markedProcesses(sandbox.marker), []);
  });

  it('The command that ends one arm does not end the command of the other, which takes longer', async (t) => {
    const sandbox = makeSandbox(t);
    const { server } = await sandbox.ready({ start: node(OK) });
    const limits = { limitMs: 10_000, signal: null, to: null };
    const first = server.runBeside('sleep 0.3', limits);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = server.runBeside('sleep 1', limits);
    assert.deepEqual(await Promise.all([first, second]), [null, null]);
  });

  it('The standard input of a server stays open for as long as it runs', async (t) => {
    const start = node(`process.stdin.on("end", () => process.exit(0)).resume(); ${OK}`);
    const { server } = await makeSandbox(t).ready({ start });
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(server.ended(), null);
  });

  it('The standard input of a server is a pipe, as a shell would give it', { skip }, async (t) => {
    const sandbox = makeSandbox(t);
    await sandbox.ready({ start: `readlink /proc/self/fd/0; exec ${node(OK)}` });
    assert.doesNotMatch(sandbox.log(), /socket|null/);
  });

  it('A daemon is a server, and its end is seen when it comes', { skip }, async (t) => {
    const sandbox = makeSandbox(t);
    const daemon = node(`console.log("daemon " + process.pid); ${OK}`);
    for (const start of [
      `setsid ${daemon} & exit 0`,
      `nohup ${daemon} & exit 0`,
      `(setsid ${daemon} &) ; exit 0`,
    ]) {
      const { server } = await sandbox.ready({ start });
      const pid = Number(/daemon (\d+)/.exec(sandbox.log())?.[1]);
      await until('its start command has ended', () => server.isDaemon());
      assert.equal(server.ended(), null);
      assert.ok(server.tree().includes(pid));
      await server[Symbol.asyncDispose]();
      assert.equal(isAlive(pid), false);
    }
    const dying = `setsid ${node(`${OK}; setTimeout(() => process.exit(0), 700)`)} & exit 0`;
    const { server } = await sandbox.ready({ start: dying });
    await until('it has ended', () => server.ended() !== null);
    assert.equal(server.ended(), 'exit code 0');
  });

  it('A server of another user, in its own session and under another title, is ended all the same', {
    skip: isRoot ? skip : 'this user may not become another one',
  }, async (t) => {
    const sandbox = makeSandbox(t);
    execFileSync('chmod', ['777', sandbox.dir]);
    writeFileSync(
      join(sandbox.dir, 'server.js'),
      `process.title = "postgres: writer"; console.log("pid " + process.pid); ${OK}`,
    );
    const start = `exec setsid -w env -i PORT=$PORT setpriv --reuid 65534 --clear-groups '${process.execPath}' server.js`;
    const { server } = await sandbox.ready({ start });
    const pid = Number(/pid (\d+)/.exec(sandbox.log())?.[1]);
    assert.ok(server.tree().includes(pid));
    await server[Symbol.asyncDispose]();
    assert.equal(isAlive(pid), false);
  });
});
