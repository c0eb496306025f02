/** Keys of an HTTP scenario and its requests that exclude one another or mean nothing together. */

import type { Mistake, Path } from '../mistakes/mistakes.ts';
import { get, has, isHold, list, map } from '../mistakes/untyped.ts';
import { badHeaders } from './headers.ts';

/** Keys that make the one request of a scenario without a list. */
const OF_ONE_REQUEST = ['method', 'path', 'body', 'body-file', 'ids'];

const ONE_REQUEST = 'a hold sends one and the same request; for braces in a path, write %7Bid%7D';

export function requestContradictions(name: string, scenario: unknown): Mistake[] {
  const at = ['scenarios', name];
  const protocol = get(scenario, 'protocol');
  const isHeld = isHold(scenario);
  const requests = (isHeld ? [] : list(get(scenario, 'requests'))).map((raw, index) => ({
    raw,
    at: [...at, 'requests', index],
  }));
  const kind = isHeld ? 'hold' : 'http';
  const isAlone = isHeld || (!has(scenario, 'requests') && !has(scenario, 'har'));
  return [
    ...(isHeld ? [] : excluded(scenario, at)),
    ...badHeaders(get(scenario, 'headers'), [...at, 'headers'], kind, protocol),
    ...requests.flatMap((request) =>
      badHeaders(get(request.raw, 'headers'), [...request.at, 'headers'], kind, protocol),
    ),
    ...(isAlone ? [{ raw: scenario, at }] : requests).flatMap((request) => [
      ...twoBodies(request.raw, request.at),
      ...bodyOfNothing(request.raw, scenario, request.at),
      ...(isHeld ? idOfNothing(scenario, at, ONE_REQUEST) : ids(request.raw, scenario, request.at)),
    ]),
  ];
}

/** `{id}` stays as it is where a scenario has no `ids`, and in a path that is a slip. */
export function idOfNothing(request: unknown, at: Path, hint: string): Mistake[] {
  if (!holdsId(get(request, 'path')) || has(request, 'ids')) return [];
  const message = '`{id}` stands for nothing here';
  return [{ path: [...at, 'path'], part: 'value', message, hint }];
}

function excluded(scenario: unknown, at: Path): Mistake[] {
  const refuse = (keys: string[], beside: string, hint: string) =>
    keys
      .filter((key) => has(scenario, key))
      .map((key): Mistake => {
        const message = `cannot stand beside \`${beside}\``;
        return { path: [...at, key], part: 'key', message, hint };
      });
  if (has(scenario, 'har')) {
    const keys = ['requests', ...OF_ONE_REQUEST, 'expect'];
    return refuse(
      keys,
      'har',
      'the recording says what is sent and expected: remove one of the two',
    );
  }
  if (!has(scenario, 'requests')) return [];
  return refuse(OF_ONE_REQUEST, 'requests', 'put it into the requests of the list that need it');
}

function twoBodies(request: unknown, at: Path): Mistake[] {
  if (!has(request, 'body') || !has(request, 'body-file')) return [];
  const path = [...at, 'body-file'];
  const message = 'cannot stand beside `body`';
  return [{ path, part: 'key', message, hint: 'keep one of them' }];
}

/** The expected body, also where the scenario expects it of all its requests. */
function bodyOfNothing(request: unknown, scenario: unknown, at: Path): Mistake[] {
  const [own, all] = [get(request, 'expect'), get(scenario, 'expect')];
  const body = get(own, 'body') ?? get(all, 'body');
  if (typeof body !== 'string' || body === '') return [];
  const status = get(own, 'status') ?? get(all, 'status');
  const isHead = get(request, 'method') === 'HEAD';
  if (!isHead && status !== 204 && status !== 304) return [];
  const cause = isHead ? 'to HEAD' : `of status ${status}`;
  const message = `an answer ${cause} never has a body`;
  if (has(own, 'body')) {
    const path = [...at, 'expect', 'body'];
    return [{ path, part: 'key', message, hint: 'remove the expected body' }];
  }
  const hint = 'write `expect: { body: "" }` here, or remove the expected body of the scenario';
  return [{ path: [...at, has(own, 'status') ? 'expect' : 'method'], part: 'key', message, hint }];
}

function ids(request: unknown, scenario: unknown, at: Path): Mistake[] {
  const without = idOfNothing(
    request,
    at,
    'say which numbers it stands for, such as `ids: 1..1000`; for braces in a path, write %7Bid%7D',
  );
  if (!has(request, 'ids')) return without;
  const headers = [get(request, 'headers'), get(scenario, 'headers')];
  const texts = [
    get(request, 'path'),
    get(request, 'body'),
    ...headers.flatMap((record) => Object.values(map(record))),
  ];
  if (texts.some(holdsId)) return [];
  const message = 'there is no `{id}` for these numbers';
  const hint = has(request, 'body-file')
    ? 'put `{id}` into the path, a header value or `body`; a `body-file` is sent as it is'
    : 'put `{id}` into the path, a header value or the body, or remove `ids`';
  return [{ path: [...at, 'ids'], part: 'key', message, hint }];
}

function holdsId(text: unknown): boolean {
  return typeof text === 'string' && text.includes('{id}');
}
