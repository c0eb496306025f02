/** When a run of the gate knew what, by the lines of its log as they come: from the pilot run's beginning on, which is the end of the builds. */

/** Seconds; `speed`: until throughput and CPU time are decided, or either is worse; null: never. */
export interface Decided {
  speed: number | null;
  all: number;
}

export class DecisionClock {
  #told = '';
  #begun: number | null = null;
  #speed: number | null = null;
  #all: number | null = null;

  /** What the run has just printed on stderr. */
  heard(text: string): void {
    const now = performance.now() / 1000;
    this.#told += text;
    if (this.#told.includes(': pilot run')) this.#begun ??= now;
    if (this.#speed === null && isSpeedDecided(this.#told)) this.#speed = now;
    if (/ after \d+ blocks?(: (?!throughput)|\n|$)/m.test(text)) this.#all = now;
  }

  get told(): string {
    return this.#told;
  }

  /** To be asked at the run's end. */
  decided(): Decided {
    const from = this.#begun ?? 0;
    return {
      speed: this.#speed === null ? null : this.#speed - from,
      all: (this.#all ?? performance.now() / 1000) - from,
    };
  }
}

/** A line of a look says of both that they are decided, or of either that it is worse. */
function isSpeedDecided(told: string): boolean {
  return told.split('\n').some((line) => {
    const parts = line.replace(/^.* blocks?: /, '').split('; ');
    const wordOf = (label: string) =>
      parts
        .find((part) => part.startsWith(label))
        ?.match(/(unchanged|improvement|regression)$/)?.[1];
    const [throughput, cpu] = [wordOf('throughput'), wordOf('CPU per request')];
    return throughput === 'regression' || cpu === 'regression' || Boolean(throughput && cpu);
  });
}
