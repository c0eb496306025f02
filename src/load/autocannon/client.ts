/** What every run of autocannon needs: how to reach the target, its requests, and four mended flaws. */
import type autocannon from 'autocannon';
import type { HttpScenario } from '../../config/experiment/scenario.ts';
import { authority, tlsOptions } from '../address.ts';
import { AUTOCANNON_METHODS } from '../capabilities.ts';
import { requestHeaders } from '../http1/request.ts';
import type { PreparedRequest } from '../sequence.ts';
import { isForWantOfPorts } from '../shared/own-ports.ts';
import type { Target } from '../target.ts';

/** The shortest time after which it gives a request up. */
const LEAST_TIMEOUT_MS = 1000;

/** It keeps a copy of the body with each different request: no more than this in all. */
export const MOST_COPIED_BYTES = 256 * 1024 * 1024;

/** The answers that a client waits for, in order; not documented, and not all of it in the types. */
interface Answers {
  peek(): { body: string } | undefined;
  addBody(piece: Buffer): void;
}

/** Options that are the same for every run on this target. */
export function reach(target: Target<HttpScenario>) {
  const { tls } = target.scenario;
  return {
    url: `${tls === null ? 'http' : 'https'}://${authority(target)}/`,
    timeout: timeoutMs(target.scenario) / 1000,
    ...(target.socketPath === null ? {} : { socketPath: target.socketPath }),
    ...(tls === null
      ? {}
      : { servername: tls.serverName, tlsOptions: tlsOptions(tls, ['http/1.1']) }),
  };
}

export function timeoutMs(scenario: HttpScenario): number {
  return Math.max(LEAST_TIMEOUT_MS, scenario.timeoutMs);
}

/**
 * Throws when autocannon cannot send it. Clients may share the result: each writes into it the same
 * bytes.
 */
export function toRequest(
  target: Target<HttpScenario>,
  request: PreparedRequest,
): autocannon.Request {
  const { method, path, body } = request;
  const headers = requestHeaders(target, request);
  if (!AUTOCANNON_METHODS.includes(method)) {
    throw new Error(
      `scenario ${target.scenario.name}: autocannon cannot send ${method}, only ${AUTOCANNON_METHODS.join(', ')}`,
    );
  }
  if (body === null || body.length === 0) {
    return { method, path, headers: Object.fromEntries(headers) };
  }
  // It adds a length of its own to a body, and servers refuse two.
  const others = headers.filter(([name]) => name !== 'content-length');
  return { method, path, headers: Object.fromEntries(others), body };
}

/** What it does to open its connection; not documented. */
interface Opening {
  _connect(): void;
  readonly destroyed?: boolean;
}

/** Between two tries to get a port. */
const PORT_WAIT_MS = 20;

/**
 * It opens a connection anew in the moment in which one fails. Where this machine has no port left, that fails at once and again, and
 * its process would do nothing else for ever.
 */
function openLaterWithoutPort(client: autocannon.Client): void {
  const opening = client as unknown as Opening;
  const connect = opening._connect.bind(client);
  let hasNoPort = false;
  client.on('connError', (error: Error) => {
    hasNoPort = isForWantOfPorts(error);
  });
  opening._connect = () => {
    if (!hasNoPort) return connect();
    hasNoPort = false;
    setTimeout(() => {
      if (opening.destroyed !== true) connect();
    }, PORT_WAIT_MS);
  };
}

/**
 * Gives the client its requests. Without this, it would wait for the body that the head of a HEAD
 * answer announces and that never comes; would decode each piece of a body by itself, so that bytes
 * are lost where a letter is torn; and would keep a body of any size in memory. A body that it hands
 * on has one letter for each byte (latin1), the first `mostBody` of them.
 */
export function prepareClient(
  client: autocannon.Client,
  requests: autocannon.Request[],
  mostBody: number,
): void {
  client.setRequests(requests);
  openLaterWithoutPort(client);
  if (requests.some(({ method }) => method === 'HEAD')) {
    client.on('headers', () => {
      if (client.requestIterator.currentRequest.method !== 'HEAD') return;
      client.parser.body_bytes = 0;
      client.parser.isChunked = false;
    });
  }
  const answers = client.pipelinedRequests as Answers;
  answers.addBody = (piece) => {
    const answer = answers.peek();
    if (answer === undefined || answer.body.length >= mostBody) return;
    answer.body += piece.toString('latin1', 0, mostBody - answer.body.length);
  };
}
