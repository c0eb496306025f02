/** Opens connections outside of any slice, a few at a time. */
import type { Told } from '../unexpected.ts';

const AT_ONCE = 16;

export interface Openable {
  /** When its opening began, by `performance.now`. */
  since: number;
  open(): void;
}

export class Opener<Connection extends Openable> {
  readonly #closed: readonly Connection[];
  #next = 0;
  #underWay = 0;
  #refusal: Told | null = null;
  /** Connections in a row of which nothing was heard at all. */
  #silent = 0;
  #resolve: (refusal: Told | null) => void = () => {};

  constructor(closed: readonly Connection[]) {
    this.#closed = closed;
  }

  /** Resolves, when all are open or refused, to the last refusal; null: there was none. */
  async run(): Promise<Told | null> {
    if (this.#closed.length === 0) return null;
    return await new Promise((resolve) => {
      this.#resolve = resolve;
      for (let i = 0; i < AT_ONCE; i++) this.#openNext();
    });
  }

  /** One is open (null), or was refused for this reason. */
  settle(refusal: Told | null): void {
    this.#silent = 0;
    this.#settle(refusal);
  }

  /** One was silent for its whole time. After so many in a row the others are not waited for: slices try them again. */
  settleSilent(refusal: Told): void {
    if (++this.#silent === AT_ONCE) this.#next = this.#closed.length;
    this.#settle(refusal);
  }

  abort(): void {
    this.#resolve(this.#refusal);
  }

  #settle(refusal: Told | null): void {
    this.#underWay--;
    this.#refusal = refusal ?? this.#refusal;
    this.#openNext();
    if (this.#underWay === 0) this.#resolve(this.#refusal);
  }

  #openNext(): void {
    const connection = this.#closed[this.#next];
    if (connection === undefined) return;
    this.#next++;
    this.#underWay++;
    connection.since = performance.now();
    connection.open();
  }
}
