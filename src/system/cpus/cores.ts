/** Which cores the generator and the servers get, so that neither takes time from the other. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Arm } from '../../terms/arm.ts';
import type { Cores } from '../../terms/core-sets.ts';
import { halvesWith } from './core-halves.ts';
import { splitCores, unpinned } from './core-split.ts';
import { readCpuQuota } from './cpu-quota.ts';
import {
  parseCoreList,
  readNode,
  readOnline,
  readSiblings,
  readSpeed,
  type Topology,
} from './cpu-topology.ts';

/** Looks at the machine. `beside`: whether something runs beside the servers. */
export function chooseCores(wanted: { beside?: boolean } = {}): Cores {
  if (process.platform !== 'linux') {
    return unpinned(`cores can be pinned on Linux only, this is ${process.platform}`);
  }
  if (spawnSync('taskset', ['--version']).error !== undefined) {
    return unpinned('`taskset` is missing (package util-linux), so nothing is pinned');
  }
  return splitCores(readTopology(), wanted);
}

function readTopology(): Topology {
  const status = readFileSync('/proc/self/status', 'utf8');
  const mask = parseCoreList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '');
  const online = readOnline();
  // The mask may have CPUs that the machine has not, or not now.
  const allowed = online === null ? mask : mask.filter((cpu) => online.includes(cpu));
  // Asked for again and again, as cores are sorted and told apart by it.
  const speeds = new Map(allowed.map((cpu) => [cpu, readSpeed(cpu)]));
  return {
    allowed,
    siblingsOf: (cpu) => readSiblings(cpu),
    speedOf: (cpu) => speeds.get(cpu) ?? null,
    nodeOf: (cpu) => readNode(cpu),
    quota: readCpuQuota(),
  };
}

/** The most CPUs that servers can be pinned to, as the generator keeps a core; 0 where nothing is pinned. */
export function mostServerCores({ generator, servers, physical, beside = [] }: Cores): number {
  if (generator === null || servers === null) return 0;
  const own = physical?.filter((core) => !core.some((cpu) => beside.includes(cpu)));
  const isShared = own === undefined || own.length < 2;
  return generator.length + servers.length - (isShared ? 1 : (own[0]?.length ?? 1));
}

/** Where an arm's server runs beside the other's: on its own half, or where both are. `isOver`: after they have changed over. */
export function coresOfArm(
  { servers, halves }: Pick<Cores, 'servers' | 'halves'>,
  arm: Arm,
  isOver = false,
): readonly number[] | null {
  return halves?.[(arm === 'head') === isOver ? 0 : 1] ?? servers;
}

/** Where a server runs whose rival is not there: it has as many CPUs as beside it. */
export function coresOfOne({
  servers,
  halves,
}: Pick<Cores, 'servers' | 'halves'>): readonly number[] | null {
  return halves?.[1] ?? servers;
}

/** Where what runs beside the servers does so: on cores of its own, or on those of the generator. */
export function besideCoresOf({
  beside,
  generator,
}: Pick<Cores, 'beside' | 'generator'>): readonly number[] | null {
  return beside ?? generator;
}

/**
 * CPUs of a subject whose servers have `count` of them: the last ones, physical core by physical core. Its generator keeps
 * off the cores of the last `most`, which is the largest number that the same load is measured with: so all points of a
 * curve are loaded from the same cores. Both are within `mostServerCores`. Where twice as many are there and the generator
 * keeps as many CPUs as a server has, each arm has `count` of its own.
 */
export function scaledCores(
  { generator, servers, physical = [], beside }: Cores,
  count: number,
  most = count,
): Cores {
  const rest = beside === undefined ? {} : { beside };
  const own = physical.filter((core) => !core.some((cpu) => beside?.includes(cpu)));
  const widest = halvesWith(own, most, most);
  const each = widest && halvesWith(own, count, 1);
  if (widest && each) {
    const { left } = widest;
    return {
      generator: left,
      servers: each.halves.flat(),
      note: null,
      halves: each.halves,
      ...rest,
    };
  }
  const allowed = [...(generator ?? []), ...(servers ?? [])];
  const taken = allowed.slice(-most);
  const touched =
    own.length < 2 ? taken : own.filter((core) => core.some((cpu) => taken.includes(cpu))).flat();
  return {
    generator: (generator ?? []).filter((core) => !touched.includes(core)),
    servers: allowed.slice(-count),
    note: null,
    ...rest,
  };
}

/**
 * Moves this process onto the generator's cores: what it does while measuring must not hit the
 * servers. Returns the way back to all of them.
 */
export function pinSelf({ generator, servers, beside = [] }: Cores): () => void {
  if (generator === null || servers === null) return () => {};
  const moveTo = (cores: readonly number[]) =>
    spawnSync('taskset', ['-a', '-c', '-p', cores.join(), String(process.pid)]);
  moveTo(generator);
  return () => moveTo([...beside, ...generator, ...servers]);
}

/** The command that runs `command` on these cores. */
export function pinned(cores: readonly number[] | null, command: string[]): string[] {
  return cores === null ? command : ['taskset', '-c', cores.join(), ...command];
}
