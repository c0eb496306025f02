/** Finding lines in what a tool prints for people. */
import { foreign } from '../../system/messages/printed.ts';
import { Unreadable } from './report.ts';

/**
 * The groups of the only place that matches. `pattern` has the flags `g` and `m`.
 * @param line how the line looks, for the message
 * @throws Unreadable when there is none, or there are several
 */
export function matchOnce(text: string, pattern: RegExp, line: string): string[] {
  const found = maybe(text, pattern, line);
  if (found === null) throw new Unreadable(`has no line \`${line}\``);
  return found;
}

/** Null when there is none. @throws Unreadable when there are several */
export function maybe(text: string, pattern: RegExp, line: string): string[] | null {
  const [first, second] = text.matchAll(pattern);
  if (second !== undefined) {
    throw new Unreadable(`has more than one line \`${line}\`: the tool must run once in a command`);
  }
  return first === undefined ? null : first.slice(1);
}

/** @throws Unreadable for anything but digits; `undefined`, for a group that did not match, is none */
export function toCount(digits: string | undefined): number {
  const count = digits === undefined ? 0 : Number(digits);
  if (!/^\d+$/.test(digits ?? '0') || !Number.isSafeInteger(count)) {
    throw new Unreadable(`has \`${foreign(digits?.slice(0, 40) ?? '')}\` for a count`);
  }
  return count;
}
