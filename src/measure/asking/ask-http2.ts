/** Asks over HTTP/2, gRPC too. */
import http2 from 'node:http2';
import type { HttpScenario } from '../../config/experiment/scenario.ts';
import { authority } from '../../load/address.ts';
import { requestHeaders } from '../../load/http1/request.ts';
import { causeOf, connectHttp2 } from '../../load/node-http2.ts';
import type { PreparedRequest } from '../../load/prepared-request.ts';
import { NOT_IN_TIME } from '../../load/question.ts';
import { isIdempotent } from '../../load/shared/idempotent.ts';
import { type OwnPorts, ownPortsTo } from '../../load/shared/own-ports.ts';
import type { Target } from '../../load/target.ts';
import type { Asked, OwnPlace } from '../answers/answer.ts';
import { askAgain, NoAnswerYet, type Tried } from './ask-again.ts';
import { type Asker, answerOf, Body, gather } from './asker.ts';

/** The server did not look at it (RFC 9113, 8.7). So it is called too where a GOAWAY says so. */
const REFUSED = http2.constants.NGHTTP2_REFUSED_STREAM;

export class Http2Asker implements Asker {
  readonly #target: Target<HttpScenario>;
  readonly #places: readonly OwnPlace[] | null;
  readonly #ports: OwnPorts;
  #client: http2.ClientHttp2Session | null = null;
  #isOpen = false;

  constructor(target: Target<HttpScenario>, places: readonly OwnPlace[] | null) {
    this.#target = target;
    this.#places = places;
    this.#ports = ownPortsTo(target);
  }

  async ask(request: PreparedRequest, timeoutMs: number): Promise<Asked> {
    const terms = { isIdempotent: isIdempotent(request.method) };
    return await askAgain(terms, timeoutMs, (leftMs) => this.#try(request, leftMs));
  }

  #try(request: PreparedRequest, leftMs: number): Promise<Tried> {
    return new Promise((resolve) => {
      let isSettled = false;
      let status = 0;
      const settle = (tried: Tried) => {
        // A stream closes after its answer too: that must not end the connection of the next one.
        if (isSettled) return;
        isSettled = true;
        clearTimeout(limit);
        client.off('error', failed);
        if (typeof tried === 'string' || isGone(client)) this[Symbol.dispose]();
        resolve(tried);
      };
      const failed = (failure: Error) => {
        const error = causeOf(failure);
        const { message } = error;
        // A stream that is ended while its connection goes on was looked at, unless the server says otherwise.
        if (this.#ports.jumpsOn(error) || stream.rstCode === REFUSED)
          settle(new NoAnswerYet(message, 'refused'));
        else if (status === 0 && this.#isOpen && isGone(client))
          settle(new NoAnswerYet(message, 'lost'));
        else settle(message);
      };
      const client = this.#connected();
      const limit = setTimeout(() => settle(NOT_IN_TIME), leftMs);
      client.once('error', failed);
      const stream = client.request(fieldsOf(this.#target, request), {
        endStream: request.body === null,
      });
      const fields = new Map<string, string>();
      let cookies: string[] = [];
      stream.once('response', (headers) => {
        status = headers[':status'] ?? 0;
        cookies = gather(fields, flat(headers), '');
      });
      stream.once('trailers', (headers) => gather(fields, flat(headers), 'trailer '));
      new Body(stream, (raw) => {
        // Node ends a stream without an answer too.
        if (status !== 0) settle(answerOf(status, fields, raw, this.#places, cookies));
      });
      stream.on('error', failed);
      stream.once('close', () =>
        failed(new Error('the server ended the request without an answer')),
      );
      if (request.body !== null) stream.end(request.body);
    });
  }

  #connected(): http2.ClientHttp2Session {
    if (this.#client !== null && !isGone(this.#client)) return this.#client;
    const client = connectHttp2(this.#target, this.#ports.from);
    this.#isOpen = false;
    client.once('connect', () => {
      if (this.#client === client) this.#isOpen = true;
    });
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

/** It takes no more requests. */
function isGone({ closed, destroyed }: http2.ClientHttp2Session): boolean {
  return closed || destroyed;
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
