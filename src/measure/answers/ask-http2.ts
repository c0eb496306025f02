/** Asks over HTTP/2, gRPC too. */
import type http2 from 'node:http2';
import type { HttpScenario } from '../../config/scenario.ts';
import { authority } from '../../load/address.ts';
import { requestHeaders } from '../../load/http1/request.ts';
import { connectHttp2 } from '../../load/node-http2.ts';
import type { PreparedRequest } from '../../load/prepared-request.ts';
import { NOT_IN_TIME } from '../../load/question.ts';
import type { Target } from '../../load/target.ts';
import type { Asked, OwnPlace } from './answer.ts';
import { type Asker, answerOf, Body, gather } from './asker.ts';

export class Http2Asker implements Asker {
  readonly #target: Target<HttpScenario>;
  readonly #places: readonly OwnPlace[];
  #client: http2.ClientHttp2Session | null = null;

  constructor(target: Target<HttpScenario>, places: readonly OwnPlace[]) {
    this.#target = target;
    this.#places = places;
  }

  ask(request: PreparedRequest, timeoutMs: number): Promise<Asked> {
    return new Promise((resolve) => {
      let isSettled = false;
      const settle = (asked: Asked) => {
        // A stream closes after its answer too: that must not end the connection of the next one.
        if (isSettled) return;
        isSettled = true;
        clearTimeout(limit);
        client.off('error', failed);
        if (typeof asked === 'string') this[Symbol.dispose]();
        resolve(asked);
      };
      const failed = (error: Error) => settle(error.message);
      const client = this.#connected();
      const limit = setTimeout(() => settle(`${NOT_IN_TIME} ${timeoutMs} ms`), timeoutMs);
      client.once('error', failed);
      const stream = client.request(fieldsOf(this.#target, request), {
        endStream: request.body === null,
      });
      const fields = new Map<string, string>();
      let status = 0;
      let cookies: string[] = [];
      stream.once('response', (headers) => {
        status = headers[':status'] ?? 0;
        cookies = gather(fields, flat(headers), '');
      });
      stream.once('trailers', (headers) => gather(fields, flat(headers), 'trailer '));
      new Body(stream, (raw) => settle(answerOf(status, fields, raw, this.#places, cookies)));
      stream.on('error', (error) => settle(error.message));
      stream.once('close', () => settle('the server ended the request without an answer'));
      if (request.body !== null) stream.end(request.body);
    });
  }

  #connected(): http2.ClientHttp2Session {
    if (this.#client !== null && !this.#client.closed && !this.#client.destroyed)
      return this.#client;
    const client = connectHttp2(this.#target);
    // Of a connection that nobody waits for.
    client.on('error', () => {});
    this.#client = client;
    return client;
  }

  [Symbol.dispose](): void {
    this.#client?.destroy();
    this.#client = null;
  }
}

function fieldsOf(target: Target<HttpScenario>, request: PreparedRequest) {
  const headers = requestHeaders(target, request);
  const host = headers.find(([name]) => name.toLowerCase() === 'host');
  const own = headers.filter(([name]) => !['host', 'connection'].includes(name.toLowerCase()));
  return {
    ...Object.fromEntries(own.map(([name, value]) => [name.toLowerCase(), value])),
    ':method': request.method,
    ':path': request.path,
    ':authority': host?.[1] ?? authority(target),
  };
}

function flat(headers: http2.IncomingHttpHeaders): string[] {
  return Object.entries(headers)
    .filter(([name]) => !name.startsWith(':'))
    .flatMap(([name, value]) => [value ?? []].flat().flatMap((one) => [name, String(one)]));
}
