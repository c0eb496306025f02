/** The first few failures in words, each once. */
import type { ErrorKind } from '../results.ts';
import { complaint, type Told } from '../unexpected.ts';
import type { HoldSample } from './results.ts';

const MOST = 5;

export class Samples {
  #kept: HoldSample[] = [];

  add(kind: ErrorKind, told: Told): void {
    if (this.#kept.length >= MOST) return;
    const one = complaint(kind, told);
    if (this.#kept.some((other) => other.kind === kind && other.message === one.message)) return;
    this.#kept.push(one);
  }

  /** Those since the last call. */
  take(): HoldSample[] {
    const kept = this.#kept;
    this.#kept = [];
    return kept;
  }
}
