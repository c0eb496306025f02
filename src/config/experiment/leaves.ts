/** A part of the experiment as a list of settings, each with its place and its value as a config file could spell them. */
import { durationText } from '../values/duration.ts';

/** What the file calls otherwise than the experiment does. */
const FILE_KEYS: Record<string, string> = {
  bodyFile: 'body-file',
  openPerSecond: 'open-rate',
  perSecond: 'rate',
  serverCores: 'cores',
  acceptSelfSigned: 'accept-self-signed',
  serverName: 'server-name',
};

/** Named by the place they stand in, or no setting at all. */
const NOT_SETTINGS = ['name', 'kind', 'withheld', 'connectionsNamed'];

/** From `start`, `ready.timeout`, `requests.2.path` to the value; nothing for what is not set. */
export function leavesOf(part: object): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (value: unknown, path: readonly string[]): void => {
    if (value === null || value === undefined) return;
    const key = path.join('.');
    if (Array.isArray(value)) {
      // A single request is written without a list.
      for (const [at, one] of value.entries()) {
        walk(one, value.length === 1 ? path.slice(0, -1) : [...path, String(at + 1)]);
      }
      return;
    }
    if (typeof value !== 'object') {
      leaves.set(key, String(value));
      return;
    }
    const settings = Object.entries(value).filter(([, inner]) => inner !== null);
    // `latency: true` has settings of its own, and none has to be set.
    if (settings.length === 0 && path.length > 0) leaves.set(key, 'true');
    for (const [name, inner] of settings) {
      if (path.length === 0 && NOT_SETTINGS.includes(name)) continue;
      const isTime = name.endsWith('Ms') && typeof inner === 'number';
      const plain = isTime ? name.slice(0, -2) : (FILE_KEYS[name] ?? name);
      const isWay = path[0] === 'listen';
      const place = isWay ? (name === 'kind' ? path : [name]) : [...path, plain];
      walk(isTime ? durationText(inner) : inner, place);
    }
  };
  walk(part, []);
  return leaves;
}
