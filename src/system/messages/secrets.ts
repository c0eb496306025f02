/**
 * Values that this run sends and may show nobody: those of variables that the config names, and what logins gave. A server may send
 * them back in an answer, or print them, as they are or encoded: they are taken out of whatever others printed before it is shown.
 */
import { asBytes, hasEscapes, layersOf, markless, unescaped, withoutMarks } from './unescaped.ts';

/** Shorter ones are words that stand anywhere, and are no secrets. */
export const SHORTEST_SECRET = 6;
const WITHHELD = '…';
/** Of a file with more values than these (a variable may name one) each is known in one form alone. */
const MANY = 20_000;
/** A longer text is looked through piece by piece. */
const LONG = 16 * 1024;
/** An escape may stand within another: JSON in JSON, a URL in a query. */
const MOST_LAYERS = 3;

const kept = new Set<string>();
/** Of the forms that begin alike: by their length, and all of them in order, once they were asked for so. */
interface Alike {
  readonly byLength: Map<number, Set<string>>;
  inOrder: string[] | null;
}

/** Every form of every value, by how it begins. */
const forms = new Map<string, Alike>();
/** Of every two characters with which a form begins, by a number that others may share. */
const beginnings = new Uint8Array(1 << 16);

export function keepSecret(values: Iterable<string>): void {
  const fresh = [...new Set(values)].filter(
    (value) => value.length >= SHORTEST_SECRET && !kept.has(value),
  );
  const isMany = fresh.length > MANY;
  for (const value of fresh) {
    kept.add(value);
    for (const form of isMany ? [withoutMarks(value).text] : formsOf(value)) keepForm(form);
  }
}

function keepForm(form: string): void {
  if (form.length < SHORTEST_SECRET) return;
  const begins = form.slice(0, SHORTEST_SECRET);
  const alike: Alike = forms.get(begins) ?? { byLength: new Map(), inOrder: null };
  forms.set(begins, alike);
  const asLong = alike.byLength.get(form.length) ?? new Set<string>();
  alike.byLength.set(form.length, asLong.add(form));
  alike.inOrder = null;
  beginnings[pairAt(form, 0)] = 1;
}

export function withoutSecrets(text: string): string {
  if (forms.size === 0) return text;
  // Of a whole file: what a secret is where it is cut so is a form by itself.
  const pieces = text.length > LONG ? text.split(/(?<=\n|",)/) : [text];
  return pieces.map(withoutSecretsIn).join('');
}

function withoutSecretsIn(text: string): string {
  if (!isSuspicious(text)) return text;
  const whole = withheld(text, spansIn(text, lengthOfForm));
  return withheld(whole, spansIn(whole, lengthOfBeginning));
}

/** Whether anything begins in it as a form does. Nearly every line of an output has none, so this is quick. */
function isSuspicious(text: string): boolean {
  for (const layer of layersOf(text, MOST_LAYERS)) {
    for (let at = 0; at + SHORTEST_SECRET <= layer.length; at++) {
      if (beginnings[pairAt(layer, at)] !== 1) continue;
      if (forms.has(layer.slice(at, at + SHORTEST_SECRET))) return true;
    }
  }
  return false;
}

type Span = [start: number, end: number];
/** Of what stands at this place of a text and is a secret; 0: nothing does. */
type LengthAt = (text: string, at: number, isEnd: (at: number) => boolean) => number;

/** In the text as it is, and with its escapes undone. */
function spansIn(text: string, lengthAt: LengthAt): Span[] {
  const plain = withoutMarks(text);
  const spans = [
    found(text, (at) => at, text, lengthAt),
    found(plain.text, (at) => plain.from[at] as number, text, lengthAt),
  ];
  let layer = asBytes(text);
  for (let i = 0; i < MOST_LAYERS && hasEscapes(layer.text); i++) {
    const [outer, { text: inner, from: within }] = [layer.from, unescaped(layer.text)];
    layer = { text: inner, from: within.map((at) => outer[at] as number) };
    const { from } = layer;
    spans.push(found(layer.text, (at) => from[at] as number, text, lengthAt));
  }
  return spans.flat();
}

/** `from`: where a character of `text` begins in `original`. */
function found(
  text: string,
  from: (at: number) => number,
  original: string,
  lengthAt: LengthAt,
): Span[] {
  const spans: Span[] = [];
  // An excerpt was cut there: nothing comes between, or what ends it.
  const isEnd = (at: number) =>
    at === text.length || /["…]/.test(original.slice(from(at - 1) + 1, from(at) + 1));
  for (let at = 0; at + SHORTEST_SECRET <= text.length; at++) {
    if (beginnings[pairAt(text, at)] !== 1) continue;
    const length = lengthAt(text, at, isEnd);
    if (length === 0) continue;
    const last = from(at + length - 1);
    spans.push([from(at), endOf(original, last, from(at + length))]);
  }
  return spans;
}

/** Of a character that begins here, `next` being where the one behind it begins: it may be an escape, and marks may lie between. */
function endOf(original: string, last: number, next: number): number {
  const code = original.codePointAt(last) ?? 0;
  if (!hasEscapes(String.fromCodePoint(code))) return last + (code > 0xffff ? 2 : 1);
  const marks = /[\\'"`]*$/.exec(original.slice(last + 1, next))?.[0].length ?? 0;
  return Math.max(last + 1, next - marks);
}

function lengthOfForm(text: string, at: number): number {
  let longest = 0;
  const alike = forms.get(text.slice(at, at + SHORTEST_SECRET));
  for (const [length, asLong] of alike?.byLength ?? []) {
    if (length > longest && asLong.has(text.slice(at, at + length))) longest = length;
  }
  return longest;
}

/** Where an excerpt was cut in the middle of one, its beginning is left at the end, or before a quotation mark. */
function lengthOfBeginning(text: string, at: number, isEnd: (at: number) => boolean): number {
  const alike = forms.get(text.slice(at, at + SHORTEST_SECRET));
  if (alike === undefined) return 0;
  alike.inOrder ??= [...alike.byLength.values()].flatMap((asLong) => [...asLong]).sort();
  // Of forms in order those that begin as the text does stand together, and are fewer with each character.
  const { inOrder } = alike;
  let [first, end] = [0, inOrder.length];
  let longest = 0;
  for (let length = SHORTEST_SECRET; first < end; length++) {
    // One that is whole by now is none that was cut.
    if ((inOrder[first] as string).length === length) first++;
    const next = text[at + length] ?? '';
    const from = firstWhere(inOrder, first, end, (form) => (form[length] as string) >= next);
    const to =
      next === ''
        ? from
        : firstWhere(inOrder, from, end, (form) => (form[length] as string) > next);
    const goOn = to - from;
    if (goOn < end - first && isEnd(at + length)) longest = length;
    [first, end] = [from, to];
  }
  return longest;
}

/** The first place from `start` on, before `end`, of which this holds, as it then does of all behind it; `end`: of none. */
function firstWhere(
  inOrder: readonly string[],
  start: number,
  end: number,
  holds: (form: string) => boolean,
): number {
  let [low, high] = [start, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(inOrder[middle] as string)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function withheld(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  const parts: string[] = [];
  let end = 0;
  let isOpen = false;
  for (const [start, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (!isOpen || start >= end) {
      parts.push(text.slice(end, start), WITHHELD);
      isOpen = true;
    }
    end = Math.max(end, to);
  }
  return `${parts.join('')}${text.slice(end)}`;
}

function pairAt(text: string, at: number): number {
  return (text.charCodeAt(at) * 257 + text.charCodeAt(at + 1)) & 0xffff;
}

/** As it is, in small letters, in hexadecimal digits, and in base64. Escapes are undone where they are met. */
function formsOf(value: string): Set<string> {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  // Also of line breaks that are written as `\n`, as in a key in JSON, and where long texts are cut.
  const pieces = value.split(/\r?\n|(?:\\r)?\\n|(?<=",)/);
  // Of a PEM file the first and the last line are those of any.
  const own = pieces.filter((piece) => !/^-----[A-Z ]+-----$/.test(piece));
  const whole = [value, value.trim(), ...own, value.toLowerCase()];
  return new Set([
    ...whole.flatMap((text) => [
      ...[text, markless(text)],
      ...[withoutMarks(text).text, unescaped(asBytes(text).text).text],
    ]),
    ...[hex, hex.toUpperCase()],
    ...[0, 1, 2].flatMap((before) => inBase64(bytes, before)).map((one) => withoutMarks(one).text),
  ]);
}

/** Behind so many other bytes, as in `user:password`: the characters that are the value's alone. */
function inBase64(bytes: Buffer, before: number): string[] {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]);
  const text = whole.toString('base64').replace(/=+$/, '');
  const from = Math.ceil((before * 8) / 6);
  const own = text.slice(from, Math.floor((whole.length * 8) / 6));
  return own.length < SHORTEST_SECRET ? [] : [own, own.replaceAll('+', '-').replaceAll('/', '_')];
}
