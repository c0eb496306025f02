import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { splitCores } from '../../../src/system/cpus/core-split.ts';
import {
  chooseCores,
  mostServerCores,
  pinned,
  pinSelf,
  scaledCores,
} from '../../../src/system/cpus/cores.ts';
import { parseCoreList } from '../../../src/system/cpus/cpu-topology.ts';

/** A machine that does not tell which CPUs are threads of one core. */
const silent = (allowed: readonly number[]) =>
  splitCores({ allowed, siblingsOf: () => null, nodeOf: () => null, quota: null });
const linux = { skip: process.platform === 'linux' ? false : 'needs taskset' };

it('The choice of cores reads core lists as the kernel writes them', () => {
  for (const [list, cores] of [
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['0-2,5', [0, 1, 2, 5]],
    ['1,3-4,16-17', [1, 3, 4, 16, 17]],
    ['', []],
  ] as const) {
    assert.deepEqual(parseCoreList(list), cores);
  }
});

it('The choice of cores halves the cores, the larger half for the servers', () => {
  for (const [count, generator, servers] of [
    [2, [0], [1]],
    [3, [0], [1, 2]],
    [4, [0, 1], [2, 3]],
    [8, [0, 1, 2, 3], [4, 5, 6, 7]],
  ] as const) {
    const allowed = Array.from({ length: count }, (_, i) => i);
    assert.deepEqual(silent(allowed), { generator, servers, note: null });
  }
  assert.deepEqual(silent([3, 9]), { generator: [3], servers: [9], note: null });
});

it('The choice of cores pins nothing on one core, and says why', () => {
  for (const allowed of [[], [0], [7]]) {
    const { generator, servers, note } = silent(allowed);
    assert.equal(generator, null);
    assert.equal(servers, null);
    assert.match(note as string, /one core only/);
  }
});

it('The choice of cores gives servers the last cores, up to all but one, and the generator none of them', () => {
  for (const [allowed, count, generator, servers] of [
    [[0, 1], 1, [0], [1]],
    [[0, 1, 2], 1, [0], [2]],
    [[0, 1, 2], 2, [0], [1, 2]],
    [[0, 1, 2, 3], 1, [0, 1], [3]],
    [[0, 1, 2, 3], 2, [0, 1], [2, 3]],
    [[0, 1, 2, 3], 3, [0], [1, 2, 3]],
    [[0, 1, 2, 3, 4, 5, 6, 7], 4, [0, 1, 2, 3], [4, 5, 6, 7]],
    [[0, 1, 2, 3, 4, 5, 6, 7], 7, [0], [1, 2, 3, 4, 5, 6, 7]],
    [[3, 9], 1, [3], [9]],
    [[2, 5, 6, 11, 12], 3, [2, 5], [6, 11, 12]],
    [[2, 5, 6, 11, 12], 4, [2], [5, 6, 11, 12]],
  ] as const) {
    const cores = silent(allowed);
    assert.equal(mostServerCores(cores), allowed.length - 1);
    assert.deepEqual(scaledCores(cores, count), { generator, servers, note: null });
  }
});

it('The choice of cores keeps the generator where a larger number of server cores leaves it', () => {
  const cores = silent([0, 1, 2, 3, 4, 5, 6, 7]);
  for (const count of [1, 2, 4, 6]) {
    assert.deepEqual(scaledCores(cores, count, 6).generator, [0, 1]);
    assert.equal(scaledCores(cores, count, 6).servers?.length, count);
  }
});

it('The choice of cores has no cores for servers alone where nothing is pinned', () => {
  assert.equal(mostServerCores(silent([0])), 0);
  assert.equal(mostServerCores(silent([])), 0);
});

it('The choice of cores puts taskset before a command only where there are cores', () => {
  assert.deepEqual(pinned([1, 3], ['sh', '-c', 'x']), ['taskset', '-c', '1,3', 'sh', '-c', 'x']);
  assert.deepEqual(pinned(null, ['sh', '-c', 'x']), ['sh', '-c', 'x']);
});

it('The choice of cores moves this process away from the servers and back', linux, () => {
  const allowed = () =>
    /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const before = allowed();
  const cores = chooseCores();
  const back = pinSelf(cores);
  try {
    if (cores.generator === null) assert.equal(allowed(), before);
    else assert.deepEqual(parseCoreList(allowed() as string), cores.generator);
  } finally {
    back();
  }
  assert.equal(allowed(), before);
});
