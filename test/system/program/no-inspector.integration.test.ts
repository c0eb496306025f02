/** A signal that any process may send must not open Node's inspector in a program of ours: early, late, ever. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownCommand } from '../../../src/system/program/runtime.ts';
import { until } from '../../measure/servers/sandbox.ts';
import { buildBundles } from '../../support/runner.ts';

describe('SIGUSR1', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  let release = '';
  let dist = '';
  before(() => {
    release = mkdtempSync(join(tmpdir(), 'tg-release-'));
    dist = dirname(buildBundles(release));
  });
  after(() => rmSync(release, { recursive: true, force: true }));

  for (const name of ['generator', 'holder'] as const) {
    test(`The ${name} goes on, opens no port and ends with its channel`, async () => {
      await using program = start(ownCommand(join(dist, `${name}.cjs`)), 'ipc');
      await program.heard('message');
      await program.assertDeaf();
      program.child.disconnect();
      assert.equal(await program.ended, 'code 0');
      assert.equal(program.stderr, '');
    });
  }

  test('The watchdog goes on, opens no port and ends with its input', async () => {
    await using program = start(ownCommand(join(dist, 'watchdog.cjs')));
    // The last of the signals for which its first lines install a listener.
    await until('it catches SIGHUP', () => handles(program.pid, 1));
    await program.assertDeaf();
    program.child.stdin?.end();
    assert.equal(await program.ended, 'code 0');
    assert.equal(program.stderr, '');
  });

  test('The command line goes on, opens no port and ends as it would', async () => {
    // Two builds that take their time: nothing is measured.
    for (const arm of ['base', 'head']) mkdirSync(join(release, arm));
    const [base, head, out] = ['base', 'head', 'out'].map((name) => join(release, name));
    const args = ['run', '--base-dir', base, '--head-dir', head, '--out', out, '--start', 'x'];
    const cli = [process.execPath, join(dist, 'cli.cjs'), ...args, '--build', 'sleep 600'];
    // As the bin of a package it is started without options, so the signal comes when its first line has run.
    await using program = start(cli as string[]);
    await until('it builds', () => /building/.test(program.stderr));
    await program.assertDeaf();
    program.child.kill('SIGINT');
    assert.equal(await program.ended, 'code 130');
    assert.match(program.stderr, /interrupted by SIGINT; everything was cleaned up/);
  });

  test('What NODE_OPTIONS opened in a job is closed before anything else happens', async () => {
    const env = { NODE_OPTIONS: '--inspect=127.0.0.1:0', GITHUB_ACTIONS: 'true' };
    await using program = start(ownCommand(join(dist, 'holder.cjs')), 'ipc', env);
    await program.heard('message');
    await until('Node.js has opened it', () => /Debugger listening/.test(program.stderr));
    assert.deepEqual(listeners(program.pid), []);
    program.child.disconnect();
    assert.equal(await program.ended, 'code 0');
  });

  const DEAF_FROM_START = process.allowedNodeEnvironmentFlags.has('--disable-sigusr1');
  test('Our own children are deaf while they start', { skip: !DEAF_FROM_START }, async () => {
    await using program = start(ownCommand(join(dist, 'generator.cjs')), 'ipc');
    let ready = false;
    program.heard('message').then(() => {
      ready = true;
    });
    // Every millisecond from when Node.js has taken over the signal, until it is ready.
    await program.catching();
    while (!ready) {
      program.child.kill('SIGUSR1');
      await sleep(1);
    }
    assert.deepEqual(listeners(program.pid), []);
    program.child.disconnect();
    assert.equal(await program.ended, 'code 0');
    assert.equal(program.stderr, '');
  });
});

function start([file, ...args]: readonly string[], last?: 'ipc', env: NodeJS.ProcessEnv = {}) {
  const child = spawn(file as string, args, {
    stdio: last === undefined ? ['pipe', 'ignore', 'pipe'] : ['ignore', 'ignore', 'pipe', last],
    env: { PATH: process.env.PATH, ...env },
  });
  return new Program(child);
}

class Program implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  stderr = '';
  /** `code N`, or the signal's name. */
  readonly ended: Promise<string>;

  constructor(child: ChildProcess) {
    this.child = child;
    this.pid = child.pid as number;
    child.stderr?.on('data', (text) => {
      this.stderr += text;
    });
    // All that it has said has come by then. Node.js tells of no `close` where a channel was left by hand.
    const said = once(child.stderr as Readable, 'close');
    this.ended = Promise.all([once(child, 'exit'), said]).then(
      ([[code, signal]]) => signal ?? `code ${code}`,
    );
  }

  async heard(event: string): Promise<void> {
    await once(this.child, event);
  }

  /** Waits until the process has an answer to SIGUSR1; before that, the kernel would end it. */
  async catching(): Promise<void> {
    while (!handles(this.pid, 10)) await sleep(1);
  }

  /** Signals it, twice, and looks whether it listens or died. Its first lines must have run. */
  async assertDeaf(): Promise<void> {
    await this.catching();
    for (const round of ['early', 'late']) {
      this.child.kill('SIGUSR1');
      await sleep(150);
      assert.deepEqual(listeners(this.pid), [], round);
    }
    assert.doesNotMatch(this.stderr, /Debugger/);
    assert.equal(this.child.exitCode ?? this.child.signalCode, null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** From the masks of signals that are caught, ignored or blocked. */
function handles(pid: number, signal: number): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const masks = [...status.matchAll(/^Sig(?:Cgt|Ign|Blk):\t(\w+)$/gm)].map(([, hex]) =>
    BigInt(`0x${hex}`),
  );
  return masks.some((mask) => ((mask >> BigInt(signal - 1)) & 1n) === 1n);
}

/** Ports on which the process itself listens. */
function listeners(pid: number): number[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && own.has(inode ?? ''))
      .map(([, local]) => Number.parseInt(local?.split(':')[1] ?? '', 16)),
  );
}
