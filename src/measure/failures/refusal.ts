/**
 * What a status other than the expected one says of the request, with signs in how the answer begins and in what the server
 * printed. Of these texts nothing is kept. Pure.
 */

export type Refusal =
  /** The Host header names none that the server knows. */
  | 'unknown-host'
  /** It wants a token against forged requests. */
  | 'csrf'
  /** What was sent conflicts with what is there already. */
  | 'conflict'
  /** There is nothing to delete, any more or at all. */
  | 'deleted'
  /** The body, the path or the headers are longer than it takes. */
  | 'too-large'
  /** It understands the request, and does not take what it says. */
  | 'invalid-body'
  /** Another one writes to its database file. */
  | 'database-locked'
  | 'bad-request'
  /** It wants to know who asks. */
  | 'unauthorized'
  /** It wants to know that again, after good answers. */
  | 'login-expired'
  | 'not-allowed'
  /** By 304: a header of the request asks only for what has changed. */
  | 'not-modified'
  /** By 426: it speaks another protocol there. */
  | 'upgrade-required'
  | 'not-found'
  | 'wrong-method'
  /** 502, 503 or 504: it is not ready, though it said so. */
  | 'unavailable'
  | 'server-error'
  | 'other-success';

export interface Refused {
  status: number;
  /** Of the request; absent: not known, or one of several. */
  method?: string | undefined;
  /** Answers as expected before it; null: not counted. */
  good: number | null;
  /** How its body begins, and what the server printed last. */
  texts: readonly string[];
}

/** Statuses by which servers refuse a Host, or a request without its token. */
const OF_HOST: readonly number[] = [400, 403, 404];
const OF_CSRF: readonly number[] = [400, 401, 403, 419, 422];
const UNKNOWN_HOST =
  /ALLOWED_HOSTS|DisallowedHost|HostAuthorization|\bblocked hosts?\b|\b(invalid|unknown|untrusted|disallowed) host(name)?\b|\bthis host\b[^\n]{0,80}\bnot allowed/i;
const CSRF =
  /\b[cx]srf|CSRF_|authenticity.?token|cross-site \w+ form submissions are forbidden|page expired/i;
/** SQLite's words, and those of its drivers. */
const LOCKED = /database (file |table |schema )?is locked|SQLITE_(BUSY|LOCKED)/i;

/** Null: the status alone says nothing that helps. */
export function refusalOf({ status, method, good, texts }: Refused): Refusal | null {
  const isSaid = (sign: RegExp) => texts.some((text) => sign.test(text));
  // Misdirected: it says of the host alone.
  if (status === 421 || (OF_HOST.includes(status) && isSaid(UNKNOWN_HOST))) return 'unknown-host';
  // Laravel's own status says nothing else.
  if (status === 419 || (OF_CSRF.includes(status) && isSaid(CSRF))) return 'csrf';
  if (status >= 400 && isSaid(LOCKED)) return 'database-locked';
  if (status >= 200 && status < 300) return 'other-success';
  switch (status) {
    case 304:
      return 'not-modified';
    case 401:
      // Of several requests, others may be open to everybody.
      return (good ?? 0) > 0 && method !== undefined ? 'login-expired' : 'unauthorized';
    case 403:
      return 'not-allowed';
    case 404:
    case 410:
      return method === 'DELETE' ? 'deleted' : 'not-found';
    case 405:
      return 'wrong-method';
    case 409:
      return 'conflict';
    case 413:
    case 414:
    case 431:
      return 'too-large';
    case 422:
      return 'invalid-body';
    case 426:
      return 'upgrade-required';
    case 502:
    case 503:
    case 504:
      return 'unavailable';
    default:
      if (status >= 500) return 'server-error';
      return status >= 400 ? 'bad-request' : null;
  }
}
