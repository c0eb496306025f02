import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  isGroupAlive,
  killGroup,
  signalGroup,
} from '../../../src/system/processes/process-group.ts';
import { it } from '../../support/unless-late.ts';

/** A group of a shell and what it started, once it has said that it is ready. */
async function group(script: string): Promise<number> {
  const child = spawn('sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  return child.pid as number;
}

it('Ending a group ends every member, also after the leader has left', async () => {
  const all = await group('sleep 300 & sleep 300 & echo ready; wait');
  const leaderless = await group('sleep 300 & echo ready');
  for (const pid of [all, leaderless]) {
    assert.equal(isGroupAlive(pid), true);
    await killGroup(pid);
    assert.equal(isGroupAlive(pid), false);
  }
});

it('Ending a group kills what does not listen to SIGTERM', async () => {
  const pid = await group('trap "" TERM; echo ready; while :; do sleep 0.05; done');
  signalGroup(pid, 'SIGTERM');
  assert.equal(isGroupAlive(pid), true);
  await killGroup(pid, { graceMs: 50 });
  assert.equal(isGroupAlive(pid), false);
});

it('Ending a group gives a member time to end by itself', async () => {
  const child = spawn(
    'sh',
    ['-c', 'trap "sleep 0.1; echo tidied; exit" TERM; echo ready; while :; do sleep 0.01; done'],
    { detached: true, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await once(child.stdout, 'data');
  const closed = once(child, 'close');
  await killGroup(child.pid as number, { graceMs: 20_000 });
  await closed;
  assert.match(said, /tidied/);
});

it('Ending a group is content when there is no such group, and refuses to signal everyone', async () => {
  const pid = await group('echo ready');
  await killGroup(pid);
  await killGroup(pid);
  assert.equal(isGroupAlive(pid), false);
  for (const wrong of [0, 1, -5, Number.NaN]) assert.throws(() => signalGroup(wrong, 'SIGTERM'));
});
