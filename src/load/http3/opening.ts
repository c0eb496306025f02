/** Opens connections a few at a time. */
import type { Connection } from './connection.ts';

const AT_ONCE = 16;

export interface Opening {
  /** Resolves when all have settled, to the last refusal; null when there was none. */
  done: Promise<string | null>;
  /** To be called for each connection that opened (null) or was refused. */
  settle(refusal: string | null): void;
  abort(): void;
}

export function openConnections(closed: readonly Connection[]): Opening {
  let refusal: string | null = null;
  let next = 0;
  let pending = closed.length;
  let resolve: (refusal: string | null) => void = () => {};
  const done = new Promise<string | null>((settled) => {
    resolve = settled;
  });
  const openNext = () => closed[next++]?.open();
  for (let i = 0; i < AT_ONCE; i++) openNext();
  return {
    done,
    settle(reason) {
      refusal = reason ?? refusal;
      if (--pending === 0) resolve(refusal);
      else openNext();
    },
    abort: () => resolve(refusal),
  };
}
