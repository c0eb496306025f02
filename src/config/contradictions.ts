/**
 * Mistakes that no single value shows: names that refer to nothing, settings that exclude one
 * another, folders that are not there. They work on the raw value, which may be wrong in any way, so
 * that they are reported together with the mistakes of `check.ts` and not one run later.
 */
import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { foundInstead, type Mistake, type Path } from './mistakes.ts';
import { didYouMean } from './nearest.ts';
import { NAME_PATTERN, workdir } from './values.ts';

export function contradictions(raw: unknown): Mistake[] {
  const servers = entries(raw, 'servers');
  const scenarios = entries(raw, 'scenarios');
  return [
    ...badNames(servers, ['servers']),
    ...badNames(scenarios, ['scenarios']),
    ...alike(servers, ['servers']),
    ...alike(scenarios, ['scenarios']),
    ...servers.flatMap(([name, server]) => portInEnv(name, server)),
    ...scenarios.flatMap(([name, scenario]) => [
      ...unknownServers(name, scenario, servers),
      ...headers(name, scenario),
      ...bodyOfNothing(name, scenario),
    ]),
    ...idleServers(servers, scenarios),
  ];
}

/** Every `workdir` must be a folder under `root`, also when a symbolic link leads there. */
export async function missingWorkdirs(raw: unknown, root: string): Promise<Mistake[]> {
  const mistakes = await Promise.all(
    entries(raw, 'servers').map(async ([name, server]): Promise<Mistake[]> => {
      const found = get(server, 'workdir') ?? '.';
      const wanted = workdir.safeParse(found);
      if (!wanted.success) return [];
      const allowed = await problemOf(resolve(root, wanted.data), root);
      if (allowed === null) return [];
      const path = ['servers', name, 'workdir'];
      return [{ path, part: 'value', message: foundInstead(found, allowed) }];
    }),
  );
  return mistakes.flat();
}

async function problemOf(folder: string, root: string): Promise<string | null> {
  try {
    if (!(await stat(folder)).isDirectory()) return 'a folder (this is a file)';
    const [real, realRoot] = await Promise.all([realpath(folder), realpath(root)]);
    const isInside = real === realRoot || real.startsWith(realRoot.replace(/\/?$/, sep));
    return isInside ? null : 'a folder inside the repository (this is a link that leads out of it)';
  } catch {
    return 'a folder that exists';
  }
}

function badNames(named: [string, unknown][], at: Path): Mistake[] {
  const allowed =
    'a name of letters, digits, `.`, `_` and `-`, at most 64, with a letter or digit first';
  return named
    .filter(([name]) => !NAME_PATTERN.test(name))
    .map(([name]) => ({ path: [...at, name], part: 'key', message: foundInstead(name, allowed) }));
}

function alike(named: [string, unknown][], at: Path): Mistake[] {
  const seen = new Map<string, string>();
  return named.flatMap(([name]) => {
    const other = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    if (other === undefined) return [];
    const message = `differs from \`${other}\` by capitals only`;
    return [{ path: [...at, name], part: 'key' as const, message, hint: 'give it another name' }];
  });
}

function portInEnv(name: string, server: unknown): Mistake[] {
  const port = get(get(server, 'env'), 'PORT');
  if (port === undefined || port === '{port}') return [];
  const path = ['servers', name, 'env', 'PORT'];
  const message = 'PORT is set by the gate, to a different port for each start';
  return [{ path, part: 'key', message, hint: 'remove it, and let the server listen on PORT' }];
}

function unknownServers(name: string, scenario: unknown, servers: [string, unknown][]): Mistake[] {
  const known = servers.map(([server]) => server);
  return list(get(scenario, 'servers')).flatMap((server, index) => {
    if (typeof server !== 'string' || known.includes(server) || known.length === 0) return [];
    const path = ['scenarios', name, 'servers', index];
    const message = foundInstead(server, `a server of this file (${known.join(', ')})`);
    return [{ path, part: 'value' as const, message, hint: didYouMean(server, known) }];
  });
}

/** What frames a request on a kept connection is the generator's business. */
const OWN_HEADERS = ['connection', 'content-length', 'expect', 'transfer-encoding', 'upgrade'];

function headers(name: string, scenario: unknown): Mistake[] {
  const seen = new Set<string>();
  return Object.keys(map(get(scenario, 'headers'))).flatMap((header): Mistake[] => {
    const path = ['scenarios', name, 'headers', header];
    const plain = header.toLowerCase();
    const isRepeated = seen.has(plain);
    seen.add(plain);
    if (OWN_HEADERS.includes(plain)) {
      const message = 'this header is set by the generator, which keeps its connections open';
      return [{ path, part: 'key', message, hint: 'remove it' }];
    }
    if (!isRepeated) return [];
    const message = 'the header stands here a second time: capitals make no difference';
    return [{ path, part: 'key', message, hint: 'keep one of them' }];
  });
}

function bodyOfNothing(name: string, scenario: unknown): Mistake[] {
  const expected = get(scenario, 'expect');
  const body = get(expected, 'body');
  if (typeof body !== 'string' || body === '') return [];
  const status = get(expected, 'status');
  const isHead = get(scenario, 'method') === 'HEAD';
  if (!isHead && status !== 204 && status !== 304) return [];
  const cause = isHead ? 'to HEAD' : `of status ${status}`;
  const path = ['scenarios', name, 'expect', 'body'];
  const message = `an answer ${cause} never has a body`;
  return [{ path, part: 'key', message, hint: 'remove the expected body' }];
}

/** Only when every scenario says which servers it loads. */
function idleServers(servers: [string, unknown][], scenarios: [string, unknown][]): Mistake[] {
  const loaded = scenarios.map(([, scenario]) => get(scenario, 'servers'));
  if (loaded.length === 0 || !loaded.every(Array.isArray)) return [];
  // A name that is no server's is probably a slip for one of these.
  if (loaded.flat().some((name) => !servers.some(([server]) => server === name))) return [];
  return servers
    .filter(([name]) => !loaded.flat().includes(name))
    .map(([name]) => ({
      path: ['servers', name],
      part: 'key',
      message: 'no scenario loads this server',
      hint: `add ${name} to the \`servers\` of a scenario, or remove it`,
    }));
}

function entries(raw: unknown, key: string): [string, unknown][] {
  return Object.entries(map(get(raw, key)));
}

function get(value: unknown, key: string): unknown {
  return Object.hasOwn(map(value), key) ? map(value)[key] : undefined;
}

function map(value: unknown): Record<string, unknown> {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMap ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
