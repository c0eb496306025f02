/** One whole answer, as answers are compared: decompressed, and without what the gate itself chose for an arm. */

export interface Answer {
  status: number;
  /** Names in small letters, one value for each; those of trailers begin with `trailer `. */
  fields: ReadonlyMap<string, string>;
  /** Decompressed; only its beginning where it is very long. */
  body: Buffer;
  /** Of the whole body, decompressed: two that are cut can still be told apart. */
  bytes: number;
  /** Of the body as it came, packed or not. */
  cameBytes: number;
  sha256: string;
  /** The body does not unpack, and ours stands in its place. */
  isUnreadable?: true;
  /** `content-encoding` as it came; empty: none. */
  encoding: string;
  /** `set-cookie` as it came; not compared. */
  cookies: readonly string[];
}

/** An answer, or in words why there is none. */
export type Asked = Answer | string;

/** What stands for the answer of a server that ended the connection without one. */
export const NO_ANSWER: Answer = {
  status: 0,
  fields: new Map(),
  body: Buffer.alloc(0),
  bytes: 0,
  cameBytes: 0,
  sha256: '',
  encoding: '',
  cookies: [],
};

/** What the gate chose for an arm, and stands in its answers: links to itself, folders. */
export interface OwnPlace {
  port: number;
  socketPath: string | null;
  /** Root of the arm's tree. */
  dir: string;
}

/** Stands for a port as a bare number: no port is so large, and JSON with it stays JSON. */
const NO_PORT = '65536';
const HOSTS = ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::]'];

/**
 * The text with `{port}` (a number where it is bare) and `{dir}` where those of any arm stand: these differ between any two arms. What
 * is replaced is the same for both, so that two equal answers stay equal: a port may as well be a number of the data.
 */
export function withoutPlaces(text: string, places: readonly OwnPlace[]): string {
  let neutral = text;
  for (const { port } of places) {
    for (const host of HOSTS) neutral = neutral.replaceAll(`${host}:${port}`, `${host}:{port}`);
    neutral = neutral.replace(new RegExp(`(?<![\\w.-])${port}(?!\\w|[.-]\\w)`, 'g'), NO_PORT);
  }
  // One folder's path may be the beginning of the other's.
  const byLength = [...places].sort((a, b) => b.dir.length - a.dir.length);
  for (const { socketPath, dir } of byLength) {
    if (socketPath !== null) neutral = neutral.replaceAll(socketPath, '{socket}');
    if (dir.length > 1) neutral = neutral.replaceAll(dir, '{dir}');
  }
  return neutral;
}

/** The same of bytes, of whatever encoding. */
export function bytesWithoutPlaces(bytes: Buffer, places: readonly OwnPlace[]): Buffer {
  const isMentioned = places
    .flatMap(({ port, socketPath, dir }) => [String(port), socketPath, dir])
    .some((own) => own !== null && own.length > 1 && bytes.includes(own));
  if (!isMentioned) return bytes;
  return Buffer.from(withoutPlaces(bytes.toString('latin1'), places), 'latin1');
}
