/** What every client that asks for whole answers has in common. */
import { createHash } from 'node:crypto';
import type { PreparedRequest } from '../../load/prepared-request.ts';
import {
  type Answer,
  type Asked,
  bytesWithoutPlaces,
  type OwnPlace,
  withoutPlaces,
} from '../answers/answer.ts';
import { decoded } from './decode.ts';

/** What is kept of a body; more of it is known by its hash. */
const KEPT_BYTES = 256 * 1024;
/** A body that is longer than this is not read to its end. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** Its connection stays open from one call to the next. */
export interface Asker extends Disposable {
  /** Never rejects, and takes no longer than `timeoutMs`. */
  ask(request: PreparedRequest, timeoutMs: number): Promise<Asked>;
}

/** Reads a body to its end, and keeps as much of it as may be unpacked. */
export class Body {
  constructor(stream: NodeJS.ReadableStream & { destroy(): unknown }, done: (raw: Buffer) => void) {
    const parts: Buffer[] = [];
    let bytes = 0;
    stream.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > MOST_BYTES) stream.destroy();
      else parts.push(part);
    });
    stream.once('end', () => done(Buffer.concat(parts)));
  }
}

/** Of a field that comes several times all values; of cookies only their names, as each server draws its own. Returns these. */
export function gather(
  fields: Map<string, string>,
  raw: readonly string[],
  prefix: string,
): string[] {
  const cookies: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = `${prefix}${(raw[i] as string).toLowerCase()}`;
    const value = raw[i + 1] as string;
    const kept = name === 'set-cookie' ? (value.split('=')[0] as string) : value;
    if (name === 'set-cookie') cookies.push(value);
    const before = fields.get(name);
    fields.set(name, before === undefined ? kept : `${before}, ${kept}`);
  }
  return cookies;
}

export function answerOf(
  status: number,
  fields: ReadonlyMap<string, string>,
  raw: Buffer,
  places: readonly OwnPlace[] | null,
  cookies: readonly string[] = [],
): Asked {
  const encoding = fields.get('content-encoding') ?? '';
  // An answer to HEAD, a 304: the coding is that of a body which does not come.
  const unpacked = raw.length === 0 ? raw : decoded(raw, encoding);
  // A login needs what is in it.
  if (typeof unpacked === 'string' && places === null) return unpacked;
  // Base's may be sound: a body that no client can read is an answer, and another one.
  const plain = typeof unpacked === 'string' ? Buffer.from(`(${unpacked})`) : unpacked;
  const body = bytesWithoutPlaces(plain, places ?? []);
  const own = [...fields].map(([name, value]): [string, string] => [
    name,
    withoutPlaces(value, places ?? []),
  ]);
  return {
    status,
    fields: new Map(own),
    // A copy: a slice would keep the whole.
    body: Buffer.from(body.subarray(0, KEPT_BYTES)),
    bytes: body.length,
    cameBytes: raw.length,
    ...(typeof unpacked === 'string' && { isUnreadable: true }),
    sha256: createHash('sha256').update(body).digest('hex'),
    encoding: encoding.toLowerCase(),
    cookies,
  } satisfies Answer;
}
