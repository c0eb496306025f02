/** A slow reader of whole answers, by regular expressions: what the parser is compared with. */

export interface ReferenceAnswer {
  status: number;
  body: string;
  /** Bytes up to the end of the answer. */
  length: number;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const VALUE = '[\\t\\x20-\\x7e\\x80-\\xff]*';
const HEAD = new RegExp(
  `^HTTP/1\\.([01]) ([1-9]\\d\\d)(?: ${VALUE})?\\r\\n((?:${TOKEN}:${VALUE}\\r\\n)*)\\r\\n`,
);
const CHUNK = new RegExp(`^([0-9a-fA-F]{1,13})[ \\t]*(?:;${VALUE})?\\r\\n`);
const LAST = new RegExp(`^(?:${TOKEN}:${VALUE}\\r\\n)*\\r\\n`);

/** The first complete answer in a latin1 text; null when there is none. Answers that only the close ends are none. */
export function referenceRead(text: string, method: string): ReferenceAnswer | null {
  const match = HEAD.exec(text);
  if (match === null) return null;
  const [head, minor, statusText, block] = match as unknown as [string, string, string, string];
  const status = Number(statusText);
  const fields = block
    .split('\r\n')
    .slice(0, -1)
    .map((line) => {
      const colon = line.indexOf(':');
      return [
        line.slice(0, colon).toLowerCase(),
        line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, ''),
      ] as const;
    });
  const all = (name: string) =>
    fields.filter(([field]) => field === name).map(([, value]) => value);
  const lengths = all('content-length');
  const codings = all('transfer-encoding');
  if (lengths.some((value) => !/^\d{1,15}$/.test(value))) return null;
  if (new Set(lengths.map(Number)).size > 1) return null;
  if (codings.length > 1 || codings.some((value) => value.toLowerCase() !== 'chunked')) return null;
  if (codings.length > 0 && (lengths.length > 0 || minor === '0')) return null;
  if (status === 101) return null;
  if (status < 200) {
    const next = referenceRead(text.slice(head.length), method);
    return next && { ...next, length: next.length + head.length };
  }
  if (method === 'HEAD' || status === 204 || status === 304) {
    return { status, body: '', length: head.length };
  }
  const rest = text.slice(head.length);
  if (codings.length > 0) {
    const read = readChunks(rest);
    return read && { status, body: read.body, length: head.length + read.length };
  }
  if (lengths.length === 0) return null;
  const length = Number(lengths[0]);
  if (rest.length < length) return null;
  return { status, body: rest.slice(0, length), length: head.length + length };
}

function readChunks(text: string): { body: string; length: number } | null {
  let at = 0;
  let body = '';
  for (;;) {
    const match = CHUNK.exec(text.slice(at));
    if (match === null) return null;
    at += match[0].length;
    const size = Number.parseInt(match[1] as string, 16);
    if (size === 0) break;
    if (text.slice(at + size, at + size + 2) !== '\r\n') return null;
    body += text.slice(at, at + size);
    at += size + 2;
  }
  const last = LAST.exec(text.slice(at));
  return last && { body, length: at + last[0].length };
}
