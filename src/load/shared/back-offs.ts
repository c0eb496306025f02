/** A refusing server is asked again after 10, 20, 40 … ms, so that it is not hammered. */
export function backOffMs(refusals: number): number {
  return Math.min(200, 5 * 2 ** refusals);
}

/** Connections that wait before they are opened again. */
export class BackOffs<Connection> {
  readonly #timers = new Map<Connection, NodeJS.Timeout>();

  get size(): number {
    return this.#timers.size;
  }

  has(connection: Connection): boolean {
    return this.#timers.has(connection);
  }

  /** Calls `again` after the wait, unless it is cleared before. One that waits goes on waiting. */
  begin(connection: Connection, refusals: number, again: () => void): void {
    if (this.#timers.has(connection)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(connection);
      again();
    }, backOffMs(refusals));
    this.#timers.set(connection, timer);
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
