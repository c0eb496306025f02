/** A name that is no input and no flag, though it means something: what to write in its place. */

import { homeOf } from './check/unknown-keys.ts';
import { DEFAULT_FILES } from './files/find-file.ts';
import { flagName } from './settings/flags.ts';
import { keysOf, SETTING_NAMES } from './settings/settings.ts';

/** What other tools and actions call a setting of ours, where the two words are not alike. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'working-directory': 'workdir',
  cwd: 'workdir',
  directory: 'workdir',
  command: 'start',
  run: 'start',
  install: 'build',
  url: 'path',
  endpoint: 'path',
  'health-check': 'ready-path',
  'ready-url': 'ready-path',
  'start-timeout': 'ready-timeout',
  'startup-timeout': 'ready-timeout',
  concurrency: 'connections',
  users: 'connections',
  duration: 'budget',
  threshold: 'tolerance',
  'alert-threshold': 'tolerance',
  'base-ref': 'base',
  'base-branch': 'base',
  'github-token': 'token',
  'repo-token': 'token',
  output: 'out',
};

/** `names`: those that there are. Null: the word means nothing that is known here. */
export function inPlaceOf(word: string, names: readonly string[]): string | null {
  const asked = word.toLowerCase().replaceAll('_', '-');
  // A slip of one letter, which whoever knows the spelling tells better: a file has a `claim` within its claims.
  if (names.some((name) => name === `${asked}s` || `${name}s` === asked)) return null;
  const own = ELSEWHERE[asked];
  if (own !== undefined && names.includes(own)) return `write \`${own}\``;
  // A section of the file, whose keys are settings one by one.
  const within = SETTING_NAMES.filter(
    (name) => keysOf(name).length > 1 && keysOf(name)[0] === asked,
  );
  const parts = within.map((name) => flagName(name).slice(2)).filter((one) => names.includes(one));
  if (parts.length > 0) return `write ${parts.map((name) => `\`${name}\``).join(', ')}`;
  const home = homeOf(asked);
  return home === null ? null : `${home} of a config file, such as ${DEFAULT_FILES[0]}`;
}
