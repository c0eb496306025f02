/** What is wrong with settings, which are no keys of a file: told as inputs and flags have it. Pure. */
import type { Problem } from '../../system/messages/problem.ts';
import type { Mistake } from '../mistakes/mistakes.ts';
import { get } from '../mistakes/untyped.ts';
import { flagName } from './flags.ts';
import { ONE_SCENARIO, SETTING_NAMES } from './settings.ts';
import { named, written } from './spelling.ts';

/** Of the settings of a load, those that one of the protocols has no use for. */
const ONLY: Readonly<Record<string, string>> = {
  streams: 'a connection of `http2` or `http3` carries several requests at once, and no other does',
  method: 'a WebSocket is always opened by GET',
  body: 'a WebSocket has no body: what it sends is `message`, in a config file',
  expect: 'a WebSocket is always opened with status 101',
};

/** No setting is unknown: one that its load does not take means nothing there. */
export function ofNoUse(mistake: Mistake, raw: unknown): Mistake {
  const [section, , key] = mistake.path;
  const why = section === 'scenarios' && mistake.path.length === 3 ? ONLY[String(key)] : undefined;
  if (mistake.message !== 'unknown key' || why === undefined) return mistake;
  const protocol = get(get(get(raw, 'scenarios'), ONE_SCENARIO), 'protocol') ?? 'http1';
  const hint = `${why}; leave it out, or set another \`protocol\``;
  return { ...mistake, message: `it means nothing with \`${protocol}\``, hint };
}

const SETTINGS = new Map(SETTING_NAMES.map((name) => [flagName(name).slice(2), name]));
const SETTING = /`([a-z][a-z0-9-]*)(?:: ([^`{}]+))?`/g;

/** A mistake in a flag names other settings as flags too: `--pairs exclusive` for `pairs: exclusive`. */
export function asFlags(problem: Problem): Problem {
  if (problem.where?.startsWith('--') !== true) return problem;
  const inFlags = (text: string) =>
    text.replaceAll(SETTING, (whole, word: string, value: string | undefined) => {
      const name = SETTINGS.get(word);
      if (name === undefined) return whole;
      return value === undefined ? named(name, 'flags') : written(name, value, 'flags');
    });
  const { message, hint } = problem;
  return {
    ...problem,
    message: inFlags(message),
    ...(hint === undefined ? {} : { hint: inFlags(hint) }),
  };
}
