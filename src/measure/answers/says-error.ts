/** Answers that say in their body that the request failed, by the rules of their protocol, and by their status that it came off. Pure. */

import type { ErrorForm } from '../observed/answers.ts';
import type { Answer } from './answer.ts';

/** An error is short; a longer body is not read for it. */
const MOST_BYTES = 64 * 1024;
/** A message of WebSocket stands behind the head of its handshake. */
const SWITCHED = 101;

/**
 * The line with which PHP ends a script that failed, in a page or in plain text. With `display_errors`, which is on where there is no php.ini, its
 * status is 200. A page that tells of such an error goes on behind it.
 */
const PHP_ERROR =
  /^(?:<b>)?(?:PHP )?(?:Fatal|Parse) error(?:<\/b>)?: {1,2}\S[^\n]*(?:\n[^\n]*){0,40}? on line (?:<b>)?\d+(?:<\/b>)?(?:<br ?\/?>)?\s*(?![\s\S])/m;

/** What stands before a trace where it is all that a page has: white space, the title, and tags that have no text. */
const BEFORE = String.raw`^(?:\s|<title>[^<]*</title>|<[!/]?(?:doctype|html|head|meta|body|pre|code|p|br|div|h\d)\b[^>]*>)*`;
/**
 * How traces of Python, Go, Java and Node.js begin, each with a frame in it: who writes an error into the answer and leaves the status as it is
 * begins with it. A text about errors begins otherwise.
 */
const TRACE = new RegExp(
  [
    String.raw`Traceback \(most recent call last\):\s*\n\s+File `,
    String.raw`panic: [^\n]*\n(?:[^\n]*\n){0,3}?goroutine \d+ \[`,
    String.raw`(?:Exception in thread "[^"\n]*" )?(?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error)\b[^\n]*\n\s+at [\w.$/<>]+\(`,
    String.raw`(?:Uncaught )?[A-Z]?\w*Error: [^\n]*\n\s+at [^\n]*:\d+:\d+\)?`,
  ]
    .map((one) => BEFORE + one)
    .join('|'),
  'i',
);

/** Null: it says of none. */
export function errorIn({
  status,
  body,
  bytes,
}: Pick<Answer, 'status' | 'body' | 'bytes'>): ErrorForm | null {
  const isGood = (status >= 200 && status < 300) || status === SWITCHED;
  if (!isGood || bytes > MOST_BYTES) return null;
  const text = body.toString('utf8');
  if (PHP_ERROR.test(text)) return 'php';
  if (TRACE.test(text)) return 'trace';
  const said = parsed(text);
  // A batch of calls, or of queries, is answered by a list.
  const each = Array.isArray(said) ? said : [said];
  const [first, ...others] = each.map(formOf);
  return first != null && others.every((one) => one === first) ? first : null;
}

function formOf(said: unknown): ErrorForm | null {
  if (typeof said !== 'object' || said === null) return null;
  const { errors, data, jsonrpc, error, ...rest } = said as Record<string, unknown>;
  // A list of errors may also be what was asked for, beside how many there are.
  const isGraphql = data !== undefined || Object.keys(rest).every((key) => key === 'extensions');
  if (isGraphql && Array.isArray(errors) && errors.length > 0 && hasNoData(data)) return 'errors';
  if (jsonrpc === '2.0' && tells(error)) return 'json-rpc';
  const isNo = rest.ok === false || rest.success === false || rest.status === 'error';
  return isNo && [error, errors, rest.message, rest.reason].some(tells) ? 'envelope' : null;
}

/** Some have the key in every answer. */
function tells(why: unknown): boolean {
  return Array.isArray(why) ? why.length > 0 : Boolean(why);
}

/** GraphQL answers what it could not get by null, also where each of several fields failed. */
function hasNoData(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return (data ?? null) === null;
  return Object.values(data).every((one) => one === null);
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
