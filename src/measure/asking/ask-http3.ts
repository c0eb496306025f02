/** Asks over HTTP/3, by the client of the load that needs no thread and no program of another's: it runs in the gate itself. */
import type { HttpScenario } from '../../config/experiment/scenario.ts';
import { authority } from '../../load/address.ts';
import { codeName, endText, REQUEST_REJECTED } from '../../load/http3/codes.ts';
import { type Http3Library, loadWasm } from '../../load/http3/library.ts';
import { prepareVariant } from '../../load/http3/variant.ts';
import {
  asText,
  dataOf,
  EVENT,
  type Field,
  type Wire,
  type WireEvent,
} from '../../load/http3/wire.ts';
import type { PreparedRequest } from '../../load/prepared-request.ts';
import { NOT_IN_TIME } from '../../load/question.ts';
import { isIdempotent } from '../../load/shared/idempotent.ts';
import type { Target } from '../../load/target.ts';
import type { Asked, OwnPlace } from '../answers/answer.ts';
import { askAgain, NoAnswerYet, type Tried } from './ask-again.ts';
import { type Asker, answerOf, gather, MOST_BYTES } from './asker.ts';

export class Http3Asker implements Asker {
  readonly #target: Target<HttpScenario>;
  readonly #places: readonly OwnPlace[] | null;
  readonly #library: Http3Library;
  #wire: Wire | null = null;
  #isOpen = false;
  /** The server takes no more requests on this connection. */
  #isLeaving = false;
  #asked: Exchange | null = null;

  /** Throws where this machine has no client for HTTP/3. */
  constructor(
    target: Target<HttpScenario>,
    places: readonly OwnPlace[] | null,
    library = loadWasm(),
  ) {
    this.#target = target;
    this.#places = places;
    this.#library = library;
  }

  async ask(request: PreparedRequest, timeoutMs: number): Promise<Asked> {
    const terms = { isIdempotent: isIdempotent(request.method) };
    return await askAgain(terms, timeoutMs, (leftMs) => this.#try(request, leftMs));
  }

  #try(request: PreparedRequest, leftMs: number): Promise<Tried> {
    const { fields, body } = prepareVariant(this.#target, request);
    return new Promise((resolve) => {
      const settle = (tried: Tried) => {
        clearTimeout(limit);
        this.#asked = null;
        if (typeof tried === 'string' || tried instanceof NoAnswerYet) this[Symbol.dispose]();
        resolve(tried);
      };
      const limit = setTimeout(() => settle(NOT_IN_TIME), leftMs);
      this.#asked = new Exchange(fields, body, this.#places, settle);
      if (this.#isLeaving) this[Symbol.dispose]();
      if (this.#wire === null) this.#open();
      else if (this.#isOpen) this.#send(this.#asked);
    });
  }

  [Symbol.dispose](): void {
    this.#wire?.close();
    this.#wire = null;
    this.#isOpen = false;
    this.#isLeaving = false;
  }

  #open(): void {
    const { tls } = this.#target.scenario;
    // Whether a certificate will do is the load's business.
    const options = {
      address: authority(this.#target),
      serverName: tls?.serverName ?? 'localhost',
      ca: null,
    };
    const wire = this.#library.open(options, (events) => {
      for (const event of events) if (this.#wire === wire) this.#take(event);
    });
    this.#wire = wire;
  }

  #send(exchange: Exchange): void {
    try {
      exchange.send(this.#wire as Wire);
    } catch (error) {
      exchange.settle(asText(error));
    }
  }

  #take(event: WireEvent): void {
    const { eventType, streamId, meta = {} } = event;
    if (eventType === EVENT.open) {
      this.#isOpen = true;
      if (this.#asked !== null) this.#send(this.#asked);
    } else if (eventType === EVENT.closed) {
      const reason = endText(meta, this.#isOpen);
      const asked = this.#asked;
      const isLost = this.#isOpen && asked?.hasBegun === false;
      this[Symbol.dispose]();
      asked?.settle(isLost ? new NoAnswerYet(reason, 'lost') : reason);
    } else if (eventType === EVENT.goAway) {
      this.#isLeaving = true;
      // What it names, and all above it, it has not looked at (RFC 9114, 5.2).
      if ((this.#asked?.stream ?? -1) >= streamId) {
        this.#asked?.settle(new NoAnswerYet('the server takes no more requests', 'refused'));
      }
    } else {
      this.#asked?.take(event);
    }
  }
}

/** One question and its answer. */
class Exchange {
  readonly settle: (tried: Tried) => void;
  readonly #fields: readonly Field[];
  readonly #places: readonly OwnPlace[] | null;
  readonly #came = new Map<string, string>();
  readonly #parts: Buffer[] = [];
  #rest: Buffer | null;
  #wire: Wire | null = null;
  stream = -1;
  #status = 0;
  #bytes = 0;
  #cookies: string[] = [];

  constructor(
    fields: readonly Field[],
    body: Buffer | null,
    places: readonly OwnPlace[] | null,
    settle: (tried: Tried) => void,
  ) {
    this.#fields = fields;
    this.#rest = body;
    this.#places = places;
    this.settle = settle;
  }

  /** Something of an answer came. */
  get hasBegun(): boolean {
    return this.#status !== 0;
  }

  /** Throws when it cannot be sent. */
  send(wire: Wire): void {
    this.#wire = wire;
    this.stream = wire.request(this.#fields, this.#rest === null);
    this.#sendRest();
  }

  take({ eventType, streamId, headers, data, meta = {} }: WireEvent): void {
    if (streamId !== this.stream) return;
    if (eventType === EVENT.drain || eventType === EVENT.writeReady) this.#sendRest();
    if (headers !== undefined) this.#takeFields(headers);
    if (data !== undefined) {
      // What is not copied is written over.
      const part = Buffer.from(dataOf(data));
      this.#bytes += part.length;
      if (this.#bytes > MOST_BYTES) this.settle('a body that is too long to be read');
      else this.#parts.push(part);
    }
    if (eventType === EVENT.finished) {
      const raw = Buffer.concat(this.#parts);
      this.settle(answerOf(this.#status, this.#came, raw, this.#places, this.#cookies));
    } else if (eventType === EVENT.reset) {
      const { errorCode = 0 } = meta;
      const why = `the server reset the stream (${codeName(errorCode)})`;
      this.settle(errorCode === REQUEST_REJECTED ? new NoAnswerYet(why, 'refused') : why);
    } else if (eventType === EVENT.error) {
      this.settle(meta.errorReason ?? 'unknown error');
    }
  }

  #takeFields(fields: readonly Field[]): void {
    const status = Number(fields.find(({ name }) => name === ':status')?.value ?? 0);
    // Informational: the answer itself is still to come.
    if (status >= 100 && status < 200) return;
    const isTrailer = this.#status !== 0;
    const own = fields.filter(({ name }) => !name.startsWith(':'));
    const raw = own.flatMap(({ name, value }) => [name, value]);
    const cookies = gather(this.#came, raw, isTrailer ? 'trailer ' : '');
    if (isTrailer) return;
    this.#status = status;
    this.#cookies = cookies;
  }

  #sendRest(): void {
    while (this.#rest !== null && this.#wire !== null) {
      const taken = this.#wire.send(this.stream, this.#rest);
      if (taken === 0) return;
      this.#rest = taken === this.#rest.length ? null : this.#rest.subarray(taken);
    }
  }
}
