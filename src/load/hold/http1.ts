/** Requests of HTTP/1.1 on kept connections, judged exactly as in the closed loop. */

import { requestsOfHold } from '../../config/experiment/asked-answers.ts';
import { AnswerParser } from '../http1/answer-parser.ts';
import { prepareVariants, type Variant } from '../http1/variant.ts';
import type { FreshRequest } from '../request-values.ts';
import { type PreparedRequest, RequestSequence } from '../sequence.ts';
import { faultOf } from '../shared/expected-answer.ts';
import { saysTimeout } from '../shared/says-timeout.ts';
import { HeldConnection, type HeldOwner, type HoldShared } from './connection.ts';
import type { HoldTarget } from './results.ts';

/** The scenario's requests, and parsers that are not in use: an idle connection needs none. */
export class Http1Requests {
  readonly #same: Variant;
  /** Null: the request is the same each time. */
  readonly #fresh: FreshRequest | null;
  readonly #first: number;
  readonly #prepare: (request: PreparedRequest) => Variant;
  readonly #parsers: AnswerParser[] = [];

  /** `first`: number of the hold's first request over all loads of the arm. Throws when the scenario cannot be sent. */
  constructor(target: HoldTarget, first = 0) {
    const http = requestsOfHold(target.scenario);
    const whole = { ...target, scenario: http };
    const sequence = new RequestSequence(http.requests, target.root, undefined, http.data);
    this.#prepare = (request) => prepareVariants(whole, [request])[0] as Variant;
    this.#same = this.#prepare(sequence.variants[0] as PreparedRequest);
    this.#fresh = sequence.fresh(0);
    this.#first = first;
  }

  variant(number: number): Variant {
    if (this.#fresh === null) return this.#same;
    return this.#prepare(this.#fresh.fill(this.#first + number));
  }

  takeParser(): AnswerParser {
    return this.#parsers.pop() ?? new AnswerParser();
  }

  giveBack(parser: AnswerParser): void {
    this.#parsers.push(parser);
  }
}

export class Http1Held extends HeldConnection {
  readonly #requests: Http1Requests;
  #variant: Variant | null = null;
  #parser: AnswerParser | null = null;

  constructor(shared: HoldShared, requests: Http1Requests, owner: HeldOwner) {
    super(shared, owner);
    this.#requests = requests;
  }

  protected connected(): void {
    this.usable();
  }

  protected send(number: number): void {
    const variant = this.#requests.variant(number);
    const parser = this.#requests.takeParser();
    parser.reset(variant.isHead, variant.expectedBody, variant.expectedStatus);
    this.#variant = variant;
    this.#parser = parser;
    this.write(variant.bytes);
    if (variant.body !== null) this.write(variant.body);
  }

  protected read(bytes: Buffer): void {
    const parser = this.#parser;
    if (parser === null) {
      if (saysTimeout(bytes, 0, bytes.length)) {
        this.breakOff('closed', 'it rested too long for the server (status 408)');
        return;
      }
      this.breakOff('protocol', `${bytes.length} bytes came that nobody asked for`);
      return;
    }
    const outcome = parser.feed(bytes, bytes.length);
    if (outcome === 'more') return;
    const extra = bytes.length - parser.consumed;
    if (outcome === 'failed') {
      this.breakOff('protocol', parser.error);
    } else if (extra > 0 && saysTimeout(bytes, parser.consumed, bytes.length)) {
      // It rested for long before these bytes were read.
      this.#judge(false);
    } else if (extra > 0) {
      this.breakOff('protocol', `${extra} bytes behind a complete answer, which nobody asked for`);
    } else {
      this.#judge(parser.keepAlive);
    }
  }

  protected endsAnswer(): boolean {
    if (this.#parser?.end() !== true) return false;
    this.#judge(false);
    return true;
  }

  protected progress(): string {
    return this.#parser?.progress() ?? 'nothing was asked';
  }

  #judge(goesOn: boolean): void {
    const parser = this.#parser as AnswerParser;
    const fault = faultOf(this.#variant as Variant, parser, parser.body);
    this.#variant = null;
    this.#parser = null;
    this.#requests.giveBack(parser);
    this.answer(fault, goesOn);
  }
}
