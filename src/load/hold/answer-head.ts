/** The head of an answer to a handshake: what it says, or why it is none (RFC 9112, 4 and 5). Pure. */
import { foreign } from '../../system/messages/printed.ts';

export interface AnswerHead {
  status: number;
  /** By name in small letters; the lines of a name are one list (RFC 9110, 5.3). */
  fields: ReadonlyMap<string, string>;
}

const EXCERPT_BYTES = 80;

const STATUS_LINE = /^HTTP\/1\.1 (\d{3})(?: |$)/;
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come.
const FORBIDDEN = /[\0-\x08\x0a-\x1f\x7f]/;

/** `head`: as Latin-1, without its blank line. Returns what is wrong with it in words, to stand behind "the answer". */
export function readAnswerHead(head: string): AnswerHead | string {
  const [statusLine = '', ...lines] = head.split('\r\n');
  const status = STATUS_LINE.exec(statusLine)?.[1];
  if (status === undefined || FORBIDDEN.test(statusLine)) return notHttp(statusLine);
  const fields = new Map<string, string>();
  for (const line of lines) {
    // An empty name where there is no colon.
    const colon = Math.max(0, line.indexOf(':'));
    const name = line.slice(0, colon).toLowerCase();
    // White space before the colon, or in front of a line that goes on, is in no name.
    if (!NAME.test(name) || FORBIDDEN.test(line)) return `has a malformed line: ${quote(line)}`;
    const value = withoutBlanks(line.slice(colon + 1));
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(status), fields };
}

export function notHttp(start: string): string {
  return `is not of HTTP/1.1: ${quote(start)}`;
}

/** Members of a list, in small letters. */
export function membersOf(list = ''): string[] {
  return list.split(',').map((member) => withoutBlanks(member).toLowerCase());
}

/** Only the two blanks that may surround a value. No pattern, which takes for ever where thousands of them come. */
function withoutBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function quote(text: string): string {
  return foreign(JSON.stringify(text.slice(0, EXCERPT_BYTES)));
}
