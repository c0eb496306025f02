/** Facts about JSON text that its parser does not tell, in one pass: how deep it is, and which key stands twice. */

export interface JsonFacts {
  /** Most brackets that are open at once. */
  depth: number;
  /** A bracket or a string is open at the end: the text is torn. */
  isOpen: boolean;
  /** The first key that stands twice in one object; null when none does. Only right where the text is JSON. */
  duplicate: string | null;
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

export function scanJson(text: string): JsonFacts {
  /** Keys of each object that is open; null for a list. */
  const open: (Set<string> | null)[] = [];
  let depth = 0;
  let duplicate: string | null = null;
  /** The string that was last read: a key, if a colon follows. */
  let last: [number, number] | null = null;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      const end = endOfString(text, i);
      if (end === -1) return { depth, isOpen: true, duplicate };
      last = [i, end + 1];
      i = end;
    } else if (code === COLON && last !== null) {
      const keys = open.at(-1);
      const key = keyOf(text.slice(...last));
      if (keys?.has(key)) duplicate ??= key;
      keys?.add(key);
      last = null;
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      open.push(code === OPEN_OBJECT ? new Set() : null);
      depth = Math.max(depth, open.length);
      // What is that deep is refused anyway, and need not fill the memory first.
      if (depth > 10_000) return { depth, isOpen: true, duplicate };
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      open.pop();
    }
  }
  return { depth, isOpen: open.length > 0, duplicate };
}

/** Index of its closing quotation mark; -1 when there is none. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH) i += 1;
  }
  return -1;
}

/** `"a\u0062"` and `"ab"` are one key. */
function keyOf(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}
