/** The time of one slice, and the CPU time that this process used meanwhile. */
import { machineMs, type SessionSlice } from '../session.ts';

type Timed = Pick<SessionSlice, 'startedAtMs' | 'durationUs' | 'generatorCpuUs'>;

export class SliceClock {
  readonly #cpuBefore = process.cpuUsage();
  readonly #startedAtMs = machineMs();
  /** By `performance.now`. */
  readonly startMs = performance.now();
  #timed: Timed | null = null;

  /** The slice is over now. Whatever was read before is forgotten. */
  stop(): Timed {
    const durationUs = (performance.now() - this.startMs) * 1000;
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    this.#timed = { startedAtMs: this.#startedAtMs, durationUs, generatorCpuUs: user + system };
    return this.#timed;
  }

  /** Until it was stopped last; until now, if it never was. */
  get timed(): Timed {
    return this.#timed ?? this.stop();
  }
}
