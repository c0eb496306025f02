/** Requests as bytes; also their header lists, for engines that write their own. */

import type { HttpScenario } from '../../config/experiment/scenario.ts';
import { foreign } from '../../system/messages/printed.ts';
import { authority } from '../address.ts';
import type { PreparedRequest } from '../sequence.ts';
import type { Target } from '../target.ts';

/**
 * The bytes before the body, blank line included.
 * Throws an Error that names the scenario when a part of it cannot stand in a request.
 */
export function requestHead(target: Target<HttpScenario>, request: PreparedRequest): Buffer {
  const lines = requestHeaders(target, request).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${request.method} ${request.path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'utf8');
}

/**
 * Headers in the order sent, `content-length` included. Throws as `requestHead` does.
 * Of our own only `host`, like wrk: each further header is work for the server that is measured.
 */
export function requestHeaders(
  target: Target<HttpScenario>,
  { method, path, headers, body }: PreparedRequest,
): [name: string, value: string][] {
  const { name: scenario } = target.scenario;
  checkRequestLine(scenario, method, path);
  const sent: [string, string][] = [['host', authority(target)]];
  for (const [name, value] of headers) {
    checkHeader(scenario, name, value);
    const own = sent.findIndex(([known]) => known.toLowerCase() === name.toLowerCase());
    if (own < 0) sent.push([name, value]);
    else sent[own] = [name, value];
  }
  if (body !== null || METHODS_WITH_BODY.has(method)) {
    sent.push(['content-length', String(body?.length ?? 0)]);
  }
  return sent;
}

/** Their servers expect a length even when it is 0 (RFC 9110, 8.6). */
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function checkRequestLine(scenario: string, method: string, path: string): void {
  if (!TOKEN.test(method) || method === 'CONNECT') {
    throw new Error(`scenario ${scenario}: method ${JSON.stringify(method)} cannot be sent`);
  }
  if (!/^(\/[\x21-\x7e]*|\*)$/.test(path)) {
    throw new Error(
      `scenario ${scenario}: path ${foreign(JSON.stringify(path))} cannot be sent; it must start with "/" and ` +
        'hold no blanks, line breaks or letters outside ASCII (write them as %XX)',
    );
  }
}

function checkHeader(scenario: string, name: string, value: string): void {
  const where = `scenario ${scenario}: header ${JSON.stringify(name)}`;
  if (!TOKEN.test(name)) throw new Error(`${where} is not a header name`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
    throw new Error(`${where} has a line break or another control character in its value`);
  }
  if (['content-length', 'transfer-encoding'].includes(name.toLowerCase())) {
    throw new Error(`${where} is written by the generator itself; remove it`);
  }
}
