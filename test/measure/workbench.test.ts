import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { startArm } from '../../src/measure/workbench.ts';
import { makeBench } from './bench.ts';
import { serverFor, until } from './servers/sandbox.ts';

it('gives both arms environments of the same size, at every start', {
  skip: process.platform === 'linux' ? false : 'needs /proc',
}, async (t) => {
  const bench = makeBench(t);
  const sizes = new Set<number>();
  for (const starts of [0, 8, 98, 9998]) {
    bench.starts.count = starts;
    for (const arm of ['base', 'head'] as const) {
      await using running = await startArm(
        bench,
        serverFor({ start: 'exec sleep 300' }),
        arm,
        'http1',
      );
      // The shell becomes it, and changes its environment a little.
      await until('it sleeps', () => commandOf(running.tree()[0]).startsWith('sleep'));
      const [pid] = running.tree();
      sizes.add(readFileSync(`/proc/${pid}/environ`).length);
    }
  }
  assert.equal(sizes.size, 1, [...sizes].join(', '));
});

function commandOf(pid: number | undefined): string {
  return pid === undefined ? '' : readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}
