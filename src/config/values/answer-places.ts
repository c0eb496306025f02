/** Places of an answer that a user names: `$.items[*].id`, `header x-build`, `body`. */

/** What may be written. A JSONPath without filters: names, `[0]`, `["a name"]`, and `*` for any. */
export const PLACE =
  /^(?:\$(?:\.(?:[\w$-]+|\*)|\[(?:\d+|\*|"(?:[^"\\]|\\.)*")\])*|(?:header|trailer) [!#$%&'*+.^_`|~0-9A-Za-z-]+|status|body)$/;

/** Whether a difference at this place is one that was excepted: it is there, or inside of what is there. */
export function isExcepted(places: readonly string[]): (place: string) => boolean {
  const patterns = places.map(patternOf);
  return (place) => patterns.some((pattern) => pattern.test(place));
}

function patternOf(place: string): RegExp {
  if (place === 'body') return /^(?:body\b|\$)/;
  const steps = place.split(/(\*)/).map((part) => (part === '*' ? ANY : escaped(part)));
  return new RegExp(`^${steps.join('')}(?![\\w-])`, place.startsWith('$') ? '' : 'i');
}

/** A step of a path, its dot or bracket apart. */
const ANY = '(?:[^.\\[\\]"]+|"(?:[^"\\\\]|\\\\.)*")';

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
