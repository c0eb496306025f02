import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, it } from 'node:test';
import { cpusText } from '../../../src/report/wording/cpus.ts';
import { splitCores } from '../../../src/system/cpus/core-split.ts';
import { mostServerCores, scaledCores } from '../../../src/system/cpus/cores.ts';
import { readCpuQuota } from '../../../src/system/cpus/cpu-quota.ts';
import {
  parseCoreList,
  readOnline,
  readSiblings,
  readSpeed,
} from '../../../src/system/cpus/cpu-topology.ts';

const root = mkdtempSync(path.join(tmpdir(), 'throughput-gate-topology-'));
after(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, content: string): void {
  const whole = path.join(root, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, content);
}

/** `siblings`: the `thread_siblings_list` of each physical core, as the kernel writes it. */
function machine(
  siblings: readonly string[],
  { allowed, quota = null }: { allowed?: string; quota?: number | null } = {},
) {
  const cores = siblings.map(parseCoreList);
  return {
    allowed: allowed === undefined ? cores.flat().sort((a, b) => a - b) : parseCoreList(allowed),
    siblingsOf: (cpu: number) => cores.find((core) => core.includes(cpu)) ?? null,
    nodeOf: () => null,
    quota,
  };
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const halves = (count: number) => range(0, count / 2 - 1).map((i) => `${i},${i + count / 2}`);
const neighbours = (count: number) => range(0, count / 2 - 1).map((i) => `${2 * i}-${2 * i + 1}`);

it('Cores are split whole on every kind of machine, and the report says how many there are', () => {
  for (const [name, topology, generator, servers, words] of [
    ['GitHub, 4 vCPUs', machine(neighbours(4)), [0, 1], [2, 3], '4 CPUs = 2 cores × 2'],
    ['AWS c5.xlarge', machine(halves(4)), [0, 2], [1, 3], '4 CPUs = 2 cores × 2'],
    [
      'a desktop with 8 cores',
      machine(halves(16)),
      [0, 8, 1, 9, 2, 10, 3, 11],
      [4, 12, 5, 13, 6, 14, 7, 15],
      '16 CPUs = 8 cores × 2',
    ],
    ['three cores', machine(neighbours(6)), [0, 1], [2, 3, 4, 5], '6 CPUs = 3 cores × 2'],
    ['ARM, or SMT off', machine(['0', '1', '2', '3']), [0, 1], [2, 3], '4 cores'],
    ['POWER9, SMT4', machine(['0-3', '4-7']), [0, 1, 2, 3], [4, 5, 6, 7], '8 CPUs = 2 cores × 4'],
    // Two fast cores of two threads, four slow ones of one: servers get the fast ones.
    [
      'Intel hybrid',
      machine(['0-1', '2-3', '4', '5', '6', '7']),
      [4, 5],
      [6, 0, 1, 7, 2, 3],
      '8 CPUs on 6 cores',
    ],
    [
      'a thread of 4-5 is offline',
      machine(['0-1', '2-3', '4']),
      [4],
      [0, 1, 2, 3],
      '5 CPUs on 3 cores',
    ],
    [
      'a cpuset of 0-2',
      machine(neighbours(8), { allowed: '0-2' }),
      [2],
      [0, 1],
      '3 CPUs on 2 cores',
    ],
    [
      'one thread of each by affinity',
      machine(halves(8), { allowed: '0-3' }),
      [0, 1],
      [2, 3],
      '4 cores',
    ],
    [
      'the second socket alone',
      machine(halves(16), { allowed: '4-5,12-13' }),
      [4, 12],
      [5, 13],
      '4 CPUs = 2 cores × 2',
    ],
  ] as const) {
    const cores = splitCores(topology);
    assert.deepEqual(
      [cores.generator, cores.servers, cores.note],
      [generator, servers, null],
      name,
    );
    const count = topology.allowed.length;
    assert.equal(cpusText(count, cores), words, name);
    for (const core of cores.physical ?? []) {
      const onOneSide = [cores.generator, cores.servers].some((side) =>
        core.every((cpu) => side?.includes(cpu)),
      );
      assert.ok(onOneSide, `${name}: ${core.join()} is split`);
    }
  }
});

it('Two threads of the only core are shared, and it is said', () => {
  const cores = splitCores(machine(['0-1']));
  assert.deepEqual(cores, {
    generator: [0],
    servers: [1],
    note: 'the 2 CPUs are threads of one physical core, which the load generator shares with the servers: expect more noise',
    physical: [[0, 1]],
  });
  assert.equal(cpusText(2, cores), '2 CPUs = 1 core × 2');
  assert.equal(mostServerCores(cores), 1);
  assert.deepEqual(scaledCores(cores, 1).generator, [0]);
});

it('A machine that does not tell its cores is split by CPUs, and its CPUs are called cores', () => {
  const cores = splitCores({
    allowed: [0, 1, 2, 3],
    siblingsOf: () => null,
    nodeOf: () => null,
    quota: null,
  });
  assert.deepEqual(cores, { generator: [0, 1], servers: [2, 3], note: null });
  assert.equal(cpusText(4, cores), '4 cores');
});

it('Numbers of server CPUs are filled core by core, and the generator shares none of these cores', () => {
  const cores = splitCores(machine(halves(8)));
  assert.equal(mostServerCores(cores), 6);
  for (const [count, generator, servers] of [
    [3, [0, 4, 1, 5], [6, 3, 7]],
    [5, [0, 4], [5, 2, 6, 3, 7]],
    [6, [0, 4], [1, 5, 2, 6, 3, 7]],
  ] as const) {
    assert.deepEqual(scaledCores(cores, count), { generator, servers, note: null });
  }
  // So few that each arm has them for itself.
  for (const [count, servers, halves] of [
    [1, [6, 7], [[6], [7]]],
    [
      2,
      [2, 6, 3, 7],
      [
        [2, 6],
        [3, 7],
      ],
    ],
  ] as const) {
    const generator = [0, 4, 1, 5];
    assert.deepEqual(scaledCores(cores, count), { generator, servers, note: null, halves });
  }
  assert.deepEqual(scaledCores(cores, 1, 5).generator, [0, 4]);
});

it('A CPU quota holds the run to as many CPUs as it has time for, in whole cores', () => {
  for (const [quota, topology, generator, servers] of [
    [4, machine(halves(64)), [30, 62], [31, 63]],
    [5.5, machine(neighbours(16)), [12, 13], [14, 15]],
    // Two whole cores would be four CPUs.
    [2, machine(halves(8)), [2], [3]],
    [3.9, machine(neighbours(8)), [2], [4, 6]],
    [2, machine(['0', '1', '2', '3']), [2], [3]],
  ] as const) {
    const cores = splitCores({ ...topology, quota });
    assert.deepEqual([cores.generator, cores.servers], [generator, servers], String(quota));
    assert.match(
      cores.note as string,
      /^\d+ of \d+ CPUs are used, as this job has a CPU quota of [\d.]+ CPUs$/,
    );
  }
  assert.equal(splitCores({ ...machine(neighbours(4)), quota: 4 }).note, null);
  assert.equal(
    cpusText(8, splitCores({ ...machine(halves(8)), quota: 2 })),
    '8 CPUs, of which 2 cores were used',
  );
});

it('A CPU quota below one CPU for the generator and one for the server is told', () => {
  for (const [quota, words] of [
    [1, '1 CPU'],
    [0.5, '0.5 CPUs'],
    [1.999, '1.99 CPUs'],
  ] as const) {
    const { generator, servers, note } = splitCores({ ...machine(['0', '1']), quota });
    assert.deepEqual([generator, servers], [[0], [1]]);
    assert.equal(
      note,
      `this job has a CPU quota of ${words}, and the load generator and the server need one CPU each: both will be held back, and most blocks will not count; raise the quota to 2 CPUs or more`,
    );
  }
});

it('The kernel’s files are read in their newer and older names', () => {
  write('sys/online', '0-2,5\n');
  write('sys/cpu0/topology/core_cpus_list', '0,4\n');
  write('sys/cpu0/topology/thread_siblings_list', '0\n');
  write('sys/cpu1/topology/thread_siblings_list', '1,5\n');
  const sys = path.join(root, 'sys');
  assert.deepEqual(readOnline(sys), [0, 1, 2, 5]);
  assert.deepEqual(readSiblings(0, sys), [0, 4]);
  assert.deepEqual(readSiblings(1, sys), [1, 5]);
  assert.equal(readSiblings(2, sys), null);
  assert.equal(readOnline(path.join(root, 'none')), null);
});

it('The smallest quota from a group up to the root is what counts, in both versions of the kernel’s interface', () => {
  write('two/cpu.max', 'max 100000\n');
  write('two/kubepods/cpu.max', '150000 100000\n');
  write('two/kubepods/pod/cpu.max', '400000 100000\n');
  const two = path.join(root, 'two');
  assert.equal(readCpuQuota('0::/kubepods/pod\n', two), 1.5);
  assert.equal(readCpuQuota('0::/kubepods/pod/deeper\n', two), 1.5);
  assert.equal(readCpuQuota('0::/\n', two), null);
  assert.equal(readCpuQuota('0::/elsewhere\n', two), null);
  // A container sees its own group as the root, whatever its path is outside.
  write('inside/cpu.max', '100000 100000\n');
  assert.equal(readCpuQuota('0::/../../docker/abc\n', path.join(root, 'inside')), 1);
  write('one/cpu,cpuacct/docker/cpu.cfs_quota_us', '50000\n');
  write('one/cpu,cpuacct/docker/cpu.cfs_period_us', '100000\n');
  write('one/cpu,cpuacct/cpu.cfs_quota_us', '-1\n');
  write('one/cpu,cpuacct/cpu.cfs_period_us', '100000\n');
  const one = path.join(root, 'one');
  assert.equal(readCpuQuota('4:cpu,cpuacct:/docker\n0::/\n', one), 0.5);
  assert.equal(readCpuQuota('4:cpu,cpuacct:/\n', one), null);
  assert.equal(readCpuQuota(null, path.join(root, 'none')), null);
});

it('How fast a core is beside the others is read from its capacity, or from which cores the counters call efficient', () => {
  const machine = 'speeds/devices/system/cpu';
  const at = path.join(root, machine);
  for (const [cpu, capacity] of [1024, 1009, 446].entries())
    write(`${machine}/cpu${cpu}/cpu_capacity`, `${capacity}\n`);
  // Favoured cores of one kind differ a little.
  assert.deepEqual(
    [0, 1, 2, 3].map((cpu) => readSpeed(cpu, at)),
    [10, 10, 4, null],
  );
  // A kernel that calls all capacities the same.
  const hybrid = 'hybrid/devices/system/cpu';
  write(`${hybrid}/cpu1/cpu_capacity`, '1024\n');
  write('hybrid/devices/cpu_atom/cpus', '1-2\n');
  assert.deepEqual(
    [0, 1, 2].map((cpu) => readSpeed(cpu, path.join(root, hybrid))),
    [10, 5, 5],
  );
});
