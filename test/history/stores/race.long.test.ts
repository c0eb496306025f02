/** Forty jobs that end at the same moment and write one history: no line is lost, and none is there twice. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { it } from 'node:test';
import { directoryStore } from '../../../src/history/stores/directory.ts';
import { gitBranchStore } from '../../../src/history/stores/git-branch.ts';
import type { HistoryStore } from '../../../src/history/stores/store.ts';
import { makeSandbox, serveGit, sh } from '../../support/git.ts';
import { contents } from './contract.ts';
import { BEFORE } from './faults.ts';
import { makeRemote } from './remote.ts';
import type { Job } from './writer.ts';

const WRITERS = 40;

/** Each in a process of its own; what they said. */
function writeAll(job: Pick<Job, 'kind' | 'place'>): Promise<string[]> {
  const file = new URL('./writer.ts', import.meta.url).pathname;
  const jobs = Array.from(
    { length: WRITERS },
    (_, index): Job => ({
      ...job,
      line: `writer-${String(index).padStart(2, '0')}.`,
      killAt: null,
      isReal: true,
    }),
  );
  return Promise.all(
    jobs.map(async (one) => {
      const child = spawn(process.execPath, [file, JSON.stringify(one)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return Buffer.concat(await child.stdout.toArray())
        .toString()
        .trim();
    }),
  );
}

async function assertAllThere(store: HistoryStore): Promise<void> {
  const found = await contents(store);
  const wanted = Array.from(
    { length: WRITERS },
    (_, index) => `writer-${String(index).padStart(2, '0')}.`,
  );
  for (const path of Object.keys(BEFORE)) {
    assert.deepEqual((found[path] ?? '').trimEnd().split('\n').sort(), wanted, path);
  }
}

it('Forty jobs write one branch of a server at once: all lines are there, a commit for each', async (t) => {
  const { dir, bare } = makeRemote(t);
  const { address } = await serveGit(t, dir);
  const said = await writeAll({ kind: 'git', place: `${address}/octo/app.git` });
  assert.deepEqual(new Set(said), new Set(['written']));
  await assertAllThere(gitBranchStore({ remote: `file://${bare}`, token: null }));
  assert.equal(sh(bare, 'rev-list', '--count', 'throughput-gate-history'), String(WRITERS));
  sh(bare, 'fsck', '--strict');
});

it('Forty jobs write one folder at once: all lines are there', async (t) => {
  const { dir } = makeSandbox(t);
  const said = await writeAll({ kind: 'directory', place: `${dir}/history` });
  assert.deepEqual(new Set(said), new Set(['written']));
  await assertAllThere(directoryStore(`${dir}/history`));
});
