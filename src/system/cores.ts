/** Which cores the generator and the servers get, so that neither takes time from the other. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Cores } from '../terms/core-sets.ts';
import { readCpuQuota } from './cpu-quota.ts';
import {
  parseCoreList,
  physicalCores,
  readOnline,
  readSiblings,
  type Topology,
  withinQuota,
} from './cpu-topology.ts';

/** Looks at the machine: half of the allowed physical cores for each side, at least one. */
export function chooseCores(): Cores {
  if (process.platform !== 'linux') {
    return unpinned(`cores can be pinned on Linux only, this is ${process.platform}`);
  }
  if (spawnSync('taskset', ['--version']).error !== undefined) {
    return unpinned('`taskset` is missing (package util-linux), so nothing is pinned');
  }
  return splitCores(readTopology());
}

function readTopology(): Topology {
  const status = readFileSync('/proc/self/status', 'utf8');
  const mask = parseCoreList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '');
  const online = readOnline();
  return {
    // The mask may have CPUs that the machine has not, or not now.
    allowed: online === null ? mask : mask.filter((cpu) => online.includes(cpu)),
    siblingsOf: (cpu) => readSiblings(cpu),
    quota: readCpuQuota(),
  };
}

/** The first half of the physical cores, rounded down, loads; the rest serves. */
export function splitCores(topology: Topology): Cores {
  const { allowed, quota } = topology;
  if (allowed.length < 2) {
    return unpinned(
      'there is one core only, which the load generator shares with the servers: expect more noise',
    );
  }
  const known = physicalCores(topology);
  const all = known ?? allowed.map((cpu) => [cpu]);
  const limited = withinQuota(all, quota);
  const cores = limited ?? all;
  const note = noteOn(topology, cores, { isKnown: known !== null, isLimited: limited !== null });
  const physical = known === null ? {} : { physical: cores };
  const [only] = cores;
  if (cores.length === 1 && only !== undefined) {
    const half = Math.floor(only.length / 2);
    return { generator: only.slice(0, half), servers: only.slice(half), note, ...physical };
  }
  const half = Math.floor(cores.length / 2);
  return {
    generator: cores.slice(0, half).flat(),
    servers: cores.slice(half).flat(),
    note,
    ...physical,
  };
}

function noteOn(
  { allowed, quota }: Topology,
  cores: readonly number[][],
  { isKnown, isLimited }: { isKnown: boolean; isLimited: boolean },
): string | null {
  const notes: string[] = [];
  if (quota !== null && quota < 2) {
    notes.push(
      `this job has a CPU quota of ${asText(quota)}, and the load generator and the server need one CPU each: both will be held back, and most blocks will not count; raise the quota to 2 CPUs or more`,
    );
  } else if (quota !== null && isLimited) {
    notes.push(
      `${cores.flat().length} of ${allowed.length} CPUs are used, as this job has a CPU quota of ${asText(quota)}`,
    );
  }
  if (isKnown && cores.length === 1) {
    notes.push(
      `the ${allowed.length} CPUs are threads of one physical core, which the load generator shares with the servers: expect more noise`,
    );
  }
  return notes.length === 0 ? null : notes.join('; ');
}

function asText(quota: number): string {
  return `${Math.floor(100 * quota) / 100} ${quota === 1 ? 'CPU' : 'CPUs'}`;
}

/** The most CPUs that servers can be pinned to, as the generator keeps a core; 0 where nothing is pinned. */
export function mostServerCores({ generator, servers, physical }: Cores): number {
  if (generator === null || servers === null) return 0;
  const isShared = physical === undefined || physical.length < 2;
  return generator.length + servers.length - (isShared ? 1 : (physical[0]?.length ?? 1));
}

/**
 * CPUs of a subject whose servers have `count` of them: the last ones, physical core by physical core. Its generator keeps
 * off the cores of the last `most`, which is the largest number that the same load is measured with: so all points of a
 * curve are loaded from the same cores. Both are within `mostServerCores`.
 */
export function scaledCores(
  { generator, servers, physical = [] }: Cores,
  count: number,
  most = count,
): Cores {
  const allowed = [...(generator ?? []), ...(servers ?? [])];
  const taken = allowed.slice(-most);
  const touched =
    physical.length < 2
      ? taken
      : physical.filter((core) => core.some((cpu) => taken.includes(cpu))).flat();
  return {
    generator: (generator ?? []).filter((core) => !touched.includes(core)),
    servers: allowed.slice(-count),
    note: null,
  };
}

/**
 * Moves this process onto the generator's cores: what it does while measuring must not hit the
 * servers. Returns the way back to all of them.
 */
export function pinSelf({ generator, servers }: Cores): () => void {
  if (generator === null || servers === null) return () => {};
  const moveTo = (cores: readonly number[]) =>
    spawnSync('taskset', ['-a', '-c', '-p', cores.join(), String(process.pid)]);
  moveTo(generator);
  return () => moveTo([...generator, ...servers]);
}

/** The command that runs `command` on these cores. */
export function pinned(cores: readonly number[] | null, command: string[]): string[] {
  return cores === null ? command : ['taskset', '-c', cores.join(), ...command];
}

function unpinned(note: string): Cores {
  return { generator: null, servers: null, note };
}
