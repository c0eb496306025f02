/** The processes of one command, known by descent over time and by what they inherited. Linux only. */

import { allPids, type ProcStat, readStat } from '../kernel/proc-stat.ts';
import { isMarked } from './mark.ts';

/** A process for ever: numbers are given again, the moment of a start is not. */
export type Known = Pick<ProcStat, 'pid' | 'startTicks'>;

/** A process that was just started by us, and is not reaped yet. */
export function knownOf(pid: number): Known {
  return { pid, startTicks: readStat(pid)?.startTicks ?? 0 };
}

/** True while this very process runs. A zombie, which only waits to be reaped, does not count. */
export function isRunning({ pid, startTicks }: Known): boolean {
  const now = readStat(pid);
  return now !== null && !now.zombie && now.startTicks === startTicks;
}

/**
 * Everything that a command has brought to life. Whoever was seen once stays a member, so that a
 * daemon whose parents are gone is known if it was seen before they went; the others are found by
 * session, group and mark.
 */
export class Kin {
  readonly #root: Known;
  readonly #marker: string;
  /** By number. */
  #members = new Map<number, ProcStat>();
  /** Looked at before, and no member by its marks, which do not change. */
  #strangers = new Map<number, number>();

  /** `root`: the command's own process. */
  constructor(root: Known, marker: string) {
    this.#root = root;
    this.#marker = marker;
  }

  /** Live members now. */
  look(): ProcStat[] {
    const root = this.#root;
    // Nobody of them is older than the command.
    const stats = allPids().flatMap((pid) => {
      const stat = readStat(pid);
      return stat === null || stat.startTicks < root.startTicks ? [] : stat;
    });
    const members = new Map<number, ProcStat>();
    const strangers = new Map<number, number>();
    const isOurs = ofGroup(root, stats);
    const rest: ProcStat[] = [];
    for (const stat of stats) {
      if (this.#isKnown(stat) || isOurs(stat)) members.set(stat.pid, stat);
      else rest.push(stat);
    }
    for (const stat of rest) {
      if (this.#strangers.get(stat.pid) === stat.startTicks || !isMarked(stat.pid, this.#marker)) {
        strangers.set(stat.pid, stat.startTicks);
      } else {
        members.set(stat.pid, stat);
      }
    }
    addDescendants(members, stats);
    for (const pid of members.keys()) strangers.delete(pid);
    this.#members = members;
    this.#strangers = strangers;
    return [...members.values()].filter((stat) => !stat.zombie);
  }

  #isKnown({ pid, startTicks }: ProcStat): boolean {
    return this.#members.get(pid)?.startTicks === startTicks;
  }
}

/**
 * Whether a process is the root, or of its session or group. The kernel gives a number to nobody while a
 * session or group has it; so a stranger with the root's number means that these are gone.
 */
function ofGroup(root: Known, stats: readonly ProcStat[]): (stat: ProcStat) => boolean {
  const holder = stats.find(({ pid }) => pid === root.pid);
  if (holder !== undefined && holder.startTicks !== root.startTicks) return () => false;
  return ({ pid, session, group }) =>
    pid === root.pid || session === root.pid || group === root.pid;
}

function addDescendants(members: Map<number, ProcStat>, stats: readonly ProcStat[]): void {
  let grew = true;
  while (grew) {
    grew = false;
    for (const stat of stats) {
      if (members.has(stat.pid) || !members.has(stat.parent)) continue;
      members.set(stat.pid, stat);
      grew = true;
    }
  }
}
