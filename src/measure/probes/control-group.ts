/** What the control group of this process was denied, in version 2 and version 1 of the kernel's interface. */
import { readFileSync } from 'node:fs';
import { readProc } from '../../proc-stat.ts';

export interface ControlGroup {
  /** Periods in which the group had used up its quota; null where no quota is counted. */
  throttled: number | null;
  /** Microseconds in which nothing of the group could run for want of a CPU (PSI); version 2 only. */
  stalledUs: number | null;
}

const ROOT = '/sys/fs/cgroup';

export function readControlGroup(): ControlGroup {
  const lines = (readProc('self/cgroup') ?? '').split('\n');
  const unified = pathIn(lines, /^0::(.*)$/);
  const legacy = pathIn(lines, /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/);
  const inUnified = (file: string) => unified && read(`${ROOT}${unified}/${file}`);
  // In a container its own group is mounted as the root.
  const stat =
    inUnified('cpu.stat') ??
    (legacy &&
      (read(`${ROOT}/cpu${legacy}/cpu.stat`) ?? read(`${ROOT}/cpu,cpuacct${legacy}/cpu.stat`))) ??
    read(`${ROOT}/cpu.stat`);
  const pressure = inUnified('cpu.pressure') ?? read(`${ROOT}/cpu.pressure`);
  return {
    throttled: numberIn(stat, /^nr_throttled (\d+)$/m),
    stalledUs: numberIn(pressure, /^full .*total=(\d+)$/m),
  };
}

function pathIn(lines: readonly string[], pattern: RegExp): string | null {
  for (const line of lines) {
    const path = pattern.exec(line)?.[1];
    if (path !== undefined) return path === '/' ? '' : path;
  }
  return null;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function numberIn(text: string | null, pattern: RegExp): number | null {
  const found = pattern.exec(text ?? '')?.[1];
  return found === undefined ? null : Number(found);
}
