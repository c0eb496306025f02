/**
 * What became of the requests of one run of autocannon, by its events; and when to stop it, because
 * by itself it would wait for every single request of a server that answers none.
 */

import { ownQueuedUs } from '../../system/kernel/own-queue.ts';
import type { ErrorCounts, ErrorKind } from '../results.ts';
import { machineMs, noErrors, type OnError, type SessionSlice } from '../session.ts';
import { LATE } from '../shared/broken-answer.ts';
import { REFUSALS_TO_GIVE_UP, sweepPeriodMs, timeoutsToGiveUp } from '../shared/give-up.ts';
import { OwnDelays } from '../shared/own-delays.ts';
import { usedBy } from '../shared/slice-clock.ts';
import type { Told } from '../unexpected.ts';

interface Limits {
  connections: number;
  timeoutMs: number;
}

export class Tally implements Disposable {
  readonly #work: number;
  readonly #limits: Limits;
  readonly #onError: OnError;
  readonly #stop: () => void;
  readonly #errors: ErrorCounts = noErrors();
  readonly #watch: NodeJS.Timeout;
  #good = 0;
  #ended = 0;
  #refusedInARow = 0;
  #startedAtMs = machineMs();
  #startMs = performance.now();
  #queuedAtStart = ownQueuedUs();
  #cpuAtStart = process.cpuUsage();
  #used: ReturnType<typeof usedBy> | null = null;
  #lastEndMs: number | null = null;
  #lastAnswerMs = this.#startMs;
  #lastError: ErrorKind = 'timeout';
  #gaveUp: ErrorKind | null = null;

  /** `stop` is called once, when there is no use in going on. */
  constructor(work: number, limits: Limits, onError: OnError, stop: () => void) {
    this.#work = work;
    this.#limits = limits;
    this.#onError = onError;
    this.#stop = stop;
    const periodMs = sweepPeriodMs(limits.timeoutMs);
    const delays = new OwnDelays(2 * limits.timeoutMs, performance.now());
    const look = () => this.#lookForAnswers(delays.look(performance.now(), periodMs));
    this.#watch = setInterval(look, periodMs);
  }

  /** The connections begin to open. */
  start(): void {
    this.#startedAtMs = machineMs();
    this.#startMs = performance.now();
    this.#lastAnswerMs = this.#startMs;
    this.#queuedAtStart = ownQueuedUs();
    this.#cpuAtStart = process.cpuUsage();
  }

  /** A complete and expected answer. */
  onAnswer(): void {
    if (this.#isOver()) return;
    this.#good++;
    this.#refusedInARow = 0;
    this.#end();
    this.#lastAnswerMs = this.#lastEndMs as number;
  }

  /** A complete answer that is wrong. */
  wrong(kind: ErrorKind, message: Told): void {
    if (this.#isOver()) return;
    this.#refusedInARow = 0;
    this.#fail(kind, message);
    this.#lastAnswerMs = this.#lastEndMs as number;
  }

  /** A request without an answer. */
  broke(error: Error): void {
    if (this.#isOver()) return;
    const { connections, timeoutMs } = this.#limits;
    if (error.message === 'request timed out') {
      this.#fail('timeout', `${LATE} ${timeoutMs} ms`);
      if (this.#errors.timeout >= timeoutsToGiveUp(connections)) this.giveUp('timeout');
    } else if (isRefusal(error)) {
      this.#fail('connect', error.message);
      if (++this.#refusedInARow >= REFUSALS_TO_GIVE_UP * connections) this.giveUp('connect');
    } else {
      this.#fail('closed', error.message);
    }
  }

  /** What has not ended yet fails as `kind`. */
  giveUp(kind: ErrorKind): void {
    if (this.#isOver()) return;
    this.#gaveUp = kind;
    this.#errors[kind] += this.#work - this.#ended;
    this.#ended = this.#work - 1;
    this.#end();
    this.#stop();
  }

  /** The run is over. */
  end(): Omit<SessionSlice, 'medianLatencyUs' | 'meanLatencyUs'> {
    const missing = this.#work - this.#ended;
    if (missing > 0) {
      this.#errors.closed += missing;
      const message = `${missing} of ${this.#work} requests got no answer: the server closed their connections`;
      this.#onError('closed', message);
    }
    const endMs = this.#lastEndMs ?? performance.now();
    return {
      startedAtMs: this.#startedAtMs,
      durationUs: (endMs - this.#startMs) * 1000,
      good: this.#good,
      errors: this.#errors,
      resent: 0,
      ...(this.#used ?? this.#usedUntil(endMs)),
      gaveUp: this.#gaveUp,
    };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#watch);
  }

  /** Events can still come until the run has really stopped. */
  #isOver(): boolean {
    return this.#ended >= this.#work;
  }

  #fail(kind: ErrorKind, message: Told): void {
    this.#errors[kind]++;
    this.#lastError = kind;
    this.#onError(kind, message);
    this.#end();
  }

  #end(): void {
    this.#lastEndMs = performance.now();
    if (++this.#ended === this.#work) this.#used = this.#usedUntil(this.#lastEndMs);
  }

  #usedUntil(endMs: number): ReturnType<typeof usedBy> {
    const durationUs = (endMs - this.#startMs) * 1000;
    const queuedBefore = this.#queuedAtStart;
    return usedBy(process.cpuUsage(this.#cpuAtStart), { durationUs, queuedBefore });
  }

  /** `lostMs`: see `OwnDelays`. */
  #lookForAnswers(lostMs: number): void {
    const silentMs = performance.now() - this.#lastAnswerMs;
    if (silentMs > 2 * this.#limits.timeoutMs + lostMs) this.giveUp(this.#lastError);
  }
}

function isRefusal(error: NodeJS.ErrnoException): boolean {
  const { code = '', syscall, message } = error;
  if (syscall === 'connect' || message.includes('before secure TLS connection')) return true;
  return code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS');
}
