/** What the control group of this process was denied, in version 2 and version 1 of the kernel's interface. */
import { readProc } from './proc-stat.ts';
import { textOf } from './text-file.ts';

export interface ControlGroup {
  /** Periods in which the group had used up its quota; null where no quota is counted. */
  throttled: number | null;
  /** Microseconds in which nothing of the group could run for want of a CPU (PSI); version 2 only. */
  stalledUs: number | null;
}

export const ROOT = '/sys/fs/cgroup';
/** Where the CPU controller of version 1 is mounted; the two names are one folder on most systems. */
export const LEGACY_CPU = ['cpu', 'cpu,cpuacct'];

/** `groups`: text of /proc/self/cgroup. `root`: where the groups are mounted. */
export function readControlGroup(
  groups: string | null = readProc('self/cgroup'),
  root = ROOT,
): ControlGroup {
  const { unified, legacy } = groupPath(groups);
  // In a container its own group is mounted as the root, under whatever path it has outside.
  const folders = [
    ...(unified === null ? [] : [unified, `/unified${unified}`]),
    ...(legacy === null ? [] : LEGACY_CPU.map((controller) => `/${controller}${legacy}`)),
    '',
    ...LEGACY_CPU.map((controller) => `/${controller}`),
  ];
  const first = (file: string, pattern: RegExp) => {
    for (const folder of folders) {
      const found = numberIn(textOf(`${root}${folder}/${file}`), pattern);
      if (found !== null) return found;
    }
    return null;
  };
  return {
    throttled: first('cpu.stat', /^nr_throttled (\d+)$/m),
    stalledUs: first('cpu.pressure', /^full .*total=(\d+)$/m),
  };
}

/** Where the group is in each version's tree, by the text of /proc/self/cgroup; null: not in that tree. */
export function groupPath(groups: string | null): {
  unified: string | null;
  legacy: string | null;
} {
  const lines = (groups ?? '').split('\n');
  return {
    unified: pathIn(lines, /^0::(.*)$/),
    legacy: pathIn(lines, /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/),
  };
}

/** Without its last slash, so that the root is ''. */
function pathIn(lines: readonly string[], pattern: RegExp): string | null {
  for (const line of lines) {
    const path = pattern.exec(line)?.[1];
    if (path !== undefined) return path === '/' ? '' : path;
  }
  return null;
}

function numberIn(text: string | null, pattern: RegExp): number | null {
  const found = pattern.exec(text ?? '')?.[1];
  return found === undefined ? null : Number(found);
}
