/** Latencies of many pieces of work, to a thousandth of their size (HdrHistogram: hdrhistogram.org). */
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

/** An hour: longer than any timeout. What takes longer counts as this. */
const LONGEST_US = 3_600_000_000;

export class LatencyHistogram {
  readonly #histogram: Histogram;

  constructor(histogram: Histogram = empty()) {
    this.#histogram = histogram;
  }

  /** Reads what `encode` wrote. */
  static decode(text: string): LatencyHistogram {
    const whole = new LatencyHistogram();
    whole.#histogram.add(decodeFromCompressedBase64(text, 32, false));
    return whole;
  }

  /** Microseconds, rounded to whole ones; at least 1. */
  record(us: number): void {
    this.#histogram.recordValue(Math.min(LONGEST_US, Math.max(1, Math.round(us))));
  }

  add(other: LatencyHistogram): void {
    this.#histogram.add(other.#histogram);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Microseconds; 0 when there is none. */
  get max(): number {
    return this.count === 0 ? 0 : this.#histogram.maxValue;
  }

  /** Microseconds that the share `q` (0 to 1) of all did not exceed; 0 when there is none. */
  quantile(q: number): number {
    return this.count === 0 ? 0 : this.#histogram.getValueAtPercentile(100 * q);
  }

  /** HdrHistogram V2, compressed, base64. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }
}

function empty(): Histogram {
  return build({
    bitBucketSize: 32,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
}
