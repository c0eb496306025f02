/** Asks over HTTP/1.1, on a connection that is not one of the load's. */
import http from 'node:http';
import https from 'node:https';
import type { HttpScenario } from '../../config/scenario.ts';
import { uncheckedTls } from '../../load/address.ts';
import { requestHeaders } from '../../load/http1/request.ts';
import type { PreparedRequest } from '../../load/prepared-request.ts';
import { NOT_IN_TIME } from '../../load/question.ts';
import type { Target } from '../../load/target.ts';
import type { Asked, OwnPlace } from './answer.ts';
import { type Asker, answerOf, Body, gather } from './asker.ts';

export class Http1Asker implements Asker {
  readonly #target: Target<HttpScenario>;
  readonly #places: readonly OwnPlace[];
  readonly #agent: http.Agent;

  constructor(target: Target<HttpScenario>, places: readonly OwnPlace[]) {
    this.#target = target;
    this.#places = places;
    const options = { keepAlive: true, maxSockets: 1 };
    this.#agent = target.scenario.tls === null ? new http.Agent(options) : new https.Agent(options);
  }

  ask(request: PreparedRequest, timeoutMs: number): Promise<Asked> {
    const { host, port, socketPath, scenario } = this.#target;
    return new Promise((resolve) => {
      const settle = (asked: Asked) => {
        clearTimeout(limit);
        resolve(asked);
        if (typeof asked === 'string') sent.destroy();
      };
      const where = socketPath === null ? { host, port } : { socketPath };
      const options = {
        ...where,
        method: request.method,
        path: request.path,
        agent: this.#agent,
        ...(scenario.tls === null ? {} : uncheckedTls(scenario.tls, ['http/1.1'])),
      };
      const sent = (scenario.tls === null ? http : https).request(options, (response) => {
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
      const limit = setTimeout(() => settle(`${NOT_IN_TIME} ${timeoutMs} ms`), timeoutMs);
      sent.on('error', (error) => settle(error.message));
      sent.end(request.body ?? undefined);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
