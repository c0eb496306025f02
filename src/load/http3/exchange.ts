/** One place for a request in flight: a connection has as many as the scenario has streams. */
import type { ErrorKind } from '../results.ts';
import { EndedByCode, type Told } from '../unexpected.ts';
import { Answer, type Judgement } from './answer.ts';
import { codeName } from './codes.ts';
import type { Variant } from './variant.ts';
import { dataOf, EVENT, type WireEvent } from './wire.ts';

/** How a request ended. */
export interface Ending {
  judgement: Judgement;
  /** Nothing more passes on its stream, in either direction. */
  isOver: boolean;
}

/** `Connection`: what carries it; which kind that is, its owner knows. */
export class Exchange<Connection> {
  readonly connection: Connection;
  readonly answer = new Answer();
  variant: Variant;
  /** Number of the stream while the request is in flight; -1: it waits to be sent, or there is none. */
  stream = -1;
  /** Bytes of the request's body that were sent. */
  sent = 0;
  sentAtMs = 0;

  /** The owner's notes. When the request was taken up, by `performance.now`; whether and why it was sent before. */
  since = 0;
  wasLost = false;
  refusals = 0;

  constructor(connection: Connection, variant: Variant) {
    this.connection = connection;
    this.variant = variant;
  }

  /** Ready to be sent, or sent again. */
  begin(): void {
    this.stream = -1;
    this.sent = 0;
    this.answer.begin(this.variant);
  }

  /** Takes an event of its stream. Null: the request goes on. */
  take({ eventType, headers, data, meta }: WireEvent): Ending | null {
    const { answer } = this;
    switch (eventType) {
      case EVENT.headers: {
        const wrong = answer.takeFields(headers ?? []);
        if (wrong !== null || data === undefined) return malformed(wrong);
        return malformed(answer.takeData(dataOf(data)));
      }
      case EVENT.data:
        return data === undefined ? null : malformed(answer.takeData(dataOf(data)));
      case EVENT.finished:
        // An answer before the end of the request: the rest of the body is not wanted.
        return { judgement: answer.end(), isOver: this.#isSent };
      case EVENT.reset: {
        const code = codeName(meta?.errorCode ?? 0);
        const text = `the server reset the stream (${code}); ${this.progress()}`;
        return failure('closed', new EndedByCode(text, code), true);
      }
      case EVENT.error:
        return malformed(meta?.errorReason ?? 'unknown error');
      default:
        return null;
    }
  }

  /** How far the request has got, in words. */
  progress(): string {
    if (this.stream < 0) return 'the request could not be sent';
    if (this.answer.hasBegun || this.#isSent) return this.answer.progress();
    const length = this.variant.body?.length;
    return `${this.sent} of ${length} bytes of the request's body were sent, and no status came`;
  }

  get #isSent(): boolean {
    return this.sent === (this.variant.body?.length ?? 0);
  }
}

function malformed(why: string | null): Ending | null {
  return why === null ? null : failure('protocol', `malformed answer: ${why}`, false);
}

function failure(kind: ErrorKind, message: Told, isOver: boolean): Ending {
  return { judgement: { kind, message }, isOver };
}
