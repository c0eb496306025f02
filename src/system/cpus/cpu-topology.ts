/** Which CPUs are threads of one physical core, and how many of them a control group may use at once. */
import { readdirSync } from 'node:fs';
import { textOf } from '../kernel/text-file.ts';

/** What a split of the cores needs to know. CPUs are numbered as the operating system does. */
export interface Topology {
  /** Those that this process may run on and that are online, ascending. */
  allowed: readonly number[];
  /** All threads of the CPU's physical core, itself among them; null where the machine does not tell. */
  siblingsOf(cpu: number): readonly number[] | null;
  /**
   * How fast the CPU's core is beside the others, in rough steps: of a mixed machine (big.LITTLE of ARM, performance and efficient cores of
   * Intel) the faster kind has the larger number. Absent or null where the machine does not tell.
   */
  speedOf?(cpu: number): number | null;
  /** Number of the NUMA node that the CPU is on, whose memory is nearest to it; null where the machine does not tell. */
  nodeOf(cpu: number): number | null;
  /** Time of so many CPUs is all that the control group gets; null: no limit. */
  quota: number | null;
}

/** Allowed CPUs by physical core, slow ones first, then those with fewest threads; null where one of them does not tell its siblings. */
export function physicalCores({ allowed, siblingsOf, speedOf }: Topology): number[][] | null {
  const cores = new Map<string, number[]>();
  for (const cpu of allowed) {
    const siblings = siblingsOf(cpu);
    if (siblings === null || !siblings.includes(cpu)) return null;
    const key = siblings.join();
    cores.set(key, [...(cores.get(key) ?? []), cpu]);
  }
  // Servers get the last ones. Of those that are told to be as fast, one with two threads is the faster kind.
  const speed = ([cpu = 0]: number[]) => speedOf?.(cpu) ?? 0;
  return [...cores.values()].sort((a, b) => speed(a) - speed(b) || a.length - b.length);
}

/** What two physical cores must have in common to be alike. */
export function kindOf({ speedOf }: Pick<Topology, 'speedOf'>, core: readonly number[]): string {
  return `${core.length} threads, ${speedOf?.(core[0] as number) ?? 'any'}`;
}

/**
 * As many CPUs as the quota gives time for, so that no two sides together are ever held back: whole physical cores, or
 * where these would be fewer than two, one thread of each. Null: all of them may be used.
 */
export function withinQuota(cores: readonly number[][], quota: number | null): number[][] | null {
  const most = quota === null ? Number.POSITIVE_INFINITY : Math.floor(quota);
  const count = cores.reduce((sum, { length }) => sum + length, 0);
  if (most < 2 || count <= most) return null;
  // The last ones first: they are the faster kind, where there are two.
  const whole: number[][] = [];
  let taken = 0;
  for (const core of [...cores].reverse()) {
    if (taken + core.length > most) break;
    taken += core.length;
    whole.unshift(core);
  }
  return whole.length >= 2 ? whole : cores.slice(-most).map((core) => core.slice(0, 1));
}

/**
 * The cores of one NUMA node: all of them where there is one node, else those of the node with the most of them (the last of
 * several) that is enough. Null where none is.
 */
export function onOneNode(
  cores: readonly number[][],
  { nodeOf }: Pick<Topology, 'nodeOf'>,
  isEnough: (cores: readonly number[][]) => boolean,
): readonly number[][] | null {
  const nodes = new Map<number | null, number[][]>();
  for (const core of cores) {
    const node = nodeOf(core[0] as number);
    nodes.set(node, [...(nodes.get(node) ?? []), core]);
  }
  // A machine without the tables has one.
  if (nodes.size === 1) return cores;
  const enough = [...nodes.values()].filter(isEnough);
  const most = Math.max(...enough.map(({ length }) => length));
  return enough.findLast(({ length }) => length === most) ?? null;
}

const SYSTEM = '/sys/devices/system/cpu';

/** Null where there is no /sys, as in some containers. `root`: another place for it. */
export function readSiblings(cpu: number, root = SYSTEM): number[] | null {
  // The second name is that of kernels before 5.3.
  for (const name of ['core_cpus_list', 'thread_siblings_list']) {
    const list = parseCoreList(textOf(`${root}/cpu${cpu}/topology/${name}`) ?? '');
    if (list.length > 0) return list;
  }
  return null;
}

/** CPUs that the kernel's counters call efficient ones, as on hybrid processors of Intel (perf, intel-hybrid.txt). */
const EFFICIENT = '../../cpu_atom/cpus';

/** What the kernel gives the fastest CPU of a machine as its capacity. */
const FASTEST = 1024;

/**
 * `speedOf` of a topology: the CPU's capacity in tenths of the fastest one's, as cores of one kind may differ by some per cent; of efficient
 * cores that have no such figure a half. Null where the kernel tells neither.
 */
export function readSpeed(cpu: number, root = SYSTEM): number | null {
  const capacity = Number.parseInt(textOf(`${root}/cpu${cpu}/cpu_capacity`) ?? '', 10);
  const efficient = parseCoreList(textOf(`${root}/${EFFICIENT}`) ?? '');
  const byCounters = efficient.length === 0 ? null : efficient.includes(cpu) ? 5 : 10;
  return capacity > 0
    ? Math.min(Math.round((10 * capacity) / FASTEST), byCounters ?? 10)
    : byCounters;
}

/** Null where the kernel knows of no nodes. */
export function readNode(cpu: number, root = SYSTEM): number | null {
  try {
    const link = readdirSync(`${root}/cpu${cpu}`).find((name) => /^node\d+$/.test(name));
    return link === undefined ? null : Number(link.slice('node'.length));
  } catch {
    return null;
  }
}

/** CPUs that are switched on, which an affinity mask does not say; null where that cannot be read. */
export function readOnline(root = SYSTEM): number[] | null {
  const list = parseCoreList(textOf(`${root}/online`) ?? '');
  return list.length > 0 ? list : null;
}

/** `0-2,5` → [0, 1, 2, 5]. */
export function parseCoreList(list: string): number[] {
  return list
    .trim()
    .split(',')
    .flatMap((part) => {
      const [first, last] = part.split('-').map(Number);
      if (first === undefined || Number.isNaN(first) || part === '') return [];
      return Array.from({ length: (last ?? first) - first + 1 }, (_, i) => first + i);
    });
}
