/** Latencies of one slice in a reused array, for their median and mean. */
const CAPACITY = 1 << 16;

export class Latencies {
  readonly #values = new Float64Array(CAPACITY);
  #count = 0;
  #seen = 0;
  #stride = 1;
  #sum = 0;

  /** Of more than 65,536 requests, every second, third, … is kept. */
  reset(requests: number): void {
    this.#count = 0;
    this.#seen = 0;
    this.#sum = 0;
    this.#stride = Math.ceil(requests / CAPACITY);
  }

  add(value: number): void {
    this.#sum += value;
    if (this.#seen++ % this.#stride === 0) this.#values[this.#count++] = value;
  }

  /** Of all, kept or not; null when there is none. */
  mean(): number | null {
    return this.#seen === 0 ? null : this.#sum / this.#seen;
  }

  /** 0 when there is none. Sorts: the order of the values is lost. */
  median(): number {
    const sorted = this.#values.subarray(0, this.#count).sort();
    if (sorted.length === 0) return 0;
    const middle = sorted.length >> 1;
    const upper = sorted[middle] as number;
    return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  }
}
