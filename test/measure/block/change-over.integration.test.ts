import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { type LiveArms, startLive } from '../../../src/measure/arms/running-arms.ts';
import { changeOver, placedFor } from '../../../src/measure/block/change-over.ts';
import { chooseCores } from '../../../src/system/cpus/cores.ts';
import { parseCoreList } from '../../../src/system/cpus/cpu-topology.ts';
import type { Cores } from '../../../src/terms/core-sets.ts';
import { makeContext, SCENARIO } from '../run-context.ts';
import { node, OK, serverFor } from '../servers/sandbox.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs taskset' };

/** Two CPUs of this machine, as halves of a larger one. */
function twoHalves(): Cores | null {
  const { generator, servers } = chooseCores();
  const [first, second] = [...(generator ?? []), ...(servers ?? [])];
  if (first === undefined || second === undefined) return null;
  return { generator: [first], servers: [first, second], halves: [[first], [second]], note: null };
}

it(
  'Arms with cores of their own are on them with all their threads, and change over whole',
  linux,
  async (t) => {
    const cores = twoHalves();
    if (cores?.halves === undefined) return t.skip('needs two cores');
    const [first, second] = cores.halves;
    const context = makeContext(t);
    const generator = { ...context.generator, open: async () => 'http1', close: async () => {} };
    const server = serverFor({ start: `exec ${node(OK)}` });
    const orders = { startOrder: ['head', 'base'], connectOrder: ['base', 'head'] } as const;
    const own = { ...context, generator, cores };
    await using live = await startLive(own, server, SCENARIO, orders);
    assert.deepEqual(placesOf(live, 'base'), [first]);
    assert.deepEqual(placesOf(live, 'head'), [second]);
    changeOver(own, live);
    assert.deepEqual(placesOf(live, 'base'), [second]);
    assert.deepEqual(placesOf(live, 'head'), [first]);
    // Where they share, everybody stays.
    changeOver({ cores: { ...cores, halves: undefined } as Cores }, live);
    assert.deepEqual(placesOf(live, 'base'), [second]);
  },
);

it('Which arm begins where takes turns from block to block, and nothing changes where arms share', () => {
  const cores: Cores = { generator: [0], servers: [1, 2], halves: [[1], [2]], note: null };
  const starts = [0, 1, 2, 3].map((index) => placedFor({ cores }, index).cores.halves);
  assert.deepEqual(starts, [
    [[1], [2]],
    [[2], [1]],
    [[1], [2]],
    [[2], [1]],
  ]);
  const shared = { cores: { generator: [0], servers: [1], note: null } };
  assert.equal(placedFor(shared, 1), shared);
});

/** The different sets of CPUs of all threads of an arm. */
function placesOf({ servers }: LiveArms, arm: 'base' | 'head'): number[][] {
  const lists = (servers.get(arm)?.tree() ?? []).flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).map((tid) => {
      const status = readFileSync(`/proc/${pid}/task/${tid}/status`, 'utf8');
      return /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '';
    }),
  );
  assert.ok(lists.length > 1, 'a Node.js process has several threads');
  return [...new Set(lists)].map(parseCoreList);
}
