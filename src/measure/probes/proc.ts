/** Reading Linux's /proc. Every reader answers null for a process that is gone. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** `/proc/<pid>/stat`, the fields that this program uses. CPU times in clock ticks (10 ms). */
export interface ProcStat {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** utime + stime of all threads, ended ones included, plus those of reaped children. */
  ticks: number;
  /** Clock ticks from the machine's start to the process's: with the id, it names one process for ever. */
  startTicks: number;
  zombie: boolean;
}

export function allPids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

export function readStat(pid: number): ProcStat | null {
  const text = read(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

export function parseStat(text: string): ProcStat {
  // The command name stands in parentheses and may contain anything, also spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number) => Number(fields[index]);
  return {
    pid: Number.parseInt(text, 10),
    parent: number(1),
    group: number(2),
    session: number(3),
    ticks: number(11) + number(12) + number(13) + number(14),
    startTicks: number(19),
    zombie: fields[0] === 'Z' || fields[0] === 'X',
  };
}

/** Nanoseconds on a CPU per live thread of a process, by thread id; null without CONFIG_SCHED_INFO. */
export function readRunTimes(pid: number): Map<number, number> | null {
  const times = new Map<number, number>();
  let tids: string[];
  try {
    tids = readdirSync(`/proc/${pid}/task`);
  } catch {
    return times;
  }
  for (const tid of tids) {
    const text = read(`/proc/${pid}/task/${tid}/schedstat`);
    if (text === null) {
      if (read(`/proc/${pid}/task/${tid}/stat`) !== null) return null;
      continue;
    }
    times.set(Number(tid), Number(text.slice(0, text.indexOf(' '))));
  }
  return times;
}

/** Resident set in bytes. */
export function readRss(pid: number): number | null {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}

/** Whether an entry that begins so stands in the environment that the process was started with. */
export function environmentHas(pid: number, beginning: string): boolean {
  const entries = read(`/proc/${pid}/environ`)?.split('\0') ?? [];
  return entries.some((entry) => entry.startsWith(beginning));
}

/** Inodes of the sockets that a process holds. */
export function socketInodes(pid: number): Set<string> {
  const inodes = new Set<string>();
  let fds: string[];
  try {
    fds = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return inodes;
  }
  for (const fd of fds) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // Closed between the listing and the look.
    }
  }
  return inodes;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
