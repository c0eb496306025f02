/**
 * Whether servers come to rest once nobody asks for anything any more. Who answers first and works later (a queue worker, a task in the
 * background) has not done with what was asked, and how much of it is left is in no figure. Linux only; elsewhere all of them rest.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readStat } from '../../system/kernel/proc-stat.ts';
import type { Arm } from '../../terms/arm.ts';
import { type LiveArms, serverFor } from '../arms/running-arms.ts';
import type { RunContext } from '../context/run-context.ts';
import { placesOf } from '../listening/listener.ts';
import type { GoesOn } from '../observed/measurement.ts';
import {
  type CpuSnapshot,
  cpuSnapshot,
  runTimeBetween,
  ticksBetween,
  upkeepBetween,
} from '../probes/cpu.ts';

const WINDOW_MS = 100;
/** Collectors and compilers without threads of their own, and what is written behind, are done by then. */
const PATIENCE_MS = 3000;
/** Of one core: both arms may share one, and others want some of it too. */
const RESTING = 0.2;
/** One that does not know where between two of them it began. */
const TICK_MS = 10;

/** What is watched of a pair, or of one arm of it, from before its load on. */
export class AtRest {
  readonly #context: Pick<RunContext, 'neighbours' | 'signal'>;
  readonly #live: Pick<LiveArms, 'servers'>;
  readonly #server: string;
  /** Cores that each used before it was loaded: what it uses anyway is none of it. */
  #before: ReadonlyMap<Arm, number> = new Map();
  /** Of each arm's `before`: they are looked up once before a load and once behind it. */
  #workers: ReadonlyMap<Arm, readonly number[]> = new Map();

  constructor(
    context: Pick<RunContext, 'neighbours' | 'signal'>,
    live: Pick<LiveArms, 'servers'>,
    server: string,
  ) {
    this.#context = context;
    this.#live = live;
    this.#server = server;
  }

  /** Before the load. */
  async begin(): Promise<void> {
    if (process.platform !== 'linux') return;
    this.#findWorkers();
    this.#before = await this.#coresInUse([...this.#live.servers.keys()]);
  }

  /** Behind the load: waits until each arm was seen at rest. Null: all were; else who was not. */
  async end(): Promise<GoesOn | null> {
    if (process.platform !== 'linux') return null;
    this.#findWorkers();
    const used = new Map<Arm, number[]>([...this.#live.servers.keys()].map((arm) => [arm, []]));
    const beganMs = performance.now();
    let waitedMs = 0;
    while (used.size > 0 && waitedMs < PATIENCE_MS) {
      for (const [arm, cores] of await this.#coresInUse([...used.keys()])) {
        const more = cores - (this.#before.get(arm) ?? 0);
        if (more <= RESTING) used.delete(arm);
        else used.get(arm)?.push(more);
      }
      waitedMs = Math.round(performance.now() - beganMs);
    }
    if (used.size === 0) return null;
    const cores = Object.fromEntries([...used].map(([arm, all]) => [arm, rounded(meanOf(all))]));
    return { waitedMs, cores };
  }

  /** Within the next tenth of a second. */
  async #coresInUse(arms: readonly Arm[]): Promise<Map<Arm, number>> {
    const own = arms.map((arm) => ({ arm, pids: this.#pidsOf(arm) }));
    const beganMs = performance.now();
    const before = own.map(({ pids }) => cpuSnapshot(pids));
    await sleep(WINDOW_MS, undefined, { signal: this.#context.signal });
    const tookMs = performance.now() - beganMs;
    return new Map(
      own.map(({ arm, pids }, i) => [
        arm,
        usedMs(before[i] as CpuSnapshot, cpuSnapshot(pids)) / tookMs,
      ]),
    );
  }

  #pidsOf(arm: Arm): number[] {
    return [...serverFor(this.#live, arm).tree(), ...(this.#workers.get(arm) ?? [])];
  }

  #findWorkers(): void {
    const started = this.#context.neighbours.of(this.#server).filter(({ how }) => how === 'before');
    const of = (arm: Arm) =>
      started.filter(({ arms }) => arms.includes(arm)).flatMap(({ pids }) => pids);
    this.#workers = new Map(
      [...this.#live.servers.keys()].map((arm) => [arm, workersAmong(of(arm))]),
    );
  }
}

/** Those that serve nobody, and that no server among them has started: what a database does behind a load, on its own account, is not asked of it. */
export function workersAmong(pids: readonly number[]): number[] {
  const all = new Set(pids);
  const serving = new Set(pids.filter((pid) => placesOf([pid]).length > 0));
  const isServers = (pid: number): boolean =>
    all.has(pid) && (serving.has(pid) || isServers(readStat(pid)?.parent ?? 0));
  return pids.filter((pid) => !isServers(pid));
}

/** Of arms that are met at once, or one after the other. Null: all came to rest. */
export function allThatGoOn(seen: readonly (GoesOn | null)[]): GoesOn | null {
  const found = seen.filter((one) => one !== null);
  if (found.length === 0) return null;
  return {
    waitedMs: Math.max(...found.map(({ waitedMs }) => waitedMs)),
    cores: Object.assign({}, ...found.map(({ cores }) => cores)),
  };
}

/**
 * What processes did that have ended meanwhile is in the ticks of their parents alone. A runtime that compiles what was just loaded, for many seconds
 * on a busy machine, or collects what that left behind, works for no request.
 */
function usedMs(before: CpuSnapshot, after: CpuSnapshot): number {
  const byTicks = (ticksBetween(before, after) ?? 0) - TICK_MS;
  const all = Math.max(runTimeBetween(before, after) ?? 0, byTicks, 0);
  return Math.max(0, all - upkeepBetween(before, after));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(cores: number): number {
  return Number(cores.toFixed(2));
}
