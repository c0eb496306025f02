/** Looking into a raw value, which may be wrong in any way, without falling over it. */
import { isObject } from '../../system/shapes/is-object.ts';

export function entries(raw: unknown, key: string): [string, unknown][] {
  return Object.entries(map(get(raw, key)));
}

export function get(value: unknown, key: string): unknown {
  return Object.hasOwn(map(value), key) ? map(value)[key] : undefined;
}

export function has(value: unknown, key: string): boolean {
  return get(value, key) !== undefined;
}

export function map(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export type ScenarioKind = 'http' | 'websocket' | 'command';

/** Which keys a scenario takes, as far as it says so. */
export function kindOf(scenario: unknown): ScenarioKind {
  if (get(scenario, 'engine') === 'command') return 'command';
  return get(scenario, 'protocol') === 'websocket' ? 'websocket' : 'http';
}

/** Whether a scenario says that it keeps connections open, as far as it can. */
export function isHold(scenario: unknown): boolean {
  return get(scenario, 'mode') === 'hold';
}
