/**
 * Whether the body of a gRPC call is one: framed messages, each behind a byte that says whether it is packed and four with its
 * length ("gRPC over HTTP2", Length-Prefixed-Message). A server takes the first five bytes of anything else for a length, and says
 * that the message is too large or broken inside.
 */

import type { Mistake, Path } from '../mistakes/mistakes.ts';
import { entries, get, list, map } from '../mistakes/untyped.ts';
import { isGrpcType } from '../values/grpc-type.ts';

const PREFIX_BYTES = 5;
/** A variable, a placeholder, a value or a column of a data file: how long the body will be, nobody knows yet. */
const MAY_BE_FILLED = /\{[A-Za-z_]/;
const HINT =
  "put a byte 0 before it, and the length of the message in four bytes (the highest first), as `printf '\\0\\0\\0\\0\\7'` for a message of 7 bytes";

/** Of a file that was read. `path`: of the key that names it. */
export function misframedFile(raw: unknown, path: Path, bytes: Buffer): Mistake[] {
  const request = path.slice(0, -1).reduce<unknown>(step, raw);
  const scenario = path.slice(0, 2).reduce<unknown>(step, raw);
  return isCall(scenario, request) ? misframed(path, bytes) : [];
}

/** Of every body that is written in the file. */
export function misframedTexts(raw: unknown): Mistake[] {
  return entries(raw, 'scenarios').flatMap(([name, scenario]) => {
    const at = ['scenarios', name];
    const requests = list(get(scenario, 'requests')).map((request, index) => ({
      request,
      path: [...at, 'requests', index],
    }));
    return [{ request: scenario, path: at }, ...requests].flatMap(({ request, path }) => {
      const body = get(request, 'body');
      if (typeof body !== 'string' || MAY_BE_FILLED.test(body)) return [];
      return isCall(scenario, request) ? misframed([...path, 'body'], Buffer.from(body)) : [];
    });
  });
}

function misframed(path: Path, bytes: Buffer): Mistake[] {
  const why = troubleWith(bytes);
  if (why === null) return [];
  const message = `the body of a gRPC call must be a framed message, and ${why}`;
  return [{ path, part: 'value', message, hint: HINT }];
}

/** Null: it is a number of whole messages. */
function troubleWith(bytes: Buffer): string | null {
  let at = 0;
  do {
    const left = bytes.length - at;
    if (left < PREFIX_BYTES) return `this one ends within the five bytes before a message`;
    if ((bytes[at] as number) > 1) return `this one begins with no byte 0 or 1`;
    const length = bytes.readUInt32BE(at + 1);
    if (length > left - PREFIX_BYTES) {
      return `this one says that ${length} bytes follow, where ${left - PREFIX_BYTES} do`;
    }
    at += PREFIX_BYTES + length;
  } while (at < bytes.length);
  return null;
}

function isCall(scenario: unknown, request: unknown): boolean {
  const [own, all] = [contentType(request), contentType(scenario)];
  const type = own ?? all;
  return typeof type === 'string' && isGrpcType(type.trim());
}

function contentType(owner: unknown): unknown {
  const headers = Object.entries(map(get(owner, 'headers')));
  return headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
}

function step(value: unknown, key: Path[number]): unknown {
  return typeof key === 'number' ? list(value)[key] : get(value, key);
}
