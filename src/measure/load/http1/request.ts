/** The one request of a scenario, as bytes; also the header list, for engines that write their own. */
import type { Target } from '../protocol.ts';

/**
 * Builds the bytes that every connection sends, again and again.
 * Throws an Error that names the scenario when a part of it cannot stand in a request.
 */
export function buildRequest(target: Target): Buffer {
  const { method, path, body } = target.scenario;
  const lines = requestHeaders(target).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`, 'utf8');
}

/**
 * Headers in the order sent, `content-length` included. Throws as `buildRequest` does.
 * Of our own only `host`, like wrk: each further header is work for the server that is measured.
 */
export function requestHeaders(target: Target): [name: string, value: string][] {
  const { scenario } = target;
  checkRequestLine(target);
  const headers: [string, string][] = [['host', authority(target)]];
  for (const [name, value] of Object.entries(scenario.headers)) {
    checkHeader(scenario.name, name, value);
    const own = headers.findIndex(([known]) => known.toLowerCase() === name.toLowerCase());
    if (own < 0) headers.push([name, value]);
    else headers[own] = [name, value];
  }
  if (scenario.body !== null || METHODS_WITH_BODY.has(scenario.method)) {
    headers.push(['content-length', String(Buffer.byteLength(scenario.body ?? ''))]);
  }
  return headers;
}

/** Host and port as they stand in a URL. */
export function authority({ host, port }: Target): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Their servers expect a length even when it is 0 (RFC 9110, 8.6). */
const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function checkRequestLine({ scenario }: Target): void {
  const { name, method, path } = scenario;
  if (!TOKEN.test(method) || method === 'CONNECT') {
    throw new Error(`scenario ${name}: method ${JSON.stringify(method)} cannot be sent`);
  }
  if (!/^(\/[\x21-\x7e]*|\*)$/.test(path)) {
    throw new Error(
      `scenario ${name}: path ${JSON.stringify(path)} cannot be sent; it must start with "/" and ` +
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
