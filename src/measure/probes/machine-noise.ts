/**
 * What the machine does meanwhile: time that the hypervisor or the control group kept back, and short spins, which
 * show a disturbed core also where nobody reports one.
 */

import { availableParallelism } from 'node:os';
import { readControlGroup } from '../../system/kernel/control-group.ts';
import { readProc } from '../../system/kernel/proc-stat.ts';
import type { Cores } from '../../terms/core-sets.ts';
import type { Neighbours } from '../beside/neighbours.ts';
import type { RunnerObservation } from '../observed/measurement.ts';
import { cpuMsBetween, foreignProcesses, type ProcessTimes, timesOf } from './background-cpu.ts';

/** Nothing was observed: off Linux, and where a block has no slices between which to look. */
const UNOBSERVED: RunnerObservation = {
  steal: null,
  throttled: null,
  pressure: null,
  foreign: null,
  spinWallUs: [],
  spinCpuUs: [],
};

/** Long enough for a clock of microseconds, short beside a slice. */
const SPIN_MS = 2;

type Beside = Pick<Neighbours, 'pids' | 'has'>;

/** Watches from its creation on. */
export class RunnerProbe {
  readonly #cores: readonly number[] | null;
  readonly #startedAtMs = performance.now();
  readonly #steal: Steal | null;
  readonly #group = readControlGroup();
  readonly #marker: string;
  readonly #neighbours: Beside;
  /** Of everybody who is not ours, those beside the servers among them. */
  readonly #others: ProcessTimes[] | null;
  readonly #wallUs: number[] = [];
  readonly #cpuUs: number[] = [];

  /** `marker`: of all that this run starts, whose time is not a stranger's. */
  constructor({
    cores,
    marker,
    neighbours,
  }: {
    cores: Cores;
    marker: string;
    neighbours: Beside;
  }) {
    const { generator, servers, beside = [] } = cores;
    this.#cores = generator && servers && [...generator, ...servers, ...beside];
    this.#steal = readSteal(this.#cores);
    this.#marker = marker;
    this.#neighbours = neighbours;
    this.#others = this.#look();
  }

  /** A short piece of work on this process's own core, which is one of the generator's: nothing else may be loaded. */
  spin(): void {
    const cpuBefore = process.cpuUsage();
    const before = process.hrtime.bigint();
    work(iterations());
    const wallUs = Number((Number(process.hrtime.bigint() - before) / 1000).toFixed(1));
    const { user, system } = process.cpuUsage(cpuBefore);
    this.#wallUs.push(wallUs);
    // Other threads of this process have nothing to do now, but may tidy up.
    this.#cpuUs.push(Math.min(user + system, Math.ceil(wallUs)));
  }

  observed(): RunnerObservation {
    if (process.platform !== 'linux') return UNOBSERVED;
    const wallMs = performance.now() - this.#startedAtMs;
    const group = readControlGroup();
    const between = (key: keyof typeof group) => {
      const [first, last] = [this.#group[key], group[key]];
      return first === null || last === null ? null : Math.max(0, last - first);
    };
    const stalledUs = between('stalledUs');
    return {
      steal: stealBetween(this.#steal, readSteal(this.#cores), wallMs),
      throttled: between('throttled'),
      pressure: stalledUs === null ? null : round(stalledUs / 1000 / wallMs),
      ...this.#sharesOfOthers(wallMs),
      spinWallUs: this.#wallUs,
      spinCpuUs: this.#cpuUs,
    };
  }

  #look(): ProcessTimes[] | null {
    const foreign = foreignProcesses(this.#marker);
    if (foreign === null) return null;
    const known = new Set(foreign.map(({ pid }) => pid));
    const started = this.#neighbours.pids().filter((pid) => !known.has(pid));
    return [...foreign, ...timesOf(started)];
  }

  /** What runs beside the servers is known by the end at the latest, also where it was a stranger at the beginning. */
  #sharesOfOthers(wallMs: number): Pick<RunnerObservation, 'foreign' | 'beside'> {
    const before = this.#others;
    const after = this.#look();
    if (before === null || after === null) return { foreign: null };
    const cores = this.#cores?.length ?? availableParallelism();
    const isBeside = (one: ProcessTimes) => this.#neighbours.has(one);
    const share = (is: (one: ProcessTimes) => boolean) =>
      round(cpuMsBetween(before.filter(is), after.filter(is)) / (wallMs * cores));
    const beside = [...before, ...after].some(isBeside) ? { beside: share(isBeside) } : {};
    return { foreign: share((one) => !isBeside(one)), ...beside };
  }
}

/** Clock ticks (10 ms) of the cores together, and whether this machine has ever reported any since it started. */
interface Steal {
  ticks: number;
  cores: number;
  isReported: boolean;
}

const TICK_MS = 10;

/** `cores` null: all of the machine's. Null where there is no /proc/stat. */
function readSteal(cores: readonly number[] | null): Steal | null {
  return parseSteal(readProc('stat') ?? '', cores);
}

/** Of the text of /proc/stat, whose lines for a core are `cpu0 user nice system idle iowait irq softirq steal …`. */
export function parseSteal(text: string, cores: readonly number[] | null): Steal | null {
  const lines = [...text.matchAll(/^cpu(\d*) +(.*)$/gm)].map(([, core, times]) => ({
    core: core === '' ? null : Number(core),
    steal: Number(times?.split(' ')[7] ?? 0),
  }));
  const all = lines.find(({ core }) => core === null);
  if (all === undefined) return null;
  const own = lines.filter(({ core }) => core !== null && (cores?.includes(core) ?? true));
  return {
    ticks: own.reduce((sum, { steal }) => sum + steal, 0),
    cores: own.length,
    isReported: all.steal > 0,
  };
}

/** Share of the cores' time; null where none has ever been counted, which may mean that it never is. */
function stealBetween(before: Steal | null, after: Steal | null, wallMs: number): number | null {
  if (before === null || after === null || !after.isReported || after.cores === 0) return null;
  return round((TICK_MS * Math.max(0, after.ticks - before.ticks)) / (wallMs * after.cores));
}

let iterationsPerSpin: number | null = null;

/** How much work takes about `SPIN_MS` here: found once, from the fastest of a few tries. */
function iterations(): number {
  if (iterationsPerSpin !== null) return iterationsPerSpin;
  const tried = 200_000;
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const before = performance.now();
    work(tried);
    fastestMs = Math.min(fastestMs, performance.now() - before);
  }
  iterationsPerSpin = Math.max(1, Math.round((tried * SPIN_MS) / fastestMs));
  return iterationsPerSpin;
}

/** What was computed, so that no compiler may leave it out. */
let sink = 0;

/** A linear congruential generator (Numerical Recipes): it needs no memory, so only the core's own time counts. */
function work(times: number): void {
  let x = sink | 1;
  for (let i = 0; i < times; i++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  sink = x;
}

function round(share: number): number {
  return Number(share.toFixed(5));
}
