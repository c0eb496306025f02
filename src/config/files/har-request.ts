/** One entry of a recording → a request that can be sent again. */

import * as z from 'zod';
import { check } from '../check/check.ts';
import { isOfTheConnection } from '../check/headers.ts';
import type { HttpRequest } from '../experiment/scenario.ts';
import { PLACEHOLDERS, placeholdersIn } from '../fill/placeholders.ts';
import { keyPath } from '../mistakes/mistakes.ts';
import * as value from '../values/values.ts';
import type { HarMistake } from './har-mistake.ts';

/** What is read of an entry whose address is known to be good. */
export const Recorded = z.object({
  request: z.object({
    method: value.text(/^[A-Z][A-Z0-9-]*$/, 'an HTTP method in capitals'),
    headers: z
      .array(
        z.object(
          { name: z.string({ error: 'text' }), value: z.string({ error: 'text' }) },
          { error: 'a map of name and value' },
        ),
        { error: 'a list of headers' },
      )
      .default([]),
    postData: z
      .object(
        {
          text: z.string({ error: 'text' }).nullish(),
          encoding: z.string({ error: 'text' }).nullish(),
          params: z.array(z.unknown(), { error: 'a list' }).nullish(),
        },
        { error: 'a map with `text`' },
      )
      .nullish(),
  }),
  response: z.object(
    { status: z.int({ error: 'an HTTP status' }).max(599, { error: 'an HTTP status' }) },
    { error: 'a response' },
  ),
  /** Chrome's mark of an answer that came out of its cache. */
  _fromCache: z.unknown().optional(),
});
export type Recorded = z.output<typeof Recorded>;

/** A request; or why the entry is no part of the load; or what is wrong with it. */
type Converted =
  | { request: HttpRequest }
  | { leftOut: string }
  | { mistake: Omit<HarMistake, 'entry'> };

export function toRequest(recorded: Recorded, url: URL): Converted {
  const { request, response } = recorded;
  const { method } = request;
  if (response.status <= 0) return { leftOut: 'without an answer' };
  if (response.status < 200) return { leftOut: 'to another protocol by an upgrade' };
  if (recorded._fromCache != null) return { leftOut: "out of the browser's cache" };
  if (method === 'CONNECT') return { leftOut: 'to a proxy' };
  const headers = headersOf(request.headers);
  if ('mistake' in headers) return headers;
  const body = bodyOf(request.postData);
  if (typeof body === 'object' && body !== null) return body;
  const path = `${url.pathname}${url.search}`;
  const texts = [path, ...Object.values(headers.headers), body ?? ''];
  const placeholders = texts.flatMap((text) => placeholdersIn(text, PLACEHOLDERS));
  if (placeholders.length > 0) return { leftOut: `with {${placeholders[0]}}, a placeholder` };
  return {
    request: {
      method,
      path,
      headers: headers.headers,
      body,
      bodyFile: null,
      weight: 1,
      ids: null,
      // The condition of the recorded request is left out, so that it gets a whole answer.
      expect: { status: response.status === 304 ? 200 : response.status, body: null },
    },
  };
}

/** What depends on the recorded connection or on a cache. */
function isDropped(header: string): boolean {
  const plain = header.toLowerCase();
  return (
    plain.startsWith(':') ||
    isOfTheConnection(plain) ||
    ['host', 'if-modified-since', 'if-none-match'].includes(plain)
  );
}

/** A repeated header becomes one, by the rule of RFC 9110, 5.3; that of cookies is RFC 9113, 8.2.3. */
function headersOf(
  recorded: Recorded['request']['headers'],
):
  | { headers: Record<string, string> }
  | { mistake: { message: string; hint?: string | undefined } } {
  const headers = new Map<string, { name: string; value: string }>();
  for (const header of recorded) {
    if (isDropped(header.name)) continue;
    const checked = check(RecordedHeader, header);
    const [mistake] = checked.mistakes;
    if (mistake !== undefined) {
      const { message, hint } = mistake;
      return {
        mistake: { message: `a request header: ${keyPath(mistake.path)}: ${message}`, hint },
      };
    }
    const plain = header.name.toLowerCase();
    const earlier = headers.get(plain);
    if (earlier === undefined) headers.set(plain, { ...header });
    else earlier.value += `${plain === 'cookie' ? '; ' : ', '}${header.value}`;
  }
  return {
    headers: Object.fromEntries([...headers.values()].map((header) => [header.name, header.value])),
  };
}

const RecordedHeader = z.object({
  // JavaScript's objects have a meaning of their own for this one name.
  name: value.headerName.refine((name) => name !== '__proto__', { error: 'a header name' }),
  value: value.headerValue,
});

function bodyOf(postData: Recorded['request']['postData']): string | null | Converted {
  const { text, encoding, params } = postData ?? {};
  if (text == null || text === '') {
    if (params == null || params.length === 0) return null;
    return { leftOut: 'with a body that is recorded as form fields only' };
  }
  const notText = {
    mistake: {
      message: 'the body is not UTF-8 text',
      hint: 'take the entry out of the recording, and send it with `requests` and `body-file`',
    },
  };
  if (encoding == null || encoding === '') return text.isWellFormed() ? text : notText;
  if (encoding.toLowerCase() !== 'base64') {
    return {
      mistake: {
        message: `the body has the encoding ${JSON.stringify(encoding)}; allowed: base64`,
      },
    };
  }
  try {
    if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text.replaceAll(/\s/g, ''))) return notText;
    const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return utf8.decode(Buffer.from(text, 'base64'));
  } catch {
    return notText;
  }
}
