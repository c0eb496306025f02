/** Watches one server's process tree during the slices of a block. */
import type { Arm } from '../../terms/arm.ts';
import type { ArmObservation } from '../observed/arm-observation.ts';
import type { RunningServer } from '../servers/server.ts';
import {
  busiestThreadBetween,
  type CpuSnapshot,
  cpuSnapshot,
  runTimeBetween,
  ticksBetween,
} from './cpu.ts';
import { peakOf, pssOf, rssOf } from './memory.ts';
import { readWorking, type WorkingProcess, workersBetween } from './workers.ts';

type Metered = Pick<
  ArmObservation,
  | 'workersMs'
  | 'cpuMs'
  | 'cpuTicksMs'
  | 'busiestThreadMs'
  | 'memoryAfter'
  | 'rssBytes'
  | 'pssBytes'
  | 'peakBytes'
>;

/** Creating it is the first reading. Off Linux it observes nothing. */
export class Meter {
  readonly arm: Arm;
  readonly #server: RunningServer;
  /** Looking through all of /proc costs milliseconds, so the tree is looked up at each memory sample only. */
  #pids: number[];
  readonly #first: CpuSnapshot | null;
  #last: CpuSnapshot | null;
  #cpuMs: number[] | null = [];
  readonly #memoryAfter: number[] = [];
  readonly #rssBytes: (number | null)[] = [];
  readonly #pssBytes: (number | null)[] = [];
  #peakBytes: number | null = null;
  #mark: CpuSnapshot | null = null;
  readonly #firstWorking: WorkingProcess[];
  #lastWorking: WorkingProcess[];

  constructor(arm: Arm, server: RunningServer) {
    this.arm = arm;
    this.#server = server;
    this.#pids = server.tree();
    this.#first = this.#snapshot();
    this.#last = this.#first;
    this.#firstWorking = this.#working();
    this.#lastWorking = this.#firstWorking;
  }

  /** Ends a phase: what was used since the last reading belongs to it. */
  read(): void {
    const now = this.#snapshot();
    const used = now && this.#last && runTimeBetween(this.#last, now);
    if (used === null) this.#cpuMs = null;
    else this.#cpuMs?.push(round(used));
    this.#last = now;
  }

  /** Begins a segment that is no part of the slices. */
  mark(): void {
    this.#mark = this.#snapshot();
  }

  /** Milliseconds by run times since the mark; null where there are none. */
  sinceMark(): number | null {
    const now = this.#snapshot();
    const used = now && this.#mark && runTimeBetween(this.#mark, now);
    return used === null ? null : round(used);
  }

  /** `work`: what the arm has done in slices by now. Not under load: it holds the server up. */
  sampleMemory(work: number): void {
    this.#pids = this.#server.tree();
    this.#memoryAfter.push(work);
    this.#rssBytes.push(rssOf(this.#pids));
    this.#pssBytes.push(pssOf(this.#pids));
    this.#peakBytes = peakOf(this.#pids);
    this.#lastWorking = this.#working();
  }

  observed(): Metered {
    const ticks = this.#first && this.#last && ticksBetween(this.#first, this.#last);
    const busiest = this.#first && this.#last && busiestThreadBetween(this.#first, this.#last);
    const workers = workersBetween(this.#firstWorking, this.#lastWorking);
    return {
      ...(workers === null ? {} : { workersMs: workers }),
      cpuMs: this.#cpuMs,
      cpuTicksMs: ticks,
      busiestThreadMs: busiest === null ? null : round(busiest),
      memoryAfter: this.#memoryAfter,
      rssBytes: wholly(this.#rssBytes),
      pssBytes: wholly(this.#pssBytes),
      peakBytes: this.#peakBytes,
    };
  }

  /** One process has nobody to share with. */
  #working(): WorkingProcess[] {
    return process.platform === 'linux' && this.#pids.length > 1 ? readWorking(this.#pids) : [];
  }

  #snapshot(): CpuSnapshot | null {
    return process.platform === 'linux' ? cpuSnapshot(this.#pids) : null;
  }
}

/** None when one is missing: what is left would belong to other moments. */
function wholly(samples: readonly (number | null)[]): number[] {
  const known = samples.filter((bytes) => bytes !== null);
  return known.length === samples.length ? known : [];
}

/** To a tenth of a microsecond. */
function round(ms: number): number {
  return Number(ms.toFixed(4));
}
