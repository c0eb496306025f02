/** Watches one server's process tree during a block. */
import type { Arm } from '../config/experiment.ts';
import type { ArmObservation } from './measurement.ts';
import { type CpuSnapshot, cpuSnapshot, runTimeBetween, ticksBetween } from './probes/cpu.ts';
import { rssOf } from './probes/memory.ts';
import type { RunningServer } from './servers/server.ts';

/** Creating it is the first reading. Off Linux it observes nothing. */
export class Meter {
  readonly arm: Arm;
  readonly #server: RunningServer;
  /** Looking through all of /proc costs milliseconds, so the tree is looked up at each memory sample only. */
  #pids: number[];
  readonly #first: CpuSnapshot | null;
  #last: CpuSnapshot | null;
  #cpuMs: number[] | null = [];
  readonly #rssBytes: number[] = [];

  constructor(arm: Arm, server: RunningServer) {
    this.arm = arm;
    this.#server = server;
    this.#pids = server.tree();
    this.#first = this.#snapshot();
    this.#last = this.#first;
  }

  /** Ends a stretch: what was used since the last reading belongs to it. */
  read(): void {
    const now = this.#snapshot();
    const used = now && this.#last && runTimeBetween(this.#last, now);
    // A thread that ended takes its run time with it, which must not count as less than nothing.
    if (used === null) this.#cpuMs = null;
    else this.#cpuMs?.push(Number(Math.max(0, used).toFixed(4)));
    this.#last = now;
  }

  sampleMemory(): void {
    this.#pids = this.#server.tree();
    this.#rssBytes.push(...rssOf(this.#pids));
  }

  observed(): Pick<ArmObservation, 'cpuMs' | 'cpuTicksMs' | 'rssBytes'> {
    const ticks = this.#first && this.#last && ticksBetween(this.#first, this.#last);
    return { cpuMs: this.#cpuMs, cpuTicksMs: ticks, rssBytes: this.#rssBytes };
  }

  #snapshot(): CpuSnapshot | null {
    return process.platform === 'linux' ? cpuSnapshot(this.#pids) : null;
  }
}
