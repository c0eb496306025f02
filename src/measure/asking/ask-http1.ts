/** Asks over HTTP/1.1, on a connection that is not one of the load's. */
import http from 'node:http';
import https from 'node:https';
import type { HttpScenario } from '../../config/experiment/scenario.ts';
import { uncheckedTls } from '../../load/address.ts';
import { MAX_HEAD_BYTES } from '../../load/http1/answer-parser.ts';
import { requestHeaders } from '../../load/http1/request.ts';
import type { PreparedRequest } from '../../load/prepared-request.ts';
import { NOT_IN_TIME } from '../../load/question.ts';
import { isIdempotent } from '../../load/shared/idempotent.ts';
import { type OwnPorts, ownPortsTo } from '../../load/shared/own-ports.ts';
import type { Target } from '../../load/target.ts';
import type { Asked, OwnPlace } from '../answers/answer.ts';
import { askAgain, NoAnswerYet, type Tried } from './ask-again.ts';
import { type Asker, answerOf, Body, gather } from './asker.ts';

export class Http1Asker implements Asker {
  readonly #target: Target<HttpScenario>;
  readonly #places: readonly OwnPlace[] | null;
  readonly #ports: OwnPorts;
  #agent: http.Agent;

  constructor(target: Target<HttpScenario>, places: readonly OwnPlace[] | null) {
    this.#target = target;
    this.#places = places;
    this.#ports = ownPortsTo(target);
    this.#agent = newAgent(target);
  }

  async ask(request: PreparedRequest, timeoutMs: number): Promise<Asked> {
    const terms = { isIdempotent: isIdempotent(request.method) };
    // What must not be sent twice gets a new connection: where one that has rested ends, nobody knows whether it was done.
    if (!terms.isIdempotent) {
      this.#agent.destroy();
      this.#agent = newAgent(this.#target);
    }
    return await askAgain(terms, timeoutMs, (leftMs) => this.#try(request, leftMs));
  }

  #try(request: PreparedRequest, leftMs: number): Promise<Tried> {
    const { host, port, socketPath, scenario } = this.#target;
    return new Promise((resolve) => {
      let hasBegun = false;
      const settle = (tried: Tried) => {
        clearTimeout(limit);
        resolve(tried);
        if (typeof tried === 'string') sent.destroy();
      };
      const where = socketPath === null ? { host, port, ...this.#ports.from } : { socketPath };
      const options = {
        ...where,
        method: request.method,
        path: request.path,
        agent: this.#agent,
        maxHeaderSize: MAX_HEAD_BYTES,
        ...(scenario.tls === null ? {} : uncheckedTls(scenario.tls, ['http/1.1'])),
      };
      const sent = (scenario.tls === null ? http : https).request(options, (response) => {
        hasBegun = true;
        const fields = new Map<string, string>();
        const cookies = gather(fields, response.rawHeaders, '');
        new Body(response, (raw) => {
          gather(fields, response.rawTrailers, 'trailer ');
          settle(answerOf(response.statusCode as number, fields, raw, this.#places, cookies));
        });
        response.on('error', (error) => settle(error.message));
      });
      const headers = requestHeaders(this.#target, request);
      for (const [name, value] of headers) sent.setHeader(name, value);
      // The load sends no field of its own but `host`: a server must not be able to tell the two apart.
      if (!headers.some(([name]) => name.toLowerCase() === 'connection')) {
        sent.removeHeader('connection');
      }
      const limit = setTimeout(() => settle(NOT_IN_TIME), leftMs);
      sent.on('error', (error) => {
        const { message } = error;
        if (this.#ports.jumpsOn(error)) settle(new NoAnswerYet(message, 'refused'));
        else if (!hasBegun && isEndOfConnection(error)) settle(new NoAnswerYet(message, 'lost'));
        else settle(message);
      });
      sent.end(request.body ?? undefined);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

function newAgent({ scenario }: Target<HttpScenario>): http.Agent {
  const options = { keepAlive: true, maxSockets: 1 };
  return scenario.tls === null ? new http.Agent(options) : new https.Agent(options);
}

/** Of one that was open. */
function isEndOfConnection({ code, syscall }: NodeJS.ErrnoException): boolean {
  return syscall !== 'connect' && (code === 'ECONNRESET' || code === 'EPIPE');
}
