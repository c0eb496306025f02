/** A name that is no input and no flag, though it means something: what to write in its place. */

import { homeOf } from './check/unknown-keys.ts';
import { DEFAULT_FILES } from './files/find-file.ts';
import type { Mistake } from './mistakes/mistakes.ts';
import { flagName } from './settings/flags.ts';
import { keysOf, SETTING_NAMES, type SettingName, sectionOf } from './settings/settings.ts';
import { written } from './settings/spelling.ts';

/** What other tools and actions call a setting of ours, where the two words are not alike. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'working-directory': 'workdir',
  cwd: 'workdir',
  directory: 'workdir',
  command: 'start',
  cmd: 'start',
  entrypoint: 'start',
  run: 'start',
  install: 'build',
  url: 'path',
  endpoint: 'path',
  health: 'ready-path',
  healthcheck: 'ready-path',
  'health-check': 'ready-path',
  'ready-url': 'ready-path',
  'start-timeout': 'ready-timeout',
  'startup-timeout': 'ready-timeout',
  concurrency: 'connections',
  users: 'connections',
  vus: 'connections',
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

const PLACES: Readonly<Record<string, string>> = {
  servers: 'a server',
  scenarios: 'a scenario',
  gate: '`gate`',
  beside: 'the file itself',
};

/** Of an unknown key of a file about which nothing better is known: an input's or a flag's name, or another tool's word. */
export function asKey(mistake: Mistake): Mistake {
  const { message, hint = '', path } = mistake;
  if (message !== 'unknown key' || !hint.startsWith('allowed here')) return mistake;
  const word = String(path.at(-1))
    .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .replaceAll('_', '-');
  const name = settingCalled(ELSEWHERE[word] ?? word);
  if (name === null) return mistake;
  const place = PLACES[sectionOf(name)] ?? 'the file itself';
  return { ...mistake, hint: `write ${written(name, '…', 'file')} in ${place}; ${hint}` };
}

function settingCalled(word: string): SettingName | null {
  return SETTING_NAMES.find((name) => flagName(name) === `--${word}`) ?? null;
}
