/** What of a processor its model's name does not say: features, microcode, who virtualises it, how its cores lie. */
import { readdirSync } from 'node:fs';
import { readNode, readSiblings } from '../../system/cpus/cpu-topology.ts';
import { sha256Of } from '../../system/files/digest.ts';
import { textOf } from '../../system/kernel/text-file.ts';
import type { Environment } from '../observed/measurement.ts';

const DIGITS = 12;

/** Null where the machine does not tell. `root`: another place for `/proc` and `/sys`. */
export function readMachine(root = ''): NonNullable<Environment['machine']> {
  const info = textOf(`${root}/proc/cpuinfo`) ?? '';
  const flags = firstOf(info, /^(?:flags|Features)$/);
  return {
    flags: flags && sha256Of(flags.split(/\s+/).sort().join(' ')).slice(0, DIGITS),
    microcode: firstOf(info, /^microcode$/),
    hypervisor: hypervisorOf(root, flags ?? ''),
    topology: topologyOf(root),
  };
}

/** Of the first CPU. */
function firstOf(info: string, name: RegExp): string | null {
  for (const line of info.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0 && name.test(line.slice(0, at).trim())) return line.slice(at + 1).trim() || null;
  }
  return null;
}

/** What the machine says of its maker is a virtual machine's only where the processor says that it is one. */
function hypervisorOf(root: string, flags: string): string | null {
  const type = textOf(`${root}/sys/hypervisor/type`);
  const dmi = ['sys_vendor', 'product_name'].map((name) =>
    textOf(`${root}/sys/class/dmi/id/${name}`),
  );
  const words = [type, ...dmi].flatMap((text) => text?.trim() || []);
  if (type === null && !flags.split(/\s+/).includes('hypervisor')) return null;
  return [...new Set(words)].join(' ') || 'unknown';
}

function topologyOf(root: string): string | null {
  const system = `${root}/sys/devices/system/cpu`;
  let cpus: number[];
  try {
    cpus = readdirSync(system)
      .flatMap((name) => /^cpu(\d+)$/.exec(name)?.[1] ?? [])
      .map(Number);
  } catch {
    return null;
  }
  const cores = new Set<string>();
  const sockets = new Set<string>();
  const nodes = new Set<number>();
  for (const cpu of cpus) {
    const siblings = readSiblings(cpu, system);
    if (siblings === null) return null;
    cores.add(siblings.join());
    sockets.add(textOf(`${system}/cpu${cpu}/topology/physical_package_id`)?.trim() ?? '0');
    nodes.add(readNode(cpu, system) ?? 0);
  }
  return `${sockets.size} sockets, ${cores.size} cores, ${cpus.length} threads, ${nodes.size} NUMA nodes`;
}
