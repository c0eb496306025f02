/**
 * CPU time of what runs beside the servers, for each arm. What only one arm uses is that arm's; what both use belongs to the
 * arm whose slice it was, which is why slices are then loaded one by one.
 */
import { readProc, readStat } from '../../system/kernel/proc-stat.ts';
import type { Arm } from '../../terms/arm.ts';
import type { Neighbour, Neighbours } from '../beside/neighbours.ts';
import { type CpuSnapshot, cpuSnapshot, runTimeBetween, ticksBetween } from './cpu.ts';

const TICKS_PER_S = 100;

export class BesideMeter {
  readonly #neighbours: Pick<Neighbours, 'of'>;
  readonly #server: string;
  readonly #own = new Map<Arm, Clock>();
  readonly #shared = new Clock();
  readonly #sharedMs: Record<Arm, number> = { base: 0, head: 0 };
  #isKnown = true;

  /** Its creation is the first reading. */
  constructor(neighbours: Pick<Neighbours, 'of'>, server: string) {
    this.#neighbours = neighbours;
    this.#server = server;
    this.refresh();
  }

  /** Whether anything runs beside the servers. */
  get isThere(): boolean {
    return this.isShared || this.#own.size > 0;
  }

  /** Whether there is anything that both arms use: then each slice must be charged by itself. */
  get isShared(): boolean {
    return !this.#shared.isEmpty;
  }

  /** Takes in processes that have been born since. */
  refresh(): void {
    for (const { arms, pids } of this.#neighbours.of(this.#server)) this.#clockOf(arms).add(pids);
  }

  /** What was used in common since the last reading was for this arm. */
  charge(arm: Arm): void {
    if (!this.isShared) return;
    const ms = this.#shared.lap();
    if (ms === null) this.#isKnown = false;
    else this.#sharedMs[arm] += ms;
  }

  /** Milliseconds for this arm; null: nothing runs beside it, or it cannot be read. */
  observed(arm: Arm): number | null {
    const own = this.#own.get(arm) ?? null;
    if ((own === null && !this.isShared) || !this.#isKnown) return null;
    const ownMs = own === null ? 0 : own.wholeMs();
    const sharedMs = this.isShared ? this.#sharedOf(arm) : 0;
    return ownMs === null || sharedMs === null ? null : Number((ownMs + sharedMs).toFixed(4));
  }

  /** By the windows of the slices; what ended in them is in the ticks alone, which tell no arm from the other. */
  #sharedOf(arm: Arm): number | null {
    const seenMs = this.#sharedMs.base + this.#sharedMs.head;
    const wholeMs = this.#shared.wholeMs();
    if (wholeMs === null) return null;
    return seenMs === 0 ? 0 : (this.#sharedMs[arm] * Math.max(seenMs, wholeMs)) / seenMs;
  }

  #clockOf(arms: Neighbour['arms']): Clock {
    const [arm] = arms;
    if (arms.length !== 1 || arm === undefined) return this.#shared;
    const clock = this.#own.get(arm) ?? new Clock();
    this.#own.set(arm, clock);
    return clock;
  }
}

/** CPU time of a set of processes that grows. */
class Clock {
  readonly #startTicks = nowTicks();
  readonly #pids = new Set<number>();
  #first: CpuSnapshot = { threads: new Map(), ticks: 0 };
  #last: CpuSnapshot = { threads: new Map(), ticks: 0 };

  get isEmpty(): boolean {
    return this.#pids.size === 0;
  }

  /** What these have used before now does not count, unless they were born meanwhile. */
  add(pids: readonly number[]): void {
    for (const pid of pids) {
      if (this.#pids.has(pid)) continue;
      this.#pids.add(pid);
      if ((readStat(pid)?.startTicks ?? 0) > this.#startTicks) continue;
      const { threads, ticks } = cpuSnapshot([pid]);
      this.#first = plus(this.#first, { threads, ticks });
      this.#last = plus(this.#last, { threads, ticks });
    }
  }

  /** Milliseconds since the last lap. */
  lap(): number | null {
    const now = cpuSnapshot([...this.#pids]);
    const used = runTimeBetween(this.#last, now);
    this.#last = now;
    return used;
  }

  /** Since the beginning: run times, or ticks where these show clearly more, as of what has ended. */
  wholeMs(): number | null {
    const now = cpuSnapshot([...this.#pids]);
    const [run, ticks] = [runTimeBetween(this.#first, now), ticksBetween(this.#first, now)];
    if (run === null || ticks === null) return ticks;
    return ticks > 1.03 * run + 30 ? ticks : run;
  }
}

function plus(one: CpuSnapshot, other: CpuSnapshot): CpuSnapshot {
  const isKnown = one.threads !== null && other.threads !== null;
  return {
    threads: isKnown ? new Map([...(one.threads ?? []), ...(other.threads ?? [])]) : null,
    ticks: one.ticks + other.ticks,
  };
}

/** Clock ticks since the machine started, as the moments of processes' starts are given. */
function nowTicks(): number {
  const seconds = Number.parseFloat(readProc('uptime') ?? '');
  return Number.isNaN(seconds) ? 0 : Math.floor(seconds * TICKS_PER_S);
}
