/**
 * Whether the body of a gRPC call is one: framed messages, each behind a byte that says whether it is packed and four with its
 * length ("gRPC over HTTP2", Length-Prefixed-Message). A server takes the first five bytes of anything else for a length, and says
 * that the message is too large or broken inside.
 */

import type { Mistake, Path } from '../mistakes/mistakes.ts';
import { entries, get, has, list, map } from '../mistakes/untyped.ts';
import { isGrpcType } from '../values/grpc-type.ts';

const PREFIX_BYTES = 5;
/** A variable, a placeholder, a value or a column of a data file: how long the body will be, nobody knows yet. */
const MAY_BE_FILLED = /\{[A-Za-z_]/;
const HINT =
  "put a byte 0 before it, and the length of the message in four bytes (the highest first), as `printf '\\0\\0\\0\\0\\7'` for a message of 7 bytes; no flag and no input can hold a byte 0, so it belongs into a file, named by `body-file` of a config file";
/** In another one the protocol is the mistake. */
const MAY_CALL: ReadonlySet<unknown> = new Set(['http2', 'http3']);
/** `printf` makes the empty message. */
const NO_BODY_HINT =
  "name a file with the message by `body-file` of a config file (a flag or an input cannot hold one); `printf '\\0\\0\\0\\0\\0' > bench/call.grpc` makes the empty one";

/** Of a file that was read. `path`: of the key that names it. */
export function misframedFile(raw: unknown, path: Path, bytes: Buffer): Mistake[] {
  const request = path.slice(0, -1).reduce<unknown>(step, raw);
  const scenario = path.slice(0, 2).reduce<unknown>(step, raw);
  return isCall(scenario, request) ? misframed(path, bytes) : [];
}

/** Of every body that is written in the file, and of every call that has none. */
export function misframedTexts(raw: unknown): Mistake[] {
  return entries(raw, 'scenarios').flatMap(([name, scenario]) =>
    requestsOf(scenario, ['scenarios', name]).flatMap(({ request, path }) => {
      if (!isCall(scenario, request)) return [];
      const body = get(request, 'body');
      if (body === undefined && !has(request, 'body-file')) {
        return MAY_CALL.has(get(scenario, 'protocol')) ? [withoutBody(request, path)] : [];
      }
      if (typeof body !== 'string' || MAY_BE_FILLED.test(body)) return [];
      return misframed([...path, 'body'], Buffer.from(body));
    }),
  );
}

/** Of a recording they are read elsewhere, and a load command has its own. */
function requestsOf(scenario: unknown, at: Path): { request: unknown; path: Path }[] {
  if (has(scenario, 'har') || get(scenario, 'engine') === 'command') return [];
  if (!has(scenario, 'requests')) return [{ request: scenario, path: at }];
  return list(get(scenario, 'requests')).map((request, index) => ({
    request,
    path: [...at, 'requests', index],
  }));
}

/** Told of the header that makes it a call, where it has one of its own. */
function withoutBody(request: unknown, path: Path): Mistake {
  const header = Object.keys(map(get(request, 'headers'))).find(isContentType);
  const message = 'a gRPC call sends one message as its body, and there is none here';
  return header === undefined
    ? { path, part: 'value', message, hint: NO_BODY_HINT }
    : { path: [...path, 'headers', header], part: 'value', message, hint: NO_BODY_HINT };
}

function misframed(path: Path, bytes: Buffer): Mistake[] {
  const trouble = troubleWith(bytes);
  if (trouble === null) return [];
  const { why, whole } = trouble;
  const message = `the body of a gRPC call must be a framed message, and ${why}`;
  const hint =
    whole === 0
      ? HINT
      : `it has whole messages up to byte ${whole}: remove what follows, such as a line break, or frame it as they are`;
  return [{ path, part: 'value', message, hint }];
}

/** `whole`: bytes of the messages before, which are as they should be. Null: it is a number of whole messages. */
function troubleWith(bytes: Buffer): { why: string; whole: number } | null {
  let at = 0;
  do {
    const because = (why: string) => ({ why, whole: at });
    const left = bytes.length - at;
    if (left < PREFIX_BYTES) return because('this one ends within the five bytes before a message');
    if ((bytes[at] as number) > 1) return because('this one begins with no byte 0 or 1');
    const length = bytes.readUInt32BE(at + 1);
    if (length > left - PREFIX_BYTES) {
      return because(`this one says that ${length} bytes follow, where ${left - PREFIX_BYTES} do`);
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
  return headers.find(([name]) => isContentType(name))?.[1];
}

function isContentType(name: string): boolean {
  return name.toLowerCase() === 'content-type';
}

function step(value: unknown, key: Path[number]): unknown {
  return typeof key === 'number' ? list(value)[key] : get(value, key);
}
