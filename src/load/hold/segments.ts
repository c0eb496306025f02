/** Requests of a hold in segments, each with its own latencies: a moment of noise then spoils one, and not all. */
import { LatencyHistogram } from '../histogram.ts';
import type { HeldSegment } from './results.ts';

/** At least so many requests, and at least so much time. */
const LEAST = { requests: 200, seconds: 0.1 };

/** Requests of one segment, over all processes. */
export function segmentSizeOf(perSecond: number): number {
  return Math.ceil(Math.max(LEAST.requests, LEAST.seconds * perSecond));
}

/** A segment of all processes. */
export interface MergedSegment {
  scheduled: number;
  late: number;
  /** From the first intended send to the last answer. */
  durationUs: number;
  latencies: LatencyHistogram;
}

interface Segment {
  scheduled: number;
  late: number;
  firstMs: number;
  lastMs: number;
  latencies: LatencyHistogram;
}

export class HeldSegments {
  readonly #size: number;
  readonly #segments = new Map<number, Segment>();

  constructor(size: number) {
    this.#size = size;
  }

  /** The request with this number has become due. */
  released(number: number, dueMs: number, isLate: boolean): void {
    const index = Math.floor(number / this.#size);
    const known = this.#segments.get(index);
    if (known === undefined) {
      const latencies = new LatencyHistogram();
      const late = isLate ? 1 : 0;
      this.#segments.set(index, { scheduled: 1, late, firstMs: dueMs, lastMs: dueMs, latencies });
      return;
    }
    known.scheduled++;
    if (isLate) known.late++;
  }

  /** It was answered, or has failed. */
  ended(number: number, dueMs: number, nowMs: number): void {
    const segment = this.#segments.get(Math.floor(number / this.#size));
    if (segment === undefined) return;
    segment.lastMs = Math.max(segment.lastMs, nowMs);
    segment.latencies.record(1000 * (nowMs - dueMs));
  }

  all(): HeldSegment[] {
    return [...this.#segments].map(([index, { latencies, ...segment }]) => ({
      index,
      ...segment,
      latencies: latencies.encode(),
    }));
  }
}

/** Of all processes, in order. The last one is joined with the one before when it is less than half as long. */
export function mergeSegments(parts: readonly HeldSegment[]): MergedSegment[] {
  const merged = new Map<number, Segment>();
  for (const { index, latencies, ...part } of parts) {
    const decoded = LatencyHistogram.decode(latencies);
    const known = merged.get(index);
    if (known === undefined) merged.set(index, { ...part, latencies: decoded });
    else join(known, { ...part, latencies: decoded });
  }
  const ordered = [...merged].sort(([a], [b]) => a - b).map(([, segment]) => segment);
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

function join(whole: Segment, part: Segment): void {
  whole.scheduled += part.scheduled;
  whole.late += part.late;
  whole.firstMs = Math.min(whole.firstMs, part.firstMs);
  whole.lastMs = Math.max(whole.lastMs, part.lastMs);
  whole.latencies.add(part.latencies);
}
