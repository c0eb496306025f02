/** Who gets which CPUs of a machine: the load generator, the servers, and what runs beside them. Whole physical cores. */
import type { Cores } from '../../terms/core-sets.ts';
import { type Halves, halvesOf } from './core-halves.ts';
import { kindOf, onOneNode, physicalCores, type Topology, withinQuota } from './cpu-topology.ts';

/** From so many physical cores on, what runs beside the servers has cores of its own. */
const BESIDE_FROM = 3;
/** Of the physical cores, one in so many is for what runs beside the servers. */
const BESIDE_SHARE = 4;
/** Generator, base and head: each works while one of the others does. */
const SIDES = 3;

/**
 * Where there are enough cores, each arm of a live pair has some for itself, as many and of the same kind as the other's, and
 * the generator has the rest (docs/adr/0043-cores-of-their-own.md). Else the generator has the first half, rounded down, and
 * both arms share the other one. `beside`: whether something runs beside the servers, such as a database. What has
 * no cores of its own is on those of the generator.
 */
export function splitCores(topology: Topology, { beside = false } = {}): Cores {
  const { allowed, quota } = topology;
  if (allowed.length < 2) {
    return unpinned(
      'there is one core only, which the load generator shares with the servers: expect more noise',
    );
  }
  const known = physicalCores(topology);
  const all = known ?? allowed.map((cpu) => [cpu]);
  const limited = withinQuota(all, quota);
  const within = limited ?? all;
  const near =
    known === null
      ? null
      : onOneNode(within, topology, (some) => ownCores(some, topology, beside) !== null);
  const cores = near ?? within;
  const note = noteOn(topology, cores, {
    isKnown: known !== null,
    isLimited: limited !== null,
    isNear: near !== null && near.length < within.length,
  });
  const physical = known === null ? {} : { physical: cores };
  const [only] = cores;
  if (cores.length === 1 && only !== undefined) {
    const half = Math.floor(only.length / 2);
    return { generator: only.slice(0, half), servers: only.slice(half), note, ...physical };
  }
  // Neither arm may be further from its memory than the other.
  const own = known === null || near === null ? null : ownCores(cores, topology, beside);
  const besides = besideCores(cores, beside);
  const left = cores.slice(besides.length);
  const generators = own?.generator ?? left.slice(0, Math.floor(left.length / 2));
  return {
    generator: generators.flat(),
    servers: own?.halves.flat() ?? left.slice(generators.length).flat(),
    note,
    ...physical,
    ...(own === null ? {} : { halves: own.halves }),
    ...(besides.length === 0 ? {} : { beside: besides.flat() }),
  };
}

/** The first ones: where there are two kinds of cores, the servers have the faster one. */
function besideCores(cores: readonly number[][], beside: boolean): readonly number[][] {
  if (!beside || cores.length < BESIDE_FROM) return [];
  return cores.slice(0, Math.max(1, Math.floor(cores.length / BESIDE_SHARE)));
}

/** Null where the arms must share. */
function ownCores(
  cores: readonly number[][],
  topology: Topology,
  beside: boolean,
): { generator: readonly number[][]; halves: Halves } | null {
  const left = cores.slice(besideCores(cores, beside).length);
  for (let each = Math.floor(left.length / SIDES); each > 0; each--) {
    const halves = halvesOf(left.slice(-2 * each), (core) => kindOf(topology, core));
    if (halves !== null) return { generator: left.slice(0, -2 * each), halves };
  }
  return null;
}

function noteOn(
  { allowed, quota }: Topology,
  cores: readonly number[][],
  { isKnown, isLimited, isNear }: { isKnown: boolean; isLimited: boolean; isNear: boolean },
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
  if (isNear) {
    notes.push(
      `${cores.flat().length} of ${allowed.length} CPUs are used, those of one NUMA node, so that all memory is equally near`,
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

export function unpinned(note: string): Cores {
  return { generator: null, servers: null, note };
}
