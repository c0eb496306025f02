/** Writes that end in the middle: killed processes, full disks, networks that are cut, servers that refuse. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { directoryStore } from '../../../src/history/stores/directory.ts';
import { gitBranchStore } from '../../../src/history/stores/git-branch.ts';
import { StoreError } from '../../../src/history/stores/store.ts';
import { makeSandbox, serveGit, sh } from '../../support/git.ts';
import { adding } from './contract.ts';
import { addToBoth, faulty, recovers, stateOf } from './faults.ts';
import { makeRemote, QUICK } from './remote.ts';
import type { Job } from './writer.ts';

/** A process of its own; what it said, and by which signal it ended. */
function runJob(job: Job): { said: string; signal: string | null } {
  const file = new URL('./writer.ts', import.meta.url).pathname;
  const { stdout, stderr, signal } = spawnSync(process.execPath, [file, JSON.stringify(job)], {
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return { said: stdout.trim(), signal };
}

describe('a job that is killed', () => {
  it('A folder that a killed job was writing is as before or as after, and the next job goes on at once', (t) => {
    const { dir } = makeSandbox(t);
    const steps = ['write pending', 'rename pending', 'apply', 'remove pending'];
    return eachStep(steps, (step) => {
      const place = `${dir}/${step.replace(' ', '-')}`;
      return {
        store: () => directoryStore(place, { patience: QUICK }),
        job: { kind: 'directory', place },
      };
    });
  });

  it('A git branch that a killed job was writing is as before', (t) => {
    const { bare } = makeRemote(t);
    return eachStep(['fetch', 'hash', 'tree', 'commit', 'push'], (step) => {
      // Each in a repository of its own.
      const own = `${bare}-${step}`;
      sh(bare, 'clone', '--quiet', '--bare', bare, own);
      const place = `file://${own}`;
      const store = () => gitBranchStore({ remote: place, token: null, patience: QUICK });
      return { store, job: { kind: 'git', place } };
    });
  });

  async function eachStep(
    steps: readonly string[],
    make: (step: string) => {
      store: () => ReturnType<typeof directoryStore>;
      job: Pick<Job, 'kind' | 'place'>;
    },
  ): Promise<void> {
    for (const killAt of steps) {
      const { store, job } = make(killAt);
      await addToBoth(store(), 'one');
      assert.equal(runJob({ ...job, line: 'two', killAt }).signal, 'SIGKILL', killAt);
      const state = await stateOf(store());
      assert.equal(state, /apply|remove/.test(killAt) ? 'after' : 'before', killAt);
      assert.equal(runJob({ ...job, line: 'two', killAt: null }).said, 'written');
      await recovers(store());
    }
  }
});

describe('a disk that is full', () => {
  it('A folder on a full disk is as before, and says that room is needed', async (t) => {
    const disk = tinyDisk(t);
    if (disk === null) return;
    const store = () => directoryStore(`${disk}/h`, { patience: QUICK });
    await addToBoth(store(), 'one');
    fill(disk);
    await assert.rejects(addToBoth(store(), 'two'), (error: StoreError) => {
      assert.ok(error instanceof StoreError, String(error));
      assert.match(error.message, /ENOSPC/);
      return /make room on that disk/.test(error.cure ?? '');
    });
    assert.equal(await stateOf(store()), 'before');
    for (const name of readdirSync(disk)) if (name.startsWith('filler')) rmSync(`${disk}/${name}`);
    await recovers(store());
  });

  it('A git branch is as before when the disk of the job is full', async (t) => {
    const { bare } = makeRemote(t);
    const disk = tinyDisk(t);
    if (disk === null) return;
    const store = () =>
      gitBranchStore({ remote: `file://${bare}`, token: null, patience: { ...QUICK, tries: 3 } });
    await addToBoth(store(), 'one');
    const usual = process.env.RUNNER_TEMP as string;
    process.env.RUNNER_TEMP = disk;
    t.after(() => {
      process.env.RUNNER_TEMP = usual;
    });
    fill(disk);
    await assert.rejects(addToBoth(store(), 'two'), (error: StoreError) => {
      assert.ok(error instanceof StoreError, String(error));
      return /make room/.test(error.cure ?? '');
    });
    process.env.RUNNER_TEMP = usual;
    assert.equal(await stateOf(store()), 'before');
    await recovers(store());
  });

  /** 64 KB; null where only root may have one, which is said. Not in the sandbox, which is removed before it is unmounted. */
  function tinyDisk(t: TestContext): string | null {
    const dir = mkdtempSync(join(tmpdir(), 'tg-test-disk-'));
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir]);
    t.after(() => {
      if (status === 0) spawnSync('umount', [dir]);
      rmSync(dir, { recursive: true });
    });
    if (status === 0) return dir;
    t.skip('needs root, for a disk of its own');
    return null;
  }

  function fill(disk: string): void {
    let fillers = 0;
    for (let size = 16_384; size >= 512; size /= 2) {
      try {
        for (;;) writeFileSync(`${disk}/filler-${fillers++}`, Buffer.alloc(size));
      } catch {
        // No room for a piece of this size.
      }
    }
  }
});

describe('a network that is cut', () => {
  it('A git branch is whole wherever the connection of a push is cut, and the next try finds it so', async (t) => {
    const { dir, bare } = makeRemote(t);
    const { address } = await serveGit(t, dir);
    const port = Number(new URL(address).port);
    const direct = () => gitBranchStore({ remote: `file://${bare}`, token: null, patience: QUICK });
    await addToBoth(direct(), 'one');
    const first = sh(bare, 'rev-parse', 'throughput-gate-history');
    const seen = new Set<string>();
    // After so many bytes in either direction; the last ones are enough for a whole push. And the push itself is done, but nobody is told.
    for (const cutAt of [
      1,
      100,
      250,
      400,
      600,
      900,
      1300,
      1900,
      2600,
      3500,
      5000,
      8000,
      'answer',
    ] as const) {
      const proxy = await cutting(t, port, cutAt);
      const patience = { ...QUICK, tries: 1 };
      const remote = `http://127.0.0.1:${proxy}/octo/app.git`;
      const told = await addToBoth(gitBranchStore({ remote, token: null, patience }), 'two').then(
        () => 'kept',
        (error: Error) => {
          assert.ok(error instanceof StoreError, String(error));
          return 'refused';
        },
      );
      const state = await stateOf(direct());
      seen.add(`${told}, ${state}`);
      await recovers(direct());
      sh(bare, 'update-ref', 'refs/heads/throughput-gate-history', first);
    }
    assert.deepEqual([...seen].sort(), ['kept, after', 'refused, after', 'refused, before']);
  });

  /** A port that passes everything on until so many bytes came back or forth, or until a push is answered, and then hangs up. */
  async function cutting(
    t: TestContext,
    target: number,
    cutAt: number | 'answer',
  ): Promise<number> {
    let left = cutAt === 'answer' ? Number.POSITIVE_INFINITY : cutAt;
    let hasPushed = false;
    const sockets = new Set<Socket>();
    const server = createServer((near) => {
      const far = connect(target, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.on('error', () => undefined);
        from.on('data', (chunk: Buffer) => {
          if (cutAt === 'answer' && from === far && hasPushed) left = 0;
          hasPushed ||= chunk.includes('POST /octo/app.git/git-receive-pack');
          const passed = chunk.subarray(0, Math.max(0, left));
          left -= chunk.length;
          to.write(passed);
          if (left > 0) return;
          for (const socket of sockets) socket.destroy();
        });
        from.on('close', () => to.destroy());
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }
});

describe('a server that refuses', () => {
  it('A git branch is as before a fault at each step', async (t) => {
    const { bare } = makeRemote(t);
    const remote = `file://${bare}`;
    const left = await faulty(['fetch', 'hash', 'tree', 'commit', 'push'] as const, (before) =>
      gitBranchStore({ remote, token: null, patience: QUICK, ...(before && { before }) }),
    );
    assert.deepEqual(new Set(Object.values(left)), new Set(['before']));
  });

  it('A push that is no longer on top of the branch is begun anew on top of the faster one', async (t) => {
    const { bare } = makeRemote(t);
    const remote = `file://${bare}`;
    await addToBoth(gitBranchStore({ remote, token: null, patience: QUICK }), 'one');
    let isFirst = true;
    const faster = gitBranchStore({ remote, token: null, patience: QUICK });
    const slower = gitBranchStore({ remote, token: null, patience: QUICK });
    const { retries } = await slower.update(async (files) => {
      const changes = await adding('a/1.ndjson', 'slower')(files);
      if (isFirst) await faster.update(adding('a/1.ndjson', 'faster'), 'faster');
      isFirst = false;
      return changes;
    }, 'slower');
    assert.equal(retries, 1);
    const text = sh(bare, 'show', 'throughput-gate-history:a/1.ndjson');
    assert.equal(text, 'one\nfaster\nslower');
    assert.equal(sh(bare, 'rev-list', '--count', 'throughput-gate-history'), '3');
  });

  it('A server without room, and one that refuses late, leave the branch as it was', async (t) => {
    const { bare } = makeRemote(t);
    const store = () =>
      gitBranchStore({ remote: `file://${bare}`, token: null, patience: { ...QUICK, tries: 2 } });
    await addToBoth(store(), 'one');
    for (const hook of ['pre-receive', 'update']) {
      writeFileSync(`${bare}/hooks/${hook}`, '#!/bin/sh\necho "no space left on device"; exit 1\n');
      chmodSync(`${bare}/hooks/${hook}`, 0o755);
      await assert.rejects(addToBoth(store(), 'two'), StoreError);
      assert.equal(await stateOf(store()), 'before');
      rmSync(`${bare}/hooks/${hook}`);
    }
    await recovers(store());
  });
});
