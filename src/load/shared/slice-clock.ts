/** The time of one slice, and the CPU time that this process used, or had to wait for, meanwhile. */
import { ownQueuedUs } from '../../system/kernel/own-queue.ts';
import { machineMs, type SessionSlice } from '../session.ts';

type Timed = Pick<
  SessionSlice,
  'startedAtMs' | 'durationUs' | 'generatorCpuUs' | 'generatorQueuedUs'
>;

export class SliceClock {
  readonly #queuedBefore = ownQueuedUs();
  readonly #cpuBefore = process.cpuUsage();
  readonly #startedAtMs = machineMs();
  /** By `performance.now`. */
  readonly startMs = performance.now();
  #timed: Timed | null = null;

  /** The slice is over now. Whatever was read before is forgotten. */
  stop(): Timed {
    const durationUs = (performance.now() - this.startMs) * 1000;
    const cpu = process.cpuUsage(this.#cpuBefore);
    const used = usedBy(cpu, { durationUs, queuedBefore: this.#queuedBefore });
    this.#timed = { startedAtMs: this.#startedAtMs, durationUs, ...used };
    return this.#timed;
  }

  /** Until it was stopped last; until now, if it never was. */
  get timed(): Timed {
    return this.#timed ?? this.stop();
  }
}

/**
 * Threads of one process wait for each other, too: of the time in which one was queued, no more than that in which none of them
 * ran is taken for what others had.
 */
export function usedBy(
  { user, system }: NodeJS.CpuUsage,
  { durationUs, queuedBefore }: { durationUs: number; queuedBefore: number | null },
): Pick<SessionSlice, 'generatorCpuUs' | 'generatorQueuedUs'> {
  const generatorCpuUs = user + system;
  const now = ownQueuedUs();
  if (queuedBefore === null || now === null) return { generatorCpuUs };
  const idleUs = Math.max(0, durationUs - generatorCpuUs);
  return { generatorCpuUs, generatorQueuedUs: Math.min(now - queuedBefore, idleUs) };
}
