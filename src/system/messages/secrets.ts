/**
 * Values that this run sends and may show nobody: those of variables that the config names, and what logins gave. A server may send
 * them back in an answer, or print them, as they are or encoded: they are taken out of whatever others printed before it is shown.
 */

/** Shorter ones are words that stand anywhere, and are no secrets. */
export const SHORTEST_SECRET = 6;
const WITHHELD = '…';

const kept = new Set<string>();
/** Every form of every value, the longest first, so that no part of one is left. */
let forms: readonly string[] = [];

export function keepSecret(values: Iterable<string>): void {
  const fresh = [...values].filter((value) => value.length >= SHORTEST_SECRET && !kept.has(value));
  if (fresh.length === 0) return;
  for (const value of fresh) kept.add(value);
  // Each login brings a few more, and each value has some fifty forms.
  const all = new Set([...forms, ...fresh.flatMap(formsOf)]);
  forms = [...all].sort((a, b) => b.length - a.length);
}

export function withoutSecrets(text: string): string {
  const whole = forms.reduce((shown, form) => shown.replaceAll(form, WITHHELD), text);
  return forms.reduce(withoutBeginning, whole);
}

/** Where an excerpt was cut in the middle of one, its beginning is left at the end, or before a quotation mark. */
function withoutBeginning(text: string, form: string): string {
  // A variable may hold a whole file, of which every line is a form.
  if (!text.includes(form.slice(0, SHORTEST_SECRET))) return text;
  for (let length = Math.min(form.length - 1, text.length); length >= SHORTEST_SECRET; length--) {
    const beginning = form.slice(0, length);
    const at = text.lastIndexOf(beginning);
    if (at < 0) continue;
    const behind = text[at + length];
    if (behind !== undefined && !['"', WITHHELD].includes(behind)) continue;
    return `${text.slice(0, at)}${WITHHELD}${text.slice(at + length)}`;
  }
  return text;
}

/** As it is, in a URL, in a form, in JSON, in HTML, in hexadecimal digits, and in base64. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  return [
    ...[value, ...value.split(/\r?\n/).filter((line) => line.length >= SHORTEST_SECRET)],
    // As the names of fields and types are read, whoever made one of it.
    value.toLowerCase(),
    ...inUrl(value),
    ...inJson(value),
    ...inHtml(value),
    ...[hex, hex.toUpperCase()],
    ...[0, 1, 2].flatMap((before) => inBase64(bytes, before)),
  ];
}

/** Who writes a query encodes more than who writes a path, and some leave a few marks as they are. */
function inUrl(value: string): string[] {
  const whole = encodeURIComponent(value.toWellFormed());
  const strict = whole.replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const path = encodeURI(value.toWellFormed());
  return [whole, strict, path].flatMap((text) => [
    text,
    // Of the digits alone: `%2F` and `%2f` are the same.
    text.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()),
    text.replaceAll('%20', '+'),
  ]);
}

/** Some write `/` as `\/`, what HTML would read as `\u003c`, and all that is not ASCII as `\u00e9`; and one may stand within another. */
function inJson(value: string): string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const escaped = (text: string, which: RegExp) =>
    text.replace(which, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const all = [
    plain,
    plain.replaceAll('/', '\\/'),
    escaped(plain, /[<>&]/g),
    escaped(plain, /[<>&']/g),
    // .NET
    escaped(plain.replaceAll('\\"', '\\u0022'), /[<>&'+`]/g),
  ].flatMap((text) => {
    const inAscii = escaped(text, /[\u0080-\uffff]/g);
    return [
      text,
      inAscii,
      inAscii.replace(/\\u[0-9a-f]{4}/g, (unit) => `\\u${unit.slice(2).toUpperCase()}`),
    ];
  });
  return [...all, ...all.map((text) => JSON.stringify(text).slice(1, -1))];
}

const QUOTES = ['&quot;', '&#34;', '&#x22;'];
const APOSTROPHES = ['&#39;', '&#x27;', '&apos;'];

function inHtml(value: string): string[] {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return QUOTES.flatMap((quote) =>
    APOSTROPHES.map((apostrophe) => text.replaceAll('"', quote).replaceAll("'", apostrophe)),
  );
}

/** Behind so many other bytes, as in `user:password`: the characters that are the value's alone. */
function inBase64(bytes: Buffer, before: number): string[] {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]);
  const text = whole.toString('base64').replace(/=+$/, '');
  const from = Math.ceil((before * 8) / 6);
  const own = text.slice(from, Math.floor((whole.length * 8) / 6));
  return own.length < SHORTEST_SECRET ? [] : [own, own.replaceAll('+', '-').replaceAll('/', '_')];
}
