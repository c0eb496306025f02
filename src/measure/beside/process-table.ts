/** Who runs on this machine, and which sockets each process holds, at one moment. Linux only. */
import { basename } from 'node:path';
import { socketInodes } from '../../system/kernel/proc.ts';
import { allPids, type ProcStat, readProc, readStat } from '../../system/kernel/proc-stat.ts';
import { argumentsOf, programOf } from '../../system/kernel/started-as.ts';

export interface ProcessTable {
  stats: ReadonlyMap<number, ProcStat>;
  /** Members of these trees, roots among them. */
  descendants(roots: Iterable<number>): Set<number>;
  /** From a process up to the first one. */
  ancestors(pid: number): Set<number>;
}

export function readProcessTable(): ProcessTable {
  const stats = allPids().flatMap((pid) => readStat(pid) ?? []);
  return processTableOf(stats.filter(({ zombie }) => !zombie));
}

function processTableOf(list: readonly ProcStat[]): ProcessTable {
  const stats = new Map(list.map((stat) => [stat.pid, stat]));
  const children = new Map<number, number[]>();
  for (const { pid, parent } of list) {
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [pid]);
    else known.push(pid);
  }
  return {
    stats,
    descendants: (roots) => {
      const found = new Set<number>();
      const waiting = [...roots].filter((pid) => stats.has(pid));
      for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
        if (found.has(pid)) continue;
        found.add(pid);
        waiting.push(...(children.get(pid) ?? []));
      }
      return found;
    },
    ancestors: (pid) => {
      const found = new Set<number>();
      for (let at: number | undefined = pid; at !== undefined && !found.has(at); ) {
        found.add(at);
        at = stats.get(at)?.parent;
      }
      return found;
    },
  };
}

/** Socket inode → processes that hold it. What a process does not let us see is missing. */
export function readHolders(pids: Iterable<number>): Map<string, number[]> {
  const holders = new Map<string, number[]>();
  for (const pid of pids) {
    for (const inode of socketInodes(pid) ?? []) {
      const known = holders.get(inode);
      if (known === undefined) holders.set(inode, [pid]);
      else known.push(pid);
    }
  }
  return holders;
}

/** What a process is called: by its file, which not everybody may see, by its first word, and by the name that it has given itself. */
export function namesOf(pid: number): string[] {
  const comm = readProc(`${pid}/comm`)?.trim();
  const [first] = argumentsOf(pid);
  const names = [
    programOf(pid) ?? undefined,
    first === undefined ? undefined : basename(first),
    comm,
  ];
  return [...new Set(names.filter((name) => name !== undefined && name !== ''))] as string[];
}

/**
 * What a person calls it: Debian's redis-server is a link to another program's file, and what BusyBox runs has the file of BusyBox. Where
 * its first word and its own name agree, that is it.
 */
export function shownNameOf(pid: number): string | null {
  const names = {
    exe: programOf(pid) ?? undefined,
    comm: readProc(`${pid}/comm`)?.trim(),
    first: argumentsOf(pid)[0],
  };
  return shownNameFrom(names) ?? namesOf(pid)[0] ?? null;
}

export function shownNameFrom({
  exe,
  comm,
  first,
}: Record<'exe' | 'comm' | 'first', string | undefined>): string | null {
  // A title may follow: `redis-server *:6379`, `nginx: master process`.
  const word = basename((first ?? '').split(' ')[0] ?? '').replace(/:$/, '');
  return comm !== undefined && comm !== '' && word === comm ? comm : (exe ?? null);
}

/** The user that it runs as; null when it is gone. */
export function userOf(pid: number): number | null {
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(readProc(`${pid}/status`) ?? '')?.[1];
  return uid === undefined ? null : Number(uid);
}

/** Paths of its control groups, one per hierarchy; none when it is gone. */
export function groupsOf(pid: number): string[] {
  const rows = (readProc(`${pid}/cgroup`) ?? '').split('\n').filter((row) => row !== '');
  return [...new Set(rows.map((row) => row.split(':').slice(2).join(':')))];
}
