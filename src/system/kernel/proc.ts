/** What single processes use, read from Linux's /proc. */
import { readdirSync, readlinkSync } from 'node:fs';
import { readProc } from './proc-stat.ts';

/**
 * Nanoseconds on a CPU per live thread of a process, by thread id; empty when it is gone, null
 * without CONFIG_SCHED_INFO.
 */
export function readRunTimes(pid: number): Map<number, number> | null {
  const times = new Map<number, number>();
  let tids: string[];
  try {
    tids = readdirSync(`/proc/${pid}/task`);
  } catch {
    return times;
  }
  for (const tid of tids) {
    const text = readProc(`${pid}/task/${tid}/schedstat`);
    if (text === null) {
      if (readProc(`${pid}/task/${tid}/stat`) !== null) return null;
      continue;
    }
    times.set(Number(tid), Number(text.slice(0, text.indexOf(' '))));
  }
  return times;
}

/** Resident set in bytes; null when the process is gone. */
export function readRss(pid: number): number | null {
  return bytesIn(readProc(`${pid}/status`), /^VmRSS:\s+(\d+) kB/m);
}

/** The most that it ever had resident, in bytes; null when the process is gone. */
export function readPeakRss(pid: number): number | null {
  return bytesIn(readProc(`${pid}/status`), /^VmHWM:\s+(\d+) kB/m);
}

/**
 * Proportional set in bytes: a page counts by the share of it that is this process's. Null when the
 * process is gone or does not let us look, and before Linux 4.14.
 */
export function readPss(pid: number): number | null {
  return bytesIn(readProc(`${pid}/smaps_rollup`), /^Pss:\s+(\d+) kB/m);
}

function bytesIn(text: string | null, pattern: RegExp): number | null {
  const kib = pattern.exec(text ?? '')?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}

/**
 * Inodes of the sockets that a process holds; none when it is gone, null when it does not let us
 * look (it runs as another user, or dropped privileges).
 */
export function socketInodes(pid: number): Set<string> | null {
  const inodes = new Set<string>();
  let fds: string[];
  try {
    fds = readdirSync(`/proc/${pid}/fd`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? null : inodes;
  }
  for (const fd of fds) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM') return null;
      // Else closed between the listing and the look.
    }
  }
  return inodes;
}
