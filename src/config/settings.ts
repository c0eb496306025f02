/** The action's inputs and the command line's flags: raw texts, each with the name the user knows. */
import { UserError } from '../system/problem.ts';
import { besideOf } from './beside.ts';
import type { ClaimKeys } from './claims/resolve.ts';
import { keyPath, type Path, type Source } from './mistakes.ts';

export interface Setting {
  value: string;
  /** Name for messages: "input `start`", "`--budget`". */
  origin: string;
}

/** Every setting is optional, and a blank one counts as not given: that is how GitHub passes an unset input. */
export interface Settings {
  /** Path of the config file. */
  config?: Setting | undefined;
  workdir?: Setting | undefined;
  build?: Setting | undefined;
  start?: Setting | undefined;
  port?: Setting | undefined;
  pairs?: Setting | undefined;
  warmUp?: Setting | undefined;
  /** A path or a whole URL. */
  readyPath?: Setting | undefined;
  readyMethod?: Setting | undefined;
  /** One `name: value` per line. */
  readyHeaders?: Setting | undefined;
  /** `200`, `2xx`, `200, 3xx`. */
  readyStatus?: Setting | undefined;
  readyTimes?: Setting | undefined;
  readyLog?: Setting | undefined;
  readyCommand?: Setting | undefined;
  readyTimeout?: Setting | undefined;
  stopSignal?: Setting | undefined;
  stopTimeout?: Setting | undefined;
  stopCommand?: Setting | undefined;
  protocol?: Setting | undefined;
  /** `true`, `false` or `accept-self-signed`. */
  tls?: Setting | undefined;
  method?: Setting | undefined;
  path?: Setting | undefined;
  /** One `name: value` per line. */
  headers?: Setting | undefined;
  body?: Setting | undefined;
  connections?: Setting | undefined;
  streams?: Setting | undefined;
  timeout?: Setting | undefined;
  expectStatus?: Setting | undefined;
  /** `5432, command=redis-server`. */
  beside?: Setting | undefined;
  budget?: Setting | undefined;
  jobBudget?: Setting | undefined;
  /** `5%`, or `throughput=3%, memory-growth=1MiB`. */
  tolerance?: Setting | undefined;
  /** `errors=1%, longest-stall=50ms`. */
  limits?: Setting | undefined;
  /** `throughput, cpu`. */
  metrics?: Setting | undefined;
  falseAlarmRate?: Setting | undefined;
  measureAll?: Setting | undefined;
  /** `auto`, `rebuild` or `stored`. */
  baseline?: Setting | undefined;
  failOnInconclusive?: Setting | undefined;
  failOnNoBaseline?: Setting | undefined;
  /** `fail` or `confirm-on-fresh-runner`. */
  onRegression?: Setting | undefined;
  /** `branch`, `cache`, `directory:PATH`. */
  history?: Setting | undefined;
  only?: readonly Setting[] | undefined;
  /** One claim each, or one per line; `gate:` before it, when the job is to fail where it is refuted. */
  claims?: readonly Setting[] | undefined;
}

type SingleName = Exclude<keyof Settings, 'only' | 'claims' | 'config'>;

/** Names of the settings that have one value each. */
export type SettingName = SingleName;

/** Where this setting's value would stand below its server, its scenario or the gate. */
export function keysOf(name: SettingName): string[] {
  const [section, ...path] = PLACES[name].path as string[];
  return section === 'gate' ? path : path.slice(1);
}

/** Names given to the server and the scenario of the one-server case. */
export const ONE_SERVER = 'server';
export const ONE_SCENARIO = 'default';

/** Where each setting would stand in a file, and how its text reads there. */
const PLACES: Record<SingleName, { path: Path; read: (text: string) => unknown }> = {
  workdir: { path: ['servers', ONE_SERVER, 'workdir'], read: asText },
  build: { path: ['servers', ONE_SERVER, 'build'], read: asText },
  start: { path: ['servers', ONE_SERVER, 'start'], read: asText },
  port: { path: ['servers', ONE_SERVER, 'port'], read: asNumber },
  pairs: { path: ['servers', ONE_SERVER, 'pairs'], read: asText },
  warmUp: { path: ['servers', ONE_SERVER, 'warm-up'], read: asText },
  readyPath: { path: ['servers', ONE_SERVER, 'ready', 'path'], read: asText },
  readyMethod: { path: ['servers', ONE_SERVER, 'ready', 'method'], read: asText },
  readyHeaders: { path: ['servers', ONE_SERVER, 'ready', 'headers'], read: asHeaders },
  readyStatus: { path: ['servers', ONE_SERVER, 'ready', 'status'], read: asNumber },
  readyTimes: { path: ['servers', ONE_SERVER, 'ready', 'times'], read: asNumber },
  readyLog: { path: ['servers', ONE_SERVER, 'ready', 'log'], read: asText },
  readyCommand: { path: ['servers', ONE_SERVER, 'ready', 'command'], read: asText },
  readyTimeout: { path: ['servers', ONE_SERVER, 'ready', 'timeout'], read: asText },
  stopSignal: { path: ['servers', ONE_SERVER, 'stop', 'signal'], read: asText },
  stopTimeout: { path: ['servers', ONE_SERVER, 'stop', 'timeout'], read: asText },
  stopCommand: { path: ['servers', ONE_SERVER, 'stop', 'command'], read: asText },
  protocol: { path: ['scenarios', ONE_SCENARIO, 'protocol'], read: asText },
  tls: { path: ['scenarios', ONE_SCENARIO, 'tls'], read: asFlag },
  path: { path: ['scenarios', ONE_SCENARIO, 'path'], read: asText },
  method: { path: ['scenarios', ONE_SCENARIO, 'method'], read: asText },
  headers: { path: ['scenarios', ONE_SCENARIO, 'headers'], read: asHeaders },
  body: { path: ['scenarios', ONE_SCENARIO, 'body'], read: asIs },
  connections: { path: ['scenarios', ONE_SCENARIO, 'connections'], read: asNumber },
  streams: { path: ['scenarios', ONE_SCENARIO, 'streams'], read: asNumber },
  timeout: { path: ['scenarios', ONE_SCENARIO, 'timeout'], read: asText },
  expectStatus: { path: ['scenarios', ONE_SCENARIO, 'expect', 'status'], read: asNumber },
  beside: { path: ['beside'], read: besideOf },
  budget: { path: ['gate', 'budget'], read: asText },
  jobBudget: { path: ['gate', 'job-budget'], read: asText },
  tolerance: { path: ['gate', 'tolerance'], read: asMap },
  limits: { path: ['gate', 'limits'], read: asMap },
  metrics: { path: ['gate', 'metrics'], read: asList },
  falseAlarmRate: { path: ['gate', 'false-alarm-rate'], read: asText },
  measureAll: { path: ['gate', 'measure-all'], read: asFlag },
  baseline: { path: ['gate', 'baseline'], read: asText },
  failOnInconclusive: { path: ['gate', 'fail-on-inconclusive'], read: asFlag },
  failOnNoBaseline: { path: ['gate', 'fail-on-no-baseline'], read: asFlag },
  onRegression: { path: ['gate', 'on-regression'], read: asText },
  history: { path: ['gate', 'history'], read: asText },
};

/** Servers first, then their load, then how it is decided. */
export const SETTING_NAMES = Object.keys(PLACES) as SettingName[];

export interface SettingsValue {
  /** The same shape as a config file, with nothing in it that was not given. */
  value: { servers?: Raw; scenarios?: Raw; gate?: Raw; beside?: unknown };
  /** Settings that describe the one server or its load, and so exclude a file. */
  oneServer: Setting[];
  /** They come on top of those of a file. */
  claims: ClaimKeys[];
  source: Source;
}
type Raw = Record<string, unknown>;

export function readSettings(settings: Settings): SettingsValue {
  const value: Raw = {};
  const origins: { path: Path; origin: string }[] = [];
  const oneServer: Setting[] = [];
  for (const [name, { path, read }] of Object.entries(PLACES)) {
    const setting = nonEmpty(settings[name as SingleName]);
    if (setting === undefined) continue;
    put(value, path, read(setting.value));
    origins.push({ path, origin: setting.origin });
    if (path[0] !== 'gate' && path[0] !== 'beside') oneServer.push(setting);
  }
  const claims: ClaimKeys[] = [];
  for (const { text, origin } of linesOf(settings.claims ?? [])) {
    origins.push({ path: ['claims', claims.length, 'claim'], origin });
    const claim = text.replace(GATE, '');
    if (claim === '') throw new UserError({ where: origin, ...NO_CLAIM });
    claims.push({ claim, gate: claim !== text });
  }
  return { value, oneServer, claims, source: sourceOf(origins) };
}

/** Before a claim in a setting, where a file would have a map. No claim begins so: a name is followed by a dot. */
const GATE = /^gate:\s*/;

const NO_CLAIM = {
  message: 'there is no claim after `gate:`',
  hint: 'such as `gate: go.throughput >= node.throughput * 1.1`',
};

/** A list's dash before a line is what a file would have. */
function linesOf(settings: readonly Setting[]): { text: string; origin: string }[] {
  return settings.flatMap(({ value, origin }) =>
    value
      .split(/\r?\n/)
      .map((line) => line.trim().replace(/^- /, '').trim())
      .filter((text) => text !== '')
      .map((text) => ({ text, origin })),
  );
}

/** The setting, unless it is blank. */
export function nonEmpty(setting: Setting | undefined): Setting | undefined {
  return setting === undefined || setting.value.trim() === '' ? undefined : setting;
}

/** The setting's origin is place enough; only what lies inside its value needs a name of its own. */
function sourceOf(origins: { path: Path; origin: string }[]): Source {
  const isWithin = (inner: Path, outer: Path) =>
    outer.every((part, index) => inner[index] === part);
  // A mistake about a whole section (`expect`) is told of the setting that stands in it.
  const at = (path: Path) => {
    const own = origins.findIndex((origin) => isWithin(path, origin.path));
    return own >= 0 || path.length < 3
      ? own
      : origins.findIndex((origin) => isWithin(origin.path, path));
  };
  return {
    place: (path) => ({
      where: origins[at(path)]?.origin ?? 'inputs',
      order: at(path),
    }),
    name: (path) => keyPath(path.slice(origins[at(path)]?.path.length ?? 0)),
  };
}

function put(target: Raw, path: Path, value: unknown): void {
  const [first, ...rest] = path as string[];
  if (first === undefined) return;
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  target[first] ??= {};
  put(target[first] as Raw, rest, value);
}

function asIs(text: string): string {
  return text;
}

function asText(text: string): string {
  return text.trim();
}

function asNumber(text: string): unknown {
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text.trim();
}

function asFlag(text: string): unknown {
  const plain = text.trim().toLowerCase();
  return plain === 'true' ? true : plain === 'false' ? false : text.trim();
}

function asList(text: string): string[] {
  return text.split(/[\s,]+/).filter((item) => item !== '');
}

/** A text of another form stays a text. */
function asMap(text: string): unknown {
  if (!/[=:]/.test(text)) return text.trim();
  const parts = text.split(/[,\n]/).filter((part) => part.trim() !== '');
  return Object.fromEntries(parts.map((part) => splitAt(part, /[=:]/)));
}

/** A text of another form stays a text, which the schema refuses with what is allowed. */
function asHeaders(text: string): unknown {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (!lines.every((line) => line.includes(':'))) return text;
  return Object.fromEntries(lines.map((line) => splitAt(line, /:/)));
}

function splitAt(text: string, separator: RegExp): [string, string] {
  const at = text.search(separator);
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
