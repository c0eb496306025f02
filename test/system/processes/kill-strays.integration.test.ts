import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { sweep } from '../../../src/system/processes/kill-strays.ts';
import { MARKER } from '../../../src/system/processes/process-tree.ts';
import { isAlive } from '../../measure/servers/sandbox.ts';

it('The sweep of strays takes no time when there is nothing to end', async () => {
  const first = await Promise.race([
    sweep(`sweep-${process.pid}-nobody.`).then(() => 'swept'),
    new Promise((resolve) => setImmediate(resolve, 'waited')),
  ]);
  assert.equal(first, 'swept');
});

it('The sweep of strays ends what bears the marker, and nothing else', {
  skip: process.platform === 'linux' ? false : 'needs /proc',
}, async (t) => {
  const [ours, other] = await Promise.all(
    ['ours.', 'other.'].map(async (name) => {
      const env = { ...process.env, [MARKER]: `sweep-${process.pid}-${name}1.` };
      const child = spawn('sleep', ['300'], { detached: true, stdio: 'ignore', env });
      t.after(() => child.kill('SIGKILL'));
      await once(child, 'spawn');
      return child.pid as number;
    }),
  );
  await sweep(`sweep-${process.pid}-ours.`);
  assert.equal(isAlive(ours as number), false);
  assert.equal(isAlive(other as number), true);
});
