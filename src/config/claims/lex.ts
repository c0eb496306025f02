/** A claim's text in its parts, each with its place. */

export interface Token {
  /** `other`: a character that no claim has. */
  kind: 'op' | 'word' | '*' | '+' | '-' | '/' | 'other';
  text: string;
  at: number;
  end: number;
}

/** A wrong part of the text. */
export interface Wrong {
  at: number;
  end: number;
  message: string;
  hint?: string | undefined;
}

/**
 * Names hold letters, digits, `.`, `_`, `-` and `@`; a name with quotes around it is one part whatever stands in it. What
 * begins with a digit may be a number with its unit. A `-` that touches a name belongs to it.
 */
const PARTS =
  /(?<op>[<>=!≤≥~]+)|(?<word>(?:"[^"]*"|[\p{L}\p{N}_.%])(?:"[^"]*"|[\p{L}\p{N}_.%@-])*)|(?<sign>[*+/×-])|(?<other>\S)/gu;

export function tokensOf(text: string): Token[] {
  return [...text.matchAll(PARTS)].map((found): Token => {
    const { op, word, sign } = found.groups as Record<string, string | undefined>;
    const kind =
      op !== undefined
        ? 'op'
        : word !== undefined
          ? 'word'
          : sign === undefined
            ? 'other'
            : sign === '×'
              ? '*'
              : (sign as Token['kind']);
    return { kind, text: found[0], at: found.index, end: found.index + found[0].length };
  });
}
