/**
 * Whether the body of an upload is one (RFC 2046, 5.1): parts between lines with the boundary that the content-type names. Servers answer
 * anything else by a 400 that tells nothing, or take it for an upload without parts.
 */
import type { Mistake, Path } from '../mistakes/mistakes.ts';
import { entries, get, list, map } from '../mistakes/untyped.ts';

const BOUNDARY = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i;

/** Of a file that was read. `path`: of the key that names it. */
export function unboundFile(raw: unknown, path: Path, bytes: Buffer): Mistake[] {
  const request = path.slice(0, -1).reduce<unknown>(step, raw);
  const scenario = path.slice(0, 2).reduce<unknown>(step, raw);
  return unbound(typeOf(scenario, request), path, bytes.toString('latin1'));
}

/** Of every body that is written in the file. */
export function unboundTexts(raw: unknown): Mistake[] {
  return entries(raw, 'scenarios').flatMap(([name, scenario]) => {
    const at = ['scenarios', name];
    const requests = list(get(scenario, 'requests')).map((request, index) => ({
      request,
      path: [...at, 'requests', index],
    }));
    return [{ request: scenario, path: at }, ...requests].flatMap(({ request, path }) => {
      const body = get(request, 'body');
      if (typeof body !== 'string') return [];
      return unbound(typeOf(scenario, request), [...path, 'body'], body);
    });
  });
}

function unbound(type: string, path: Path, body: string): Mistake[] {
  if (!/^\s*multipart\//i.test(type)) return [];
  const [, quoted, bare] = BOUNDARY.exec(type) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) {
    const message = 'the content-type of this body is a multipart one and names no boundary';
    const hint =
      'add the one that stands between the parts: `content-type: multipart/form-data; boundary=X`, and `--X` in the body';
    return [{ path, part: 'value', message, hint }];
  }
  // A variable may bring it.
  if (body.includes(`--${boundary}`) || /\$\{/.test(boundary + body)) return [];
  const message = `the content-type names the boundary \`${boundary}\`, and the body has no line \`--${boundary}\``;
  const hint = 'write the boundary of the body, without the two dashes, into the content-type';
  return [{ path, part: 'value', message, hint }];
}

function typeOf(scenario: unknown, request: unknown): string {
  const of = (owner: unknown) =>
    Object.entries(map(get(owner, 'headers'))).find(
      ([name]) => name.toLowerCase() === 'content-type',
    )?.[1];
  return String(of(request) ?? of(scenario) ?? '');
}

function step(value: unknown, key: Path[number]): unknown {
  return typeof key === 'number' ? list(value)[key] : get(value, key);
}
