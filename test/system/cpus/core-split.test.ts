import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitCores } from '../../../src/system/cpus/core-split.ts';
import {
  besideCoresOf,
  coresOfArm,
  coresOfOne,
  scaledCores,
} from '../../../src/system/cpus/cores.ts';
import { parseCoreList } from '../../../src/system/cpus/cpu-topology.ts';

/** So many physical cores with so many threads each, numbered side by side; `perNode`: as many physical cores on each NUMA node. */
function machine(
  cores: number,
  { threads = 1, perNode = cores, quota = null as number | null } = {},
) {
  const coreOf = (cpu: number) => Math.floor(cpu / threads);
  return {
    allowed: Array.from({ length: cores * threads }, (_, cpu) => cpu),
    siblingsOf: (cpu: number) =>
      Array.from({ length: threads }, (_, i) => threads * coreOf(cpu) + i),
    nodeOf: (cpu: number) => Math.floor(coreOf(cpu) / perNode),
    quota,
  };
}

/** Lists as the kernel writes them: "0-3,8". */
const range = (list: string | null) => (list === null ? undefined : parseCoreList(list));

describe('who gets which cores', () => {
  it('Each arm has cores of its own from where it would have two CPUs, and shares them on smaller machines', () => {
    for (const [cores, threads, generator, servers, halves] of [
      [2, 1, '0', '1', null],
      [3, 1, '0', '1-2', null],
      [4, 1, '0-1', '2-3', null],
      [6, 1, '0-1', '2-5', ['2-3', '4-5']],
      [8, 1, '0-3', '4-7', ['4-5', '6-7']],
      [16, 1, '0-5', '6-15', ['6-10', '11-15']],
      [1, 2, '0', '1', null],
      [2, 2, '0-1', '2-3', null],
      [3, 2, '0-1', '2-5', ['2-3', '4-5']],
      [4, 2, '0-3', '4-7', ['4-5', '6-7']],
      [8, 2, '0-7', '8-15', ['8-11', '12-15']],
      [16, 2, '0-11', '12-31', ['12-21', '22-31']],
    ] as const) {
      const split = splitCores(machine(cores, { threads }));
      const name = `${cores} × ${threads}`;
      assert.deepEqual(split.generator, range(generator), name);
      assert.deepEqual(split.servers, range(servers), name);
      assert.deepEqual(split.halves, halves?.map(range), name);
      assert.equal(split.beside, undefined, name);
    }
  });

  it('What runs beside the servers has a quarter of the cores, one at least from three on, and below that the generator’s', () => {
    for (const [cores, threads, beside, generator, servers, halves] of [
      [2, 1, null, '0', '1', null],
      [3, 1, '0', '1', '2', null],
      [4, 1, '0', '1', '2-3', null],
      [8, 1, '0-1', '2-3', '4-7', ['4-5', '6-7']],
      [16, 1, '0-3', '4-7', '8-15', ['8-11', '12-15']],
      [1, 2, null, '0', '1', null],
      [2, 2, null, '0-1', '2-3', null],
      [3, 2, '0-1', '2-3', '4-5', null],
      [4, 2, '0-1', '2-3', '4-7', ['4-5', '6-7']],
      [8, 2, '0-3', '4-7', '8-15', ['8-11', '12-15']],
    ] as const) {
      const split = splitCores(machine(cores, { threads }), { beside: true });
      const name = `${cores} × ${threads}`;
      assert.deepEqual(split.beside, range(beside), name);
      assert.deepEqual(besideCoresOf(split), range(beside ?? generator), name);
      assert.deepEqual(split.generator, range(generator), name);
      assert.deepEqual(split.servers, range(servers), name);
      assert.deepEqual(split.halves, halves?.map(range), name);
    }
  });

  it('On any machine no CPU has two owners, halves are alike, and no physical core is split between sides', () => {
    for (let cores = 2; cores <= 40; cores++) {
      for (const threads of [1, 2, 4]) {
        for (const beside of [false, true]) {
          const split = splitCores(machine(cores, { threads }), { beside });
          const all = [
            ...(split.beside ?? []),
            ...(split.generator ?? []),
            ...(split.servers ?? []),
          ];
          assert.deepEqual(all, machine(cores, { threads }).allowed);
          const sides = [split.beside, split.generator, ...(split.halves ?? [split.servers])];
          for (const core of split.physical ?? []) {
            assert.ok(sides.some((side) => core.every((cpu) => side?.includes(cpu))));
          }
          if (split.halves === undefined) continue;
          assert.equal(split.halves[0].length, split.halves[1].length);
          assert.ok((split.generator?.length ?? 0) >= split.halves[0].length);
        }
      }
    }
  });

  it('Where fast and slow cores are mixed, each arm gets as many of both kinds, or they share', () => {
    const hybrid = (fast: number, slow: number) => ({
      allowed: Array.from({ length: 2 * fast + slow }, (_, cpu) => cpu),
      siblingsOf: (cpu: number) =>
        cpu >= 2 * fast ? [cpu] : [cpu - (cpu % 2), cpu - (cpu % 2) + 1],
      nodeOf: () => 0,
      quota: null,
    });
    assert.deepEqual(splitCores(hybrid(2, 4)).halves, [
      [6, 0, 1],
      [7, 2, 3],
    ]);
    // One fast core too many for equal halves of four cores: two of them alone.
    assert.deepEqual(splitCores(hybrid(3, 3)).halves, [
      [2, 3],
      [4, 5],
    ]);
    assert.equal(splitCores(hybrid(1, 2)).halves, undefined);
  });

  it('Where cores with as many threads are fast and slow ones, each arm gets as many of both kinds as well, and the servers the fast ones', () => {
    const of = (speeds: readonly number[]) => ({
      ...machine(speeds.length),
      speedOf: (cpu: number) => speeds[cpu] as number,
    });
    const [slow, fast] = [4, 10];
    for (const [name, topology, generator, halves] of [
      // Four slow cores and two fast ones: without their speeds one arm would have both fast ones.
      ['RK3399', of([slow, slow, slow, slow, fast, fast]), '0-1', ['2,4', '3,5']],
      ['RK3588', of([slow, slow, slow, slow, fast, fast, fast, fast]), '0-3', ['4-5', '6-7']],
      // Fast ones first, as Intel numbers them, with one thread each.
      [
        'hybrid, one thread each',
        of([...Array(8).fill(fast), ...Array(8).fill(slow)]),
        '8-13',
        ['14,0-3', '15,4-7'],
      ],
      ['one fast core of six', of([slow, slow, slow, slow, slow, fast]), '0-2', null],
    ] as const) {
      const split = splitCores(topology);
      assert.deepEqual(split.generator, range(generator), name);
      assert.deepEqual(split.halves, halves?.map(range), name);
    }
  });

  it('A container’s CPUs are split like a machine of them: whole cores as far as it has them', () => {
    // Of 32 CPUs on 16 cores: three whole cores, and one thread each of two others.
    const allowed = range('2-7,16,30') as number[];
    const split = splitCores({ ...machine(16, { threads: 2 }), allowed });
    assert.deepEqual(
      [split.generator, split.servers, split.halves],
      [range('16,30,2-3'), range('4-7'), [range('4-5'), range('6-7')]],
    );
    const four = splitCores({ ...machine(16, { threads: 2 }), allowed: range('8-15') as number[] });
    assert.deepEqual(
      [four.generator, four.halves],
      [range('8-11'), [range('12-13'), range('14-15')]],
    );
  });

  it('A machine with 64 cores gives each arm a third of them', () => {
    const split = splitCores(machine(64));
    assert.deepEqual(
      [split.generator, split.halves],
      [range('0-21'), [range('22-42'), range('43-63')]],
    );
  });

  it('All sides are on one NUMA node where that is enough for them, and it is said', () => {
    const split = splitCores(machine(16, { threads: 2, perNode: 8 }));
    assert.deepEqual(
      [split.generator, split.servers, split.halves?.map((half) => half.length)],
      [range('16-23'), range('24-31'), [4, 4]],
    );
    assert.equal(
      split.note,
      '16 of 32 CPUs are used, those of one NUMA node, so that all memory is equally near',
    );
    // Two small nodes: all cores are used, and shared, as the arms would be on a node each.
    const small = splitCores(machine(8, { perNode: 4 }));
    assert.deepEqual(
      [small.generator, small.servers, small.halves, small.note],
      [range('0-3'), range('4-7'), undefined, null],
    );
  });

  it('A CPU quota comes first: what it has no time for is nobody’s', () => {
    const split = splitCores(machine(32, { quota: 8 }));
    assert.deepEqual(
      [split.generator, split.halves],
      [range('24-27'), [range('28-29'), range('30-31')]],
    );
    assert.equal(splitCores(machine(32, { quota: 4 })).halves, undefined);
  });

  it('A machine that does not tell its physical cores gives no arm cores of its own', () => {
    const silent = { ...machine(16), siblingsOf: () => null };
    assert.equal(splitCores(silent).halves, undefined);
  });
});

describe('cores of a server', () => {
  const split = splitCores(machine(8));

  it('An arm is on its half, then on the other’s; a server without a rival is on as many', () => {
    const places = (isOver: boolean) => [
      coresOfArm(split, 'base', isOver),
      coresOfArm(split, 'head', isOver),
    ];
    assert.deepEqual(places(false), [range('4-5'), range('6-7')]);
    assert.deepEqual(places(true), [range('6-7'), range('4-5')]);
    assert.deepEqual(coresOfOne(split), range('6-7'));
    const shared = splitCores(machine(4));
    assert.deepEqual(coresOfArm(shared, 'base', true), range('2-3'));
    assert.deepEqual(coresOfOne(shared), range('2-3'));
  });

  it('A number of cores that the user asked for is given to each arm where both numbers and the generator’s fit', () => {
    for (const [cores, threads, count, most, generator, halves] of [
      [3, 1, 1, 1, '0', ['1', '2']],
      [4, 1, 1, 1, '0-1', ['2', '3']],
      [4, 1, 2, 2, '0-1', null],
      [4, 1, 1, 2, '0-1', null],
      [8, 1, 2, 2, '0-3', ['4-5', '6-7']],
      [8, 1, 1, 2, '0-3', ['6', '7']],
      [4, 2, 1, 1, '0-3', ['5', '7']],
      [4, 2, 3, 3, '0-3', null],
    ] as const) {
      const own = scaledCores(splitCores(machine(cores, { threads })), count, most);
      const name = `${count} of ${most} on ${cores} × ${threads}`;
      assert.deepEqual(own.generator, range(generator), name);
      assert.deepEqual(own.halves, halves?.map(range), name);
      assert.equal(coresOfOne(own)?.length, count, name);
    }
  });
});
