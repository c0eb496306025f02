/** The kernel's tables of sockets: who is connected to whom on this machine. Linux only. */
import { spawnSync } from 'node:child_process';
import { readProc } from './proc-stat.ts';

/** One row of /proc/net/tcp, tcp6, udp or udp6. Addresses as the kernel writes them, IPv4 always in its short form. */
export interface InetSocket {
  local: string;
  localPort: number;
  remote: string;
  remotePort: number;
  /**
   * `closed`: also of a UDP socket that has no peer, and so waits for anybody. `kept`: this end has closed it, and the kernel keeps its
   * port for a minute (TIME_WAIT).
   */
  state: 'established' | 'listening' | 'closed' | 'kept' | 'other';
  /** Of the user who owns it. */
  uid: number;
  /** "0" once no process has it any more. */
  inode: string;
}

/** One end of a connected Unix socket. */
export interface UnixSocket {
  inode: string;
  /** Inode of the other end. */
  peer: string;
  /** Path of this end; null where it has none, as a client's has not. */
  path: string | null;
}

/** States of the kernel's net/tcp_states.h. */
const STATES: Readonly<Record<string, InetSocket['state']>> = {
  '01': 'established',
  '06': 'kept',
  '07': 'closed',
  '0A': 'listening',
};
/** Ports from here on are for clients, where nobody has set it otherwise. */
const CHOSEN_FROM = 32_768;
/** How IPv6 writes an IPv4 address: ::ffff:127.0.0.1, in words of four bytes each. */
const MAPPED = '0000000000000000FFFF0000';

/** All of TCP in this network name space; null where the kernel has no such tables. */
export function readTcpSockets(): InetSocket[] | null {
  const ipv4 = readProc('net/tcp');
  // A kernel without IPv6 has the first table alone.
  return ipv4 === null ? null : [ipv4, readProc('net/tcp6') ?? ''].flatMap(parseInetSockets);
}

/**
 * All of UDP. Nobody listens there, but whoever has no peer waits for anybody, and counts as listening; not on a port that the kernel
 * has chosen, which is a client's.
 */
export function readUdpSockets(): InetSocket[] {
  const chosen = Number(
    readProc('sys/net/ipv4/ip_local_port_range')?.split(/\s/)[0] ?? CHOSEN_FROM,
  );
  return ['net/udp', 'net/udp6']
    .flatMap((table) => parseInetSockets(readProc(table) ?? ''))
    .map((row) =>
      row.state === 'closed' && row.localPort < chosen ? { ...row, state: 'listening' } : row,
    );
}

/** Rows of such a table. */
export function parseInetSockets(text: string): InetSocket[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const row = line.trim().split(/\s+/);
      const [, local = '', remote = '', state = '', , , , uid = '', , inode = ''] = row;
      if (inode === '') return [];
      const [localAt, localPort] = endOf(local);
      const [remoteAt, remotePort] = endOf(remote);
      return [
        {
          ...{ local: localAt, localPort, remote: remoteAt, remotePort },
          state: STATES[state] ?? 'other',
          uid: Number(uid),
          inode,
        },
      ];
    });
}

function endOf(text: string): [address: string, port: number] {
  const [address = '', port = ''] = text.split(':');
  const short = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
  return [short, Number.parseInt(port, 16)];
}

/** "127.0.0.1", "::". A table has each word of four bytes as the machine's own number: on all that run this, the last byte first. */
export function addressText(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex')].reverse());
  return bytes.length === 4 ? bytes.join('.') : ipv6Text(bytes);
}

/** As people write it: the longest run of zeros is `::`. */
function ipv6Text(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  const runs = [...groups.join(':').matchAll(/(?<![^:])0(?::0)+(?![^:])/g)];
  const [longest] = runs.sort((a, b) => b[0].length - a[0].length);
  if (longest === undefined) return groups.join(':');
  const text = groups.join(':');
  const before = text.slice(0, longest.index).replace(/:$/, '');
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}

/** Listens on every address of its family, and by default IPv6's wildcard takes IPv4's too. */
export function isWildcard(address: string): boolean {
  return /^0+$/.test(address);
}

/**
 * Connected Unix sockets with the other end of each, which no file of the kernel's tells: `ss` of iproute2 asks for it. None
 * where there is no `ss`.
 */
export function readUnixSockets(): UnixSocket[] {
  const { status, stdout } = spawnSync('ss', ['-xnH', 'state', 'connected'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 2000,
    maxBuffer: 16 * 1024 * 1024,
  });
  return status === 0 ? parseUnixSockets(stdout) : [];
}

/** Lines of `ss -xnH`: `u_str [ESTAB] 0 0 /run/x.sock 14586 * 14585`. A path may have spaces in it. */
export function parseUnixSockets(text: string): UnixSocket[] {
  return text.split('\n').flatMap((line) => {
    const row = /^u_\S+ +(?:[A-Z][A-Z0-9-]* +)?\d+ +\d+ +(.+?) +(\d+) +\S+ +(\d+) *$/.exec(line);
    const [, path = '*', inode = '', peer = '0'] = row ?? [];
    return row === null || peer === '0' ? [] : [{ inode, peer, path: path === '*' ? null : path }];
  });
}
