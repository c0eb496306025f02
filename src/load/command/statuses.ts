/** What answers by status code, and failures in a tool's words, are in ours. */
import { foreign } from '../../system/messages/printed.ts';
import type { ErrorKind } from '../results.ts';
import { Unreadable } from './report.ts';

/** Statuses that every one of these tools takes for a success: 2xx and 3xx. */
function isSuccess(status: number): boolean {
  return status >= 200 && status < 400;
}

/**
 * Answers that are a success, and others. Informational ones (1xx) come beside an answer and are
 * left out. @throws Unreadable for what is no status
 */
export function splitStatuses(counts: ReadonlyMap<string, number>): { good: number; bad: number } {
  const sums = { good: 0, bad: 0 };
  for (const [text, count] of counts) {
    if (!/^\d{3}$/.test(text))
      throw new Unreadable(`has ${foreign(JSON.stringify(text))} for a status`);
    const status = Number(text);
    if (status >= 200) sums[isSuccess(status) ? 'good' : 'bad'] += count;
  }
  return sums;
}

/** By the words that Go and Rust have for the failures of sockets. Addresses in quotes are not looked at. */
export function kindOfFailure(message: string): ErrorKind {
  const words = message.replaceAll(/"[^"]*"/g, '').toLowerCase();
  if (/refused|\bdial\b|\bdns\b|lookup|no such host|unreachable|connect error/.test(words)) {
    return 'connect';
  }
  if (/time(d )?out|deadline/.test(words)) return 'timeout';
  if (/\beof\b|reset|broken pipe|closed|goaway/.test(words)) return 'closed';
  return 'protocol';
}
