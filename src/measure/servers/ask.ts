/** Asks a server over HTTP/1.1 whether it is up. */

import http from 'node:http';
import https from 'node:https';
import type { Tls } from '../../config/experiment.ts';
import { tlsOptions } from '../../load/address.ts';
import { type Answered, answerOf } from '../../load/unexpected.ts';
import type { Endpoint } from './address.ts';

/** A status, one with where it leads, or in words why there is none. */
export type ReadyAnswer = number | Answered | string;

/** An event stream's body never ends. */
const BODY_MS = 200;

/**
 * Status of a GET, of a redirect with its place, or in words why there is none. An answer without end counts by its status. A
 * certificate is not checked here: whether it will do is the load's business.
 * It is we who close the connection: whoever closes first keeps it in TIME_WAIT for a minute, and
 * on the server's side that could keep the next block's server from its port.
 */
export function askHttp(
  endpoint: Endpoint,
  tls: Tls | null,
  path: string,
  { host, timeoutMs, signal }: { host: string; timeoutMs: number; signal: AbortSignal },
): Promise<ReadyAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: ReadyAnswer) => {
      clearTimeout(limit);
      resolve(answer);
      request.destroy();
    };
    const headers = { connection: 'keep-alive' };
    const where =
      endpoint.kind === 'unix' ? { socketPath: endpoint.path } : { host, port: endpoint.port };
    const options = { ...where, path, headers, signal, agent: false as const };
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
        ? http.get(options, onResponse)
        : https.get({ ...options, ...unchecked(tls) }, onResponse);
    let limit = setTimeout(() => settle(`no answer within ${timeoutMs} ms`), timeoutMs);
    request.on('error', (error) => settle(error.message));
  });
}

function unchecked(tls: Tls) {
  return tlsOptions({ ...tls, acceptSelfSigned: true }, ['http/1.1']);
}
