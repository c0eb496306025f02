/** Asks a server over HTTP/1.1 whether it is up. */

import { randomInt } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { Tls } from '../../config/experiment/scenario.ts';
import type { Ready } from '../../config/experiment/server.ts';
import { authority, uncheckedTls } from '../../load/address.ts';
import { MAX_HEAD_BYTES } from '../../load/http1/answer-parser.ts';
import { NOT_IN_TIME, type Question } from '../../load/question.ts';
import { MAY_DISTRUST, tlsTrouble } from '../../load/shared/tls-trouble.ts';
import { type Answered, answerOf } from '../../load/unexpected.ts';
import type { Endpoint } from '../listening/address.ts';
import { pathToConnect } from '../listening/endpoint.ts';

/** A status, one with where it leads, or in words why there is none. */
export type ReadyAnswer = number | Answered | string;

/** Where and for how long is asked. */
export interface Asked {
  endpoint: Endpoint;
  host: string;
  timeoutMs: number;
  signal: AbortSignal;
}

export type Ask = (asked: Asked) => Promise<ReadyAnswer>;

/** How Node.js calls a connection that is closed before any answer. */
const HANG_UP = 'socket hang up';
const CLOSED = 'the end of the connection in place of an answer';

/** There is no port for it on this machine. */
const NO_PORT = 'EADDRNOTAVAIL';

/** It may have come a moment later. */
export function isLate(answer: ReadyAnswer): boolean {
  return typeof answer === 'string' && answer.startsWith(NOT_IN_TIME);
}

/** It took the question, and ended the connection. */
export function isClosed(answer: ReadyAnswer): boolean {
  return answer === CLOSED;
}

/** An event stream's body never ends. */
const BODY_MS = 200;

/** What `ready` asks for; `loadHost`: the Host header of the load, if it has one. Null: nothing. */
export function questionOf(ready: Ready, loadHost: string | null): Question | null {
  if (ready.path === null) return null;
  const url = urlOf(ready.path);
  const { method } = ready;
  const isNamed = Object.keys(ready.headers).some((name) => name.toLowerCase() === 'host');
  const host = url?.host ?? loadHost;
  const headers = isNamed || host === null ? ready.headers : { host, ...ready.headers };
  return { method, path: url === null ? ready.path : `${url.pathname}${url.search}`, headers };
}

/** A whole URL; null: it is a path. */
export function urlOf(path: string): URL | null {
  return path.startsWith('/') ? null : new URL(path);
}

export function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

/** Asks a whole URL: at the server's own port where it names that one, else wherever it leads. */
export function askUrl(url: URL, question: Question, tls: Tls | null, asked: Asked) {
  const isSecure = url.protocol === 'https:';
  const port = portOf(url);
  const serverName = url.hostname.replace(/^\[|\]$/g, '');
  const secured = isSecure ? (tls ?? { acceptSelfSigned: true, ca: null, serverName }) : null;
  const isOwn = asked.endpoint.kind !== 'unix' && asked.endpoint.port === port;
  const place: Asked = {
    ...asked,
    endpoint: { kind: 'tcp', port },
    host: isOwn ? asked.host : serverName,
  };
  return askHttp(question, secured, place);
}

/**
 * Status of an answer, of a redirect with its place, or in words why there is none. An answer without end counts by its status. A
 * certificate is not checked here: whether it will do is the load's business.
 * It is we who close the connection: whoever closes first keeps it in TIME_WAIT for a minute, and
 * on the server's side that could keep the next block's server from its port.
 */
export async function askHttp(
  question: Question,
  tls: Tls | null,
  asked: Asked,
): Promise<ReadyAnswer> {
  const answer = await askOnce(question, tls, asked);
  const from = otherAddress(asked, answer);
  return from === null ? answer : await askOnce(question, tls, asked, from);
}

/**
 * Where this machine has no port left for a connection, as after a load that opens one for each request: another of its loopback
 * addresses, each of which has ports of its own. Null: that was not why.
 */
export function otherAddress(
  { endpoint, host }: Pick<Asked, 'endpoint' | 'host'>,
  answer: ReadyAnswer,
): string | null {
  if (typeof answer !== 'string' || !answer.includes(NO_PORT)) return null;
  if (process.platform !== 'linux' || endpoint.kind === 'unix' || !/^127\./.test(host)) return null;
  return `127.0.0.${randomInt(2, 255)}`;
}

/** The Host header that Node.js makes has all of an address, its zone too. */
function withoutZone(host: string, endpoint: Endpoint): { host?: string } {
  if (endpoint.kind === 'unix' || !host.includes('%')) return {};
  return { host: authority({ host, port: endpoint.port, socketPath: null }) };
}

function askOnce(
  question: Question,
  tls: Tls | null,
  { endpoint, host, timeoutMs, signal }: Asked,
  localAddress?: string,
): Promise<ReadyAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: ReadyAnswer) => {
      clearTimeout(limit);
      resolve(answer);
      request.destroy();
    };
    const { method, path } = question;
    const headers = {
      connection: 'keep-alive',
      ...withoutZone(host, endpoint),
      ...question.headers,
    };
    const where =
      endpoint.kind === 'unix'
        ? { socketPath: pathToConnect(endpoint) }
        : { host, port: endpoint.port, ...(localAddress === undefined ? {} : { localAddress }) };
    const limits = { maxHeaderSize: MAX_HEAD_BYTES };
    const options = { ...where, ...limits, method, path, headers, signal, agent: false as const };
    const onResponse = (response: http.IncomingMessage) => {
      const status = response.statusCode as number;
      const { location } = response.headers;
      const answer = location === undefined ? status : answerOf({ status, location });
      clearTimeout(limit);
      limit = setTimeout(() => settle(answer), BODY_MS);
      response.resume();
      response.once('end', () => settle(answer));
      response.once('error', (error) => settle(error.message));
    };
    const request =
      tls === null
        ? http.request(options, onResponse)
        : https.request({ ...options, ...uncheckedTls(tls, ['http/1.1']) }, onResponse);
    let limit = setTimeout(() => settle(`${NOT_IN_TIME} ${timeoutMs} ms`), timeoutMs);
    const closed = tls?.client === undefined ? CLOSED : MAY_DISTRUST;
    request.on('error', (error) => settle(error.message === HANG_UP ? closed : tlsTrouble(error)));
    request.end();
  });
}
