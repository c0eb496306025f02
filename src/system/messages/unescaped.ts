/**
 * A text as it was before somebody wrote it into a URL, a form, JSON, HTML, a shell's trace or a program's quotation marks. Everybody
 * escapes other characters, so none of these forms is made: whatever is an escape is undone. Pure.
 */

/** A text with where each of its characters begins in another one; behind the last, where that one ends. */
export interface Unescaped {
  /** Bytes of UTF-8, each as one character, as escapes of URLs are bytes. */
  text: string;
  from: Uint32Array;
}

/** `%2F`, `\u002f`, `\x2f`, `\057`, `\t`, `&#47;`, `&quot;`; and what is left out or the same as another: marks of quotation, and a form's blank. */
const ESCAPES =
  /%[\dA-Fa-f]{2}|\\u[dD][89abAB][\dA-Fa-f]{2}\\u[dD][c-fC-F][\dA-Fa-f]{2}|\\u[\dA-Fa-f]{4}|\\x[\dA-Fa-f]{2}|\\[0-3][0-7]{2}|\\[bfnrt]|&(?:#\d{1,7}|#[xX][\dA-Fa-f]{1,6}|quot|apos|amp|lt|gt);|[\\'"`+]/g;
const OTHERS = /[^\0-\x7f]/gu;
const MARKS = /[\\'"`+]|[^\0-\x7f]/gu;

const NAMED: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
};

const CONTROLS: Readonly<Record<string, string>> = {
  '\\b': '\b',
  '\\f': '\f',
  '\\n': '\n',
  '\\r': '\r',
  '\\t': '\t',
};

/** The same layer by layer, each as it comes of the one before, without where anything stood: much quicker. */
export function* layersOf(text: string, most: number): Generator<string> {
  yield text;
  const bytes = /[^\0-\x7f]/.test(text) ? bytesOf(text) : text;
  const plain = markless(bytes);
  if (plain !== text) yield plain;
  let layer = bytes;
  for (let i = 0; i < most && hasEscapes(layer); i++) {
    layer = layer.replace(ESCAPES, standsFor);
    if (layer !== plain) yield layer;
  }
}

/** Whether it has any escape; without one there is nothing to undo. */
export function hasEscapes(text: string): boolean {
  return /[%\\&]/.test(text);
}

export function asBytes(text: string): Unescaped {
  return rewritten(text, OTHERS);
}

/** Of bytes. Each escape once: one within another is left. */
export function unescaped(bytes: string): Unescaped {
  return rewritten(bytes, ESCAPES);
}

/** As bytes, with its marks of quotation left out, as they may be doubled or escaped; an escape stands for itself. */
export function withoutMarks(text: string): Unescaped {
  return rewritten(text, MARKS);
}

function rewritten(text: string, pattern: RegExp): Unescaped {
  // What stands for an escape is never longer than it.
  const from = new Uint32Array(Buffer.byteLength(text) + 1);
  const parts: string[] = [];
  let length = 0;
  let end = 0;
  const copy = (to: number) => {
    for (let at = end; at < to; at++) from[length++] = at;
    parts.push(text.slice(end, to));
  };
  for (const { 0: found, index } of text.matchAll(pattern)) {
    copy(index);
    end = index + found.length;
    const written = standsFor(found);
    for (let i = 0; i < written.length; i++) from[length++] = index;
    parts.push(written);
  }
  copy(text.length);
  from[length] = text.length;
  return { text: parts.join(''), from: from.subarray(0, length + 1) };
}

function standsFor(found: string): string {
  // A byte, or a character of Latin-1: of whoever writes `\xe9`, nobody knows which.
  if (/^(%|\\x)./.test(found)) return markless(String.fromCharCode(hex(found.slice(-2))));
  if (/^\\u./.test(found)) {
    const units = found.split('\\u').slice(1).map(hex);
    return bytesOf(markless(String.fromCharCode(...units)));
  }
  if (/^\\\d/.test(found)) return markless(String.fromCharCode(Number.parseInt(found.slice(1), 8)));
  if (found in CONTROLS) return CONTROLS[found] as string;
  if (/^&./.test(found)) return bytesOf(markless(NAMED[found] ?? ofNumber(found)));
  return bytesOf(markless(found));
}

/** Without marks of quotation. In a form a `+` is a blank. */
export function markless(text: string): string {
  return text.replace(/[\\'"`]/g, '').replaceAll('+', ' ');
}

function ofNumber(entity: string): string {
  const isHex = /^&#x/i.test(entity);
  const code = isHex ? hex(entity.slice(3, -1)) : Number(entity.slice(2, -1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

function hex(digits: string): number {
  return Number.parseInt(digits, 16);
}

function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}
