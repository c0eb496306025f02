/**
 * A server that is asked over TCP where its load is over UDP, or the other way round. Most sockets of UDP beside a server of TCP are for something
 * else, such as counters that it sends, and answer nobody: they are asked seldom.
 */
import type { RunningServer } from '../servers/server.ts';
import type { Ask } from './ask.ts';
import { statusOf } from './not-ready.ts';

/** Most servers begin to listen before. */
const AFTER_MS = 2000;
const WITHIN_MS = 1000;
/** After no answer. */
const PAUSE_MS = 5000;

export class OverOther {
  readonly #ask: Ask | undefined;
  #fromMs: number;

  /** `beganMs`: when the waiting did. */
  constructor(ask: Ask | undefined, beganMs: number) {
    this.#ask = ask;
    this.#fromMs = beganMs + AFTER_MS;
  }

  /** Of its answer; null: there was none, or it is not asked now. */
  async status(
    endpoint: RunningServer['endpoint'],
    host: string,
    signal: AbortSignal,
  ): Promise<number | null> {
    if (this.#ask === undefined || performance.now() < this.#fromMs) return null;
    const status = statusOf(await this.#ask({ endpoint, host, timeoutMs: WITHIN_MS, signal }));
    if (status === null) this.#fromMs = performance.now() + PAUSE_MS;
    return status;
  }
}
