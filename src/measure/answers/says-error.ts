/** Answers that say in their body that the request failed, by the rules of their protocol, and by their status that it came off. Pure. */

import type { ErrorForm } from '../observed/answers.ts';
import type { Answer } from './answer.ts';

/** An error is short; a longer body is not read for it. */
const MOST_BYTES = 64 * 1024;
/** A message of WebSocket stands behind the head of its handshake. */
const SWITCHED = 101;

/** Null: it says of none. */
export function errorIn({
  status,
  body,
  bytes,
}: Pick<Answer, 'status' | 'body' | 'bytes'>): ErrorForm | null {
  const isGood = (status >= 200 && status < 300) || status === SWITCHED;
  if (!isGood || bytes > MOST_BYTES) return null;
  const said = objectIn(body.toString('utf8'));
  if (said === null) return null;
  const { errors, data, jsonrpc, error } = said;
  if (Array.isArray(errors) && errors.length > 0 && (data ?? null) === null) return 'errors';
  return jsonrpc === '2.0' && (error ?? null) !== null ? 'json-rpc' : null;
}

function objectIn(text: string): Record<string, unknown> | null {
  if (!/^\s*\{/.test(text)) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
