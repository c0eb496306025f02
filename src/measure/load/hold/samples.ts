/** The first few failures in words, each once. */
import type { ErrorKind } from '../protocol.ts';
import type { HoldSample } from './protocol.ts';

const MOST = 5;

export class Samples {
  #kept: HoldSample[] = [];

  add(kind: ErrorKind, message: string): void {
    if (this.#kept.length >= MOST) return;
    if (this.#kept.some((other) => other.kind === kind && other.message === message)) return;
    this.#kept.push({ kind, message });
  }

  /** Those since the last call. */
  take(): HoldSample[] {
    const kept = this.#kept;
    this.#kept = [];
    return kept;
  }
}
