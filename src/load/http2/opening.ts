/** Opens connections outside of any slice, a few at a time. */
import type { Connection } from './connection.ts';

const AT_ONCE = 16;

export class Opening {
  readonly #closed: Connection[];
  #pending: number;
  #refusal: string | null = null;
  #resolve: (refusal: string | null) => void = () => {};

  constructor(closed: Connection[]) {
    this.#closed = [...closed];
    this.#pending = closed.length;
  }

  /** Resolves, when all are open or refused, to the last refusal; null: there was none. */
  async run(): Promise<string | null> {
    if (this.#pending === 0) return null;
    return await new Promise((resolve) => {
      this.#resolve = resolve;
      for (let i = 0; i < AT_ONCE; i++) this.#openNext();
    });
  }

  /** One is open, or was refused for this reason. */
  settle(refusal: string | null): void {
    this.#refusal = refusal ?? this.#refusal;
    if (--this.#pending === 0) this.abort();
    else this.#openNext();
  }

  abort(): void {
    this.#resolve(this.#refusal);
  }

  #openNext(): void {
    const connection = this.#closed.shift();
    if (connection === undefined) return;
    connection.since = performance.now();
    connection.open();
  }
}
