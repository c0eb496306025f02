/** What a shell would make of a text that is put into a command at some place, and how it is kept whole there. */

/** Where in a command something stands; `text`: in a here-document whose variables are replaced. */
export type Place = 'none' | '"' | "'" | 'text' | 'literal' | 'comment';

/** What a shell takes for itself: outside of quotes, in double and in single ones. */
const SPECIAL = { none: /[\s&;|<>()$`\\"'*?[\]{}~!#]/, '"': /["$`\\]/, "'": /'/ };
/** Of these, what is harmless in the middle of a word, or matches no file and then stands for itself. */
const HARMLESS = /[*?[\]~!#]/g;

/** In words what is wrong with `{url}` at this index of the command if it becomes `url`; null: nothing. */
export function takenApart(
  command: string,
  at: number,
  url: string,
): { message: string; hint: string } | null {
  const place = placeAt(command, at);
  if (place === 'text' || place === 'literal' || place === 'comment') return null;
  const taken = SPECIAL[place].exec(url.replaceAll(HARMLESS, ''))?.[0];
  if (taken === undefined) return null;
  const where = place === 'none' ? 'outside of quotes' : `between ${place}`;
  return {
    message: `{url} stands ${where}, where the shell does not take ${taken} for a part of it: ${url}`,
    hint: taken === "'" ? 'write "{url}"' : "write '{url}'",
  };
}

/**
 * A value as it must be written at this index of a command so that the shell reads it back whole,
 * whether the user has put quotes there or not. What needs nothing stays as it is.
 */
export function shellQuoted(command: string, at: number, value: string): string {
  if (!SPECIAL.none.test(value)) return value;
  const inSingle = value.replaceAll("'", `'\\''`);
  switch (placeAt(command, at)) {
    case 'none':
      return `'${inSingle}'`;
    case "'":
      return inSingle;
    case '"':
      return value.replaceAll(/["$`\\]/g, '\\$&');
    case 'text':
      return value.replaceAll(/[$`\\]/g, '\\$&');
    case 'literal':
      return value;
    case 'comment':
      return value.replaceAll('\n', ' ');
  }
}

/** What is open: quotes, or a command within the command, up to the character that ends it. */
type Open = '"' | "'" | ')' | '`';

interface HereDocument {
  end: string;
  isIndented: boolean;
  place: 'text' | 'literal';
}

/** By the shell's rules for quotes, substitutions, comments and here-documents. */
export function placeAt(command: string, index: number): Place {
  const open: Open[] = [];
  let documents: HereDocument[] = [];
  for (let i = 0; i < index; i++) {
    const character = command[i] as string;
    const inside = open.at(-1);
    if (inside === "'") {
      if (character === "'") open.pop();
      continue;
    }
    if (character === '\\') {
      i++;
    } else if (character === '"') {
      if (inside === '"') open.pop();
      else open.push('"');
    } else if (character === '`') {
      const begun = open.lastIndexOf('`');
      if (begun < 0) open.push('`');
      else open.length = begun;
    } else if (command.startsWith('$(', i)) {
      open.push(')');
      i++;
    } else if (inside === '"') {
      // All else is itself between double quotes.
    } else if (character === "'") {
      open.push("'");
    } else if (character === '(') {
      open.push(')');
    } else if (character === ')') {
      if (inside === ')') open.pop();
    } else if (character === '#' && isWordStart(command, i)) {
      i = lineEnd(command, i);
      if (i >= index) return 'comment';
      i--;
    } else if (command.startsWith('<<<', i)) {
      i += 2;
    } else if (character === '<') {
      const document = hereDocumentAt(command, i);
      if (document === null) continue;
      documents.push(document);
      i++;
    } else if (character === '\n' && documents.length > 0) {
      for (const document of documents) {
        i = documentEnd(command, i + 1, document);
        if (i >= index) return document.place;
      }
      documents = [];
    }
  }
  const inside = open.at(-1);
  return inside === '"' || inside === "'" ? inside : 'none';
}

function isWordStart(command: string, at: number): boolean {
  return at === 0 || /[\s;&|()]/.test(command[at - 1] as string);
}

function lineEnd(command: string, from: number): number {
  const end = command.indexOf('\n', from);
  return end < 0 ? command.length : end;
}

function hereDocumentAt(command: string, at: number): HereDocument | null {
  const rest = command.slice(at);
  const [, dash, quote, end] = /^<<(?!<)(-?)[ \t]*(["'\\]?)([A-Za-z_]\w*)/.exec(rest) ?? [];
  if (end === undefined) return null;
  return { end, isIndented: dash === '-', place: quote === '' ? 'text' : 'literal' };
}

/** Index of the line end after the last line of the document that begins at `from`. */
function documentEnd(command: string, from: number, { end, isIndented }: HereDocument): number {
  let begin = from;
  for (;;) {
    const stop = lineEnd(command, begin);
    const line = command.slice(begin, stop);
    if ((isIndented ? line.replace(/^\t+/, '') : line) === end) return stop;
    if (stop >= command.length) return command.length;
    begin = stop + 1;
  }
}
