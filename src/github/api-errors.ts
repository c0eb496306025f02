/** What went wrong with a call to GitHub, and whether it is worth another try. Pure. */

export type Trouble =
  /** Passes by itself. `waitMs`: as long as GitHub asks us to wait; null when it does not say. */
  | { kind: 'transient'; reason: string; waitMs: number | null }
  /** The token may not, or may not even see it. */
  | { kind: 'denied'; refusal: Refusal; reason: string }
  | { kind: 'failed'; refusal: Refusal; reason: string };

/**
 * Why GitHub will not, however often it is asked. `unknown-token`, `no-right`, `not-found`: the token. `policy`: a rule of the
 * organization. `locked`, `archived`, `gone`: the conversation or the repository. `rejected`: what was to be written.
 */
export type Refusal =
  | 'unknown-token'
  | 'no-right'
  | 'not-found'
  | 'policy'
  | 'locked'
  | 'archived'
  | 'gone'
  | 'rejected'
  | 'other';

/** An answer that ended before it was complete. */
export class BrokenAnswer extends Error {
  constructor(call: string) {
    super(`${call}: the answer was not complete.`);
    this.name = 'BrokenAnswer';
  }
}

/**
 * @param nowMs the time, for limits that end at a time of day.
 * @returns null for an error that did not come from a call to GitHub.
 */
export function troubleOf(error: unknown, nowMs: number): Trouble | null {
  if (error instanceof BrokenAnswer)
    return { kind: 'transient', reason: error.message, waitMs: null };
  if (!isHttpError(error)) return null;
  const { status } = error;
  const reason = `GitHub answered ${status}: ${inShort(error.message)}`;
  if (error.response === undefined) {
    return {
      kind: 'transient',
      reason: `GitHub could not be reached: ${error.message}`,
      waitMs: null,
    };
  }
  const headers = error.response.headers;
  // A limit may come as 403, exactly like a missing permission.
  const limited = status === 429 || (status === 403 && isLimit(error.message, headers));
  if (limited || status >= 500 || status === 408) {
    return { kind: 'transient', reason, waitMs: waitAsked(headers, nowMs) };
  }
  const refusal = refusalOf(status, error.message);
  const denied = refusal === 'unknown-token' || refusal === 'no-right' || refusal === 'not-found';
  return { kind: denied ? 'denied' : 'failed', refusal, reason };
}

/** A 403 says in words only which of its kinds it is. */
function refusalOf(status: number, message: string): Refusal {
  if (status === 403) {
    if (/\b(is|are) locked\b|locked conversation/i.test(message)) return 'locked';
    if (/\bSAML\b|\bIP allow list\b/i.test(message)) return 'policy';
    return /\barchived\b/i.test(message) ? 'archived' : 'no-right';
  }
  const known: Record<number, Refusal> = {
    401: 'unknown-token',
    404: 'not-found',
    410: 'gone',
    422: 'rejected',
  };
  return known[status] ?? 'other';
}

/** What it means, where that is the same whatever was asked for; null: it is not. */
export function refusalText(refusal: Refusal): string | null {
  switch (refusal) {
    case 'unknown-token':
      return 'GitHub does not know the token, or it has expired: look at the input `token`.';
    case 'policy':
      return 'A rule of the organization keeps this token, or this machine, out.';
    default:
      return null;
  }
}

/** What was asked for is not there, or the token may not see it. */
export function isGone(error: unknown): boolean {
  return isHttpError(error) && (error.status === 404 || error.status === 410);
}

type Headers = Readonly<Record<string, string | number | undefined>>;

interface HttpError extends Error {
  status: number;
  /** Absent when no answer came at all. */
  response?: { headers: Headers };
}

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}

/** The first line, without the link to the API's manual that the client adds, and without a full stop. */
function inShort(message: string): string {
  const [first = ''] = message.split('\n', 1);
  return first.replace(/ - https:\/\/docs\.github\.com\S*$/, '').replace(/\.$/, '');
}

function isLimit(message: string, headers: Headers): boolean {
  return (
    headers['retry-after'] !== undefined ||
    String(headers['x-ratelimit-remaining']) === '0' ||
    /rate limit/i.test(message)
  );
}

function waitAsked(headers: Headers, nowMs: number): number | null {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(seconds)) return seconds * 1000;
  if (String(headers['x-ratelimit-remaining']) !== '0') return null;
  const resetS = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  return Number.isFinite(resetS) ? Math.max(0, resetS * 1000 - nowMs) : null;
}
