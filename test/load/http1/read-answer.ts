/** Whole answers through the parser, in any pieces. */
import { AnswerParser } from '../../../src/load/http1/answer-parser.ts';

export interface Read {
  outcome: string;
  status: number;
  bodyBytes: number;
  matches: boolean;
  keepAlive: boolean;
  /** Bytes up to the end of the answer. */
  length: number;
  error: string;
}

export interface Expectation {
  method?: string;
  expectedBody?: string | null;
}

/** Feeds the pieces until the answer is over; then `close` ends the input, if asked for. */
export function read(
  pieces: Buffer[],
  { method = 'GET', expectedBody = null }: Expectation = {},
  parser = new AnswerParser(),
): Read {
  const expected = expectedBody === null ? null : Buffer.from(expectedBody, 'latin1');
  parser.reset(method === 'HEAD', expected);
  let outcome = 'more';
  let before = 0;
  let length = 0;
  for (const piece of pieces) {
    outcome = parser.feed(piece, piece.length);
    length = before + parser.consumed;
    if (outcome !== 'more') break;
    before += piece.length;
  }
  if (outcome === 'more' && parser.end()) {
    outcome = 'closed';
    length = before;
  }
  const { status, keepAlive, error } = parser;
  return {
    outcome,
    status,
    keepAlive,
    error,
    length: outcome === 'done' || outcome === 'closed' ? length : -1,
    bodyBytes: parser.body.bytes,
    matches: parser.body.matches(),
  };
}

export function readText(text: string, expectation?: Expectation): Read {
  return read([Buffer.from(text, 'latin1')], expectation);
}

/** The text in pieces that end at these places. */
export function split(text: string, cuts: number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const ends = [...places, bytes.length];
  return ends
    .map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end))
    .filter((piece) => piece.length > 0);
}

export function single(text: string): Buffer[] {
  return Array.from(Buffer.from(text, 'latin1'), (byte) => Buffer.from([byte]));
}
