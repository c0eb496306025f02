/** Keys that do not exist where they stand: where they belong, or what was meant. */

import type { Mistake, Path } from '../mistakes/mistakes.ts';
import { nearest } from '../mistakes/nearest.ts';
import { get, isHold, kindOf } from '../mistakes/untyped.ts';
import { SECTIONS } from '../schema/file-schema.ts';
import { ONLY_OF_HOLDS } from '../schema/scenario-schema.ts';

export interface UnknownKey extends Mistake {
  /** For a misspelt key: the key that was probably meant. */
  meant?: Path;
}

/** `allowed`: the keys of the section at `path`; `section`: what stands there. */
export function unknownKeys(
  path: Path,
  keys: readonly string[],
  allowed: string[],
  section: unknown,
): UnknownKey[] {
  // Where nothing can be held, that is the mistake; what else a hold needs is none.
  const isEcho = (key: string) => isHold(section) && keys.includes('mode') && isOfHolds(key);
  return keys
    .filter((key) => !isEcho(key))
    .map((key) => unknownKey([...path, key], key, allowed, section));
}

function isOfHolds(key: string): boolean {
  return [...ONLY_OF_HOLDS, 'rate', 'connections'].includes(key);
}

function unknownKey(path: Path, key: string, allowed: string[], section: unknown): UnknownKey {
  const meant = nearest(key, allowed);
  const isOfScenario = path.length === 3 && path[0] === 'scenarios';
  const belongs = (isOfScenario ? excuse(key, section) : null) ?? homeOf(key);
  const start = belongs ?? (meant === null ? null : `did you mean \`${meant}\``);
  const list = `allowed here: ${allowed.join(', ')}`;
  const end = start?.startsWith('did') ? '? ' : '; ';
  return {
    path,
    part: 'key',
    message: 'unknown key',
    hint: start === null ? list : `${start}${end}${list}`,
    ...(meant === null ? {} : { meant: [...path.slice(0, -1), meant] }),
  };
}

/** The sections that have this key. Null: none has. */
export function homeOf(key: string): string | null {
  const homes = Object.entries(SECTIONS).filter(([, keys]) => keys.includes(key));
  const places = homes.map(([place]) => place).join(' or ');
  return homes.length === 0 ? null : `\`${key}\` belongs in ${places}`;
}

/** Why a key of some scenarios is none of this one. */
function excuse(key: string, scenario: unknown): string | null {
  const engine = get(scenario, 'engine');
  if (engine === 'command' || engine === 'autocannon') {
    const only = onlyBuiltin(key, scenario);
    if (only !== null) return `only the built-in engine ${only}`;
  }
  if (kindOf(scenario) === 'command') {
    return homeOf(key) === null
      ? null
      : 'with `engine: command`, the flags of the load tool decide this';
  }
  if (isHold(scenario)) return excuseOfHold(key);
  if (get(scenario, 'mode') !== 'fan-out') return null;
  if (key === 'rate') return 'the sender of a fan-out waits for its receivers';
  return key === 'steady' ? 'only `mode: echo` is loaded without a break' : null;
}

function onlyBuiltin(key: string, scenario: unknown): string | null {
  if (key === 'mode' && isHold(scenario)) return 'holds connections';
  if (key === 'rate') return 'sends at a fixed rate';
  return key === 'steady' ? 'loads without a break' : null;
}

function excuseOfHold(key: string): string | null {
  switch (key) {
    case 'mode':
      return 'only HTTP/1.1 and WebSocket scenarios hold connections';
    case 'requests':
    case 'har':
    case 'ids':
      return 'a hold sends one and the same request';
    case 'latency':
      return 'a hold always measures latency, at its `rate`';
    case 'steady':
      return 'stalls and spread are measured without `mode: hold`';
    default:
      return null;
  }
}
