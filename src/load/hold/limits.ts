/** What this machine lets a hold use, read from /proc. */
import os from 'node:os';
import { readProc } from '../../system/kernel/proc-stat.ts';

export interface HoldLimits {
  /** Most files that a process may open (its hard limit, which Node.js raises its soft one to); null: no limit, or none known. */
  openFiles: number | null;
  /** Of the whole system; null: not known. */
  systemFiles: { most: number; used: number } | null;
  /** Ports that connections may come from, both ends included. */
  ports: { from: number; to: number };
  /** Whether each address of 127.0.0.0/8 is this machine's, so that each has all ports. */
  hasManySources: boolean;
  /** Entries of connection tracking; null where connections are not tracked. */
  tracking: { most: number; used: number } | null;
  memoryAvailableBytes: number;
  /** Pages of 4 KiB for the buffers of all TCP sockets; null: not known. */
  tcpPages: { most: number; used: number } | null;
  /** Longest queue of connections that a server has not accepted yet; null: not known. */
  acceptQueue: number | null;
}

/** macOS's and Windows's: the range that IANA gives to such ports. */
const DYNAMIC_PORTS = { from: 49_152, to: 65_535 };

export function readHoldLimits(): HoldLimits {
  return {
    openFiles: hardOpenFiles(readProc('self/limits') ?? ''),
    systemFiles: systemFilesOf(numbers('sys/fs/file-nr')),
    ports: portsOf(numbers('sys/net/ipv4/ip_local_port_range')),
    hasManySources: process.platform === 'linux',
    tracking: trackingOf(
      numbers('sys/net/netfilter/nf_conntrack_max')[0],
      numbers('sys/net/netfilter/nf_conntrack_count')[0],
    ),
    memoryAvailableBytes: memoryAvailable(readProc('meminfo') ?? '') ?? os.freemem(),
    tcpPages: tcpPagesOf(numbers('sys/net/ipv4/tcp_mem')[2], readProc('net/sockstat') ?? ''),
    acceptQueue: numbers('sys/net/core/somaxconn')[0] ?? null,
  };
}

/** Hard limit in the text of /proc/PID/limits; null: unlimited, or not there. */
export function hardOpenFiles(limits: string): number | null {
  const hard = /^Max open files +\S+ +(\S+)/m.exec(limits)?.[1];
  return hard === undefined || hard === 'unlimited' ? null : Number(hard);
}

function systemFilesOf([used, unused, most]: number[]): HoldLimits['systemFiles'] {
  return used === undefined || unused === undefined || most === undefined
    ? null
    : { most, used: used - unused };
}

function portsOf([from, to]: number[]): HoldLimits['ports'] {
  return from === undefined || to === undefined ? DYNAMIC_PORTS : { from, to };
}

/** A machine that tracks connections has some: where none is tracked, the table is not in use. */
export function trackingOf(most = 0, used = 0): HoldLimits['tracking'] {
  return most === 0 || used === 0 ? null : { most, used };
}

function memoryAvailable(meminfo: string): number | null {
  const kib = /^MemAvailable: +(\d+) kB/m.exec(meminfo)?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}

export function tcpPagesOf(most: number | undefined, sockstat: string): HoldLimits['tcpPages'] {
  const used = /^TCP: .*\bmem (\d+)/m.exec(sockstat)?.[1];
  return most === undefined || used === undefined ? null : { most, used: Number(used) };
}

function numbers(path: string): number[] {
  const text = readProc(path)?.trim();
  return text === undefined || text === '' ? [] : text.split(/\s+/).map(Number);
}
