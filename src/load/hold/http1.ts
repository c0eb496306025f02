/** Requests of HTTP/1.1 on kept connections, judged exactly as in the closed loop. */

import type { HttpScenario } from '../../config/scenario.ts';
import { AnswerParser } from '../http1/answer-parser.ts';
import { prepareVariants, type Variant } from '../http1/variant.ts';
import { faultOf } from '../shared/expected-answer.ts';
import { RequestSource } from '../shared/request-source.ts';
import { HeldConnection, type HeldOwner, type HoldShared } from './connection.ts';
import type { HoldTarget } from './results.ts';

/** The scenario's requests, and parsers that are not in use: an idle connection needs none. */
export class Http1Requests {
  readonly #requests: RequestSource<Variant>;
  readonly #parsers: AnswerParser[] = [];

  /** Throws when the scenario cannot be sent. */
  constructor(target: HoldTarget) {
    const { scenario } = target;
    if (scenario.request === null) throw new Error(`scenario ${scenario.name} has no request`);
    const { name, tls, connections, timeoutMs, serverCores } = scenario;
    const http: HttpScenario = {
      ...{ kind: 'http', name, engine: 'builtin', tls, connections, timeoutMs, serverCores },
      ...{ protocol: 'http1', streams: 1, latency: null, steadyMs: null },
      requests: [scenario.request],
    };
    const whole = { ...target, scenario: http };
    this.#requests = new RequestSource(whole, undefined, (all) => prepareVariants(whole, all));
  }

  variant(number: number): Variant {
    return this.#requests.at(number);
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
      this.breakOff('protocol', `${bytes.length} bytes came that nobody asked for`);
      return;
    }
    const outcome = parser.feed(bytes, bytes.length);
    if (outcome === 'more') return;
    const extra = bytes.length - parser.consumed;
    if (outcome === 'failed') {
      this.breakOff('protocol', parser.error);
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
