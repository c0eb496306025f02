/** Which cores the generator and the servers get, so that neither takes time from the other. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Cores } from '../../plan/plan.ts';

/** Looks at the machine: half of the allowed cores for each side, at least one. */
export function chooseCores(): Cores {
  if (process.platform !== 'linux') {
    return unpinned(`cores can be pinned on Linux only, this is ${process.platform}`);
  }
  if (spawnSync('taskset', ['--version']).error !== undefined) {
    return unpinned('`taskset` is missing (package util-linux), so nothing is pinned');
  }
  const status = readFileSync('/proc/self/status', 'utf8');
  return splitCores(parseCoreList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? ''));
}

/** The first half, rounded down, loads; the rest serves. */
export function splitCores(allowed: readonly number[]): Cores {
  if (allowed.length < 2) {
    return unpinned(
      'there is one core only, which the load generator shares with the servers: expect more noise',
    );
  }
  const half = Math.floor(allowed.length / 2);
  return { generator: allowed.slice(0, half), servers: allowed.slice(half), note: null };
}

/** The most cores that servers can be pinned to, as the generator keeps one; 0 where nothing is pinned. */
export function mostServerCores({ generator, servers }: Cores): number {
  return generator === null || servers === null ? 0 : generator.length + servers.length - 1;
}

/**
 * Cores of a subject whose servers have `count` cores: the last ones. Its generator keeps off the last
 * `most`, which is the largest number that the same load is measured with: so all points of a curve
 * are loaded from the same cores. Both are within `mostServerCores`.
 */
export function scaledCores({ generator, servers }: Cores, count: number, most = count): Cores {
  const allowed = [...(generator ?? []), ...(servers ?? [])];
  const taken = allowed.slice(-most);
  return {
    generator: (generator ?? []).filter((core) => !taken.includes(core)),
    servers: allowed.slice(-count),
    note: null,
  };
}

/** `0-2,5` → [0, 1, 2, 5]. */
export function parseCoreList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first, last] = part.split('-').map(Number);
    if (first === undefined || Number.isNaN(first) || part === '') return [];
    return Array.from({ length: (last ?? first) - first + 1 }, (_, i) => first + i);
  });
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
