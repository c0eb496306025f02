/** Requests of a hold in stretches, each with its own latencies: a moment of noise then spoils one, and not all. */
import { LatencyHistogram } from '../histogram.ts';
import type { HeldStretch } from './protocol.ts';

/** At least so many requests, and at least so much time. */
const LEAST = { requests: 200, seconds: 0.1 };

/** Requests of one stretch, over all processes. */
export function stretchSizeOf(perSecond: number): number {
  return Math.ceil(Math.max(LEAST.requests, LEAST.seconds * perSecond));
}

/** A stretch of all processes. */
export interface MergedStretch {
  scheduled: number;
  late: number;
  /** From the first intended send to the last answer. */
  durationUs: number;
  latencies: LatencyHistogram;
}

interface Stretch {
  scheduled: number;
  late: number;
  firstMs: number;
  lastMs: number;
  latencies: LatencyHistogram;
}

export class HeldStretches {
  readonly #size: number;
  readonly #stretches = new Map<number, Stretch>();

  constructor(size: number) {
    this.#size = size;
  }

  /** The request with this number has become due. */
  released(number: number, dueMs: number, isLate: boolean): void {
    const index = Math.floor(number / this.#size);
    const known = this.#stretches.get(index);
    if (known === undefined) {
      const latencies = new LatencyHistogram();
      const late = isLate ? 1 : 0;
      this.#stretches.set(index, { scheduled: 1, late, firstMs: dueMs, lastMs: dueMs, latencies });
      return;
    }
    known.scheduled++;
    if (isLate) known.late++;
  }

  /** It was answered, or has failed. */
  ended(number: number, dueMs: number, nowMs: number): void {
    const stretch = this.#stretches.get(Math.floor(number / this.#size));
    if (stretch === undefined) return;
    stretch.lastMs = Math.max(stretch.lastMs, nowMs);
    stretch.latencies.record(1000 * (nowMs - dueMs));
  }

  all(): HeldStretch[] {
    return [...this.#stretches].map(([index, { latencies, ...stretch }]) => ({
      index,
      ...stretch,
      latencies: latencies.encode(),
    }));
  }
}

/** Of all processes, in order. The last one is joined with the one before when it is less than half as long. */
export function mergeStretches(parts: readonly HeldStretch[]): MergedStretch[] {
  const merged = new Map<number, Stretch>();
  for (const { index, latencies, ...part } of parts) {
    const decoded = LatencyHistogram.decode(latencies);
    const known = merged.get(index);
    if (known === undefined) merged.set(index, { ...part, latencies: decoded });
    else join(known, { ...part, latencies: decoded });
  }
  const ordered = [...merged].sort(([a], [b]) => a - b).map(([, stretch]) => stretch);
  const [before, last] = ordered.slice(-2);
  if (before !== undefined && last !== undefined && 2 * last.scheduled < before.scheduled) {
    join(before, last);
    ordered.pop();
  }
  return ordered.map(({ scheduled, late, firstMs, lastMs, latencies }) => ({
    scheduled,
    late,
    durationUs: 1000 * (lastMs - firstMs),
    latencies,
  }));
}

function join(whole: Stretch, part: Stretch): void {
  whole.scheduled += part.scheduled;
  whole.late += part.late;
  whole.firstMs = Math.min(whole.firstMs, part.firstMs);
  whole.lastMs = Math.max(whole.lastMs, part.lastMs);
  whole.latencies.add(part.latencies);
}
