/** What the sessions of all versions of HTTP do alike: slices of requests, each with its accounting and its clock. */
import { type Arrivals, latenciesOf } from '../arrivals.ts';
import type { ErrorKind } from '../results.ts';
import type { OnError, SessionSlice } from '../session.ts';
import { SessionShell, type ShellConnection } from './session-shell.ts';
import type { SliceAccounting } from './slice-accounting.ts';
import { SliceClock } from './slice-clock.ts';

/** A slice under way. It ends itself, by calling `onEnd` once. */
export interface RequestSlice {
  readonly accounting: SliceAccounting;
  start(startMs: number): void;
  /** Fails what is late: by `lostMs` more than its timeout. */
  sweep(nowMs: number, lostMs: number): void;
  /** Ends the slice: what is in flight or not yet taken up fails as `kind`. */
  giveUp(kind: ErrorKind): void;
}

/** What every slice needs to know. */
export interface SliceTerms {
  arrivals: Arrivals;
  /** Number of the first request. */
  first: number;
  timeoutMs: number;
  onError: OnError;
  onEnd: () => void;
}

export abstract class RequestSession<
  Connection extends ShellConnection,
  Slice extends RequestSlice,
> extends SessionShell<Connection> {
  /** Null: none runs. */
  protected current: Slice | null = null;
  /** Requests asked for so far: where each slice begins in the sequence, whatever became of the last. */
  #asked = 0;

  protected abstract createSlice(terms: SliceTerms, startMs: number): Slice;

  skip(requests: number): void {
    this.#asked += requests;
  }

  protected async runSlice(arrivals: Arrivals): Promise<SessionSlice> {
    const clock = new SliceClock();
    const { accounting } = await new Promise<Slice>((resolve) => {
      const { timeoutMs, onError } = this;
      const onEnd = () => {
        clock.stop();
        this.current = null;
        resolve(slice);
      };
      const terms = { arrivals, first: this.#asked, timeoutMs, onError, onEnd };
      const slice = this.createSlice(terms, clock.startMs);
      this.current = slice;
      slice.start(clock.startMs);
    });
    this.#asked = accounting.next;
    const { good, errors, resent, resentFor, gaveUp } = accounting;
    const counts = { good, errors, resent, ...(resentFor === null ? {} : { resentFor }) };
    const bodySizes = accounting.sizes.counts();
    return { ...clock.timed, ...counts, bodySizes, ...latenciesOf(arrivals), gaveUp };
  }

  protected sweepSlice(nowMs: number, lostMs: number): void {
    this.current?.sweep(nowMs, lostMs);
  }

  protected stop(): void {
    this.current?.giveUp('closed');
  }
}
