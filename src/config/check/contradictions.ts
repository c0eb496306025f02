/**
 * Mistakes that no single value shows: names that refer to nothing, settings that exclude one
 * another, folders that are not there. They work on the raw value, which may be wrong in any way, so
 * that they are reported together with the mistakes of `check.ts` and not one run later.
 */

import { foundInstead, type Mistake, type Path } from '../mistakes/mistakes.ts';
import { entries, get } from '../mistakes/untyped.ts';
import { NAME_PATTERN, workdir } from '../values/values.ts';
import { problemWith } from './path-containment.ts';
import { scenarioContradictions } from './scenario-contradictions.ts';
import { serverContradictions } from './server-contradictions.ts';

export function contradictions(raw: unknown): Mistake[] {
  const servers = entries(raw, 'servers');
  const scenarios = entries(raw, 'scenarios');
  return [
    ...badNames(servers, ['servers']),
    ...badNames(scenarios, ['scenarios']),
    ...alike(servers, ['servers']),
    ...alike(scenarios, ['scenarios']),
    ...servers.flatMap(([name, server]) => serverContradictions(name, server)),
    ...scenarios.flatMap(([name, scenario]) => scenarioContradictions(name, scenario, servers)),
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
      const allowed = await problemWith(wanted.data, root, 'folder');
      if (allowed === null) return [];
      const path = ['servers', name, 'workdir'];
      return [{ path, part: 'value', message: foundInstead(found, allowed) }];
    }),
  );
  return mistakes.flat();
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
