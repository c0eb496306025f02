/**
 * Values that this run sends and may show nobody: those of variables that the config names, and what logins gave. A server may send
 * them back in an answer, or print them, as they are or encoded: they are taken out of whatever others printed before it is shown.
 */

/** Shorter ones are words that stand anywhere, and are no secrets. */
const SHORTEST = 6;
const WITHHELD = '…';

const kept = new Set<string>();
/** Every form of every value, the longest first, so that no part of one is left. */
let forms: readonly string[] = [];

export function keepSecret(values: Iterable<string>): void {
  const before = kept.size;
  for (const value of values) if (value.length >= SHORTEST) kept.add(value);
  if (kept.size === before) return;
  const all = new Set([...kept].flatMap(formsOf));
  forms = [...all].sort((a, b) => b.length - a.length);
}

export function withoutSecrets(text: string): string {
  const whole = forms.reduce((shown, form) => shown.replaceAll(form, WITHHELD), text);
  return forms.reduce(withoutBeginning, whole);
}

/** Where an excerpt was cut in the middle of one, its beginning is left at the end, or before a quotation mark. */
function withoutBeginning(text: string, form: string): string {
  // A variable may hold a whole file, of which every line is a form.
  if (!text.includes(form.slice(0, SHORTEST))) return text;
  for (let length = Math.min(form.length - 1, text.length); length >= SHORTEST; length--) {
    const beginning = form.slice(0, length);
    const at = text.lastIndexOf(beginning);
    if (at < 0) continue;
    const behind = text[at + length];
    if (behind !== undefined && !['"', WITHHELD].includes(behind)) continue;
    return `${text.slice(0, at)}${WITHHELD}${text.slice(at + length)}`;
  }
  return text;
}

/** As it is, in a URL, in a form, in JSON, in hexadecimal digits, and in base64. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const inUrl = encodeURIComponent(value);
  const hex = bytes.toString('hex');
  return [
    ...[value, ...value.split(/\r?\n/).filter((line) => line.length >= SHORTEST)],
    ...[inUrl, inUrl.toLowerCase(), inUrl.replaceAll('%20', '+')],
    ...[JSON.stringify(value).slice(1, -1), hex, hex.toUpperCase()],
    ...[0, 1, 2].flatMap((before) => inBase64(bytes, before)),
  ];
}

/** Behind so many other bytes, as in `user:password`: the characters that are the value's alone. */
function inBase64(bytes: Buffer, before: number): string[] {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]);
  const text = whole.toString('base64').replace(/=+$/, '');
  const from = Math.ceil((before * 8) / 6);
  const own = text.slice(from, Math.floor((whole.length * 8) / 6));
  return own.length < SHORTEST ? [] : [own, own.replaceAll('+', '-').replaceAll('/', '_')];
}
