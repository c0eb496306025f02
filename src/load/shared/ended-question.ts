/**
 * How a question on a connection of its own ended, where the server ended it by an error code of HTTP/2 or HTTP/3: written and
 * read again in one place.
 */

export function resetText(code: string): string {
  return `the server reset the stream (${code})`;
}

export function goAwayText(code: string): string {
  return `the server takes no more requests on this connection (GOAWAY, ${code})`;
}

const CODE = '([A-Za-z0-9_ ]+)';
const TOLD = new RegExp(
  `^the server reset the stream \\(${CODE}\\)|\\(GOAWAY, ${CODE}\\)|\\b(H3_[A-Z0-9_]+)`,
);

/** The code, as its standard calls it or as a number; null: it ended otherwise. */
export function codeToldIn(text: string): string | null {
  const [, ...codes] = TOLD.exec(text) ?? [];
  return codes.find((code) => code !== undefined) ?? null;
}
