/** From a name that a user wrote, a place or an address to the processes behind it. Linux only. */
import { basename } from 'node:path';
import type { Beside } from '../../config/values/beside.ts';
import { readProc } from '../../system/kernel/proc-stat.ts';
import { argumentsOf } from '../../system/kernel/started-as.ts';
import { textOf } from '../../system/kernel/text-file.ts';
import { readListeners } from '../listening/listener-tables.ts';
import { groupsOf, namesOf, type ProcessTable, userOf } from './process-table.ts';
import type { SocketTables } from './talks.ts';

/** Whom the user named; none where nobody is there now, or nobody who may be looked into. */
export function named(beside: Beside, table: ProcessTable, sockets: SocketTables): number[] {
  const all = [...table.stats.keys()];
  switch (beside.kind) {
    case 'port':
      return listeningOn(beside.port, table, sockets);
    case 'pid':
      return all.filter((pid) => pid === beside.pid);
    case 'pid-file': {
      const pid = numberIn(beside.path);
      return all.filter((one) => one === pid);
    }
    case 'command':
      return all.filter((pid) => namesOf(pid).includes(beside.name));
    case 'cgroup':
      return all.filter((pid) => groupsOf(pid).some((path) => path.includes(beside.path)));
  }
}

/** Who listens on a port: the holders of the socket; else whatever its owner or Docker's proxy says of them. */
function listeningOn(port: number, table: ProcessTable, { inet, holders }: SocketTables): number[] {
  const rows = inet.filter(({ state, localPort }) => state === 'listening' && localPort === port);
  const found = rows.flatMap(({ inode }) => holders.get(inode) ?? []);
  if (found.length > 0) return [...new Set(found)];
  return rows.flatMap(({ uid }) => ownedBy(uid, port, table));
}

/**
 * Processes of the user who owns a socket that may not be looked into: a service has a user of its own. Of root, who has many,
 * only Docker's proxy is known by its arguments.
 */
export function ownedBy(uid: number, port: number, table: ProcessTable): number[] {
  const pids = [...table.stats.keys()];
  if (uid === 0) return pids.filter((pid) => proxiedBy(pid)?.hostPort === port);
  return uid === process.getuid?.() ? [] : pids.filter((pid) => userOf(pid) === uid);
}

interface Proxied {
  hostPort: number;
}

/** Docker's proxy for a published port: `docker-proxy … -host-port 5432 -container-ip 172.18.0.2 …`. */
function proxiedBy(pid: number): Proxied | null {
  const words = argumentsOf(pid);
  if (basename(words[0] ?? '') !== 'docker-proxy') return null;
  const after = (flag: string) => words[words.indexOf(flag) + 1];
  return words.includes('-host-port') ? { hostPort: Number(after('-host-port')) } : null;
}

/** Where Docker's proxies among these processes lead: they say it in their arguments. */
export function proxiedTo(pids: Iterable<number>): { address: string; port: number }[] {
  return [...pids].flatMap((pid) => {
    const words = argumentsOf(pid);
    if (basename(words[0] ?? '') !== 'docker-proxy') return [];
    const after = (flag: string) => words[words.indexOf(flag) + 1] ?? '';
    if (!words.includes('-container-ip') || !words.includes('-container-port')) return [];
    return [{ address: after('-container-ip'), port: Number(after('-container-port')) }];
  });
}

/**
 * Processes of the container that has this address: containers have tables of their own, which everybody may read, and one
 * control group each.
 */
export function containerAt(
  { address, port }: { address: string; port: number },
  { stats }: ProcessTable,
): number[] {
  const own = readProc('self/net/fib_trie');
  const groups = new Map<string, number[]>();
  for (const pid of stats.keys()) {
    const [group = '/'] = groupsOf(pid);
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [pid]);
    else known.push(pid);
  }
  for (const members of groups.values()) {
    const tries = members.map((pid) => readProc(`${pid}/net/fib_trie`));
    const isThere = (trie: string | null) =>
      trie !== null && trie !== own && localAddresses(trie).includes(address);
    const inside = members.filter((_, i) => isThere(tries[i] ?? null));
    const [first] = inside;
    if (first !== undefined && listensIn(first, port)) return inside;
  }
  return [];
}

function listensIn(pid: number, port: number): boolean {
  return (readListeners('tcp', pid) ?? []).some(({ at }) => at.kind === 'tcp' && at.port === port);
}

/** Of /proc/net/fib_trie: `|-- 172.18.0.2` with `/32 host LOCAL` in the next line. */
function localAddresses(trie: string): string[] {
  return [...trie.matchAll(/\|-- (\S+)\n\s+\/32 host LOCAL/g)].map(([, one]) => one as string);
}

function numberIn(file: string): number | null {
  const first = /^\s*(\d+)/.exec(textOf(file) ?? '')?.[1];
  return first === undefined ? null : Number(first);
}
