/** The action's inputs and the command line's flags: raw texts, each with the name the user knows. */
import { UserError } from '../../system/messages/problem.ts';
import type { ClaimKeys } from '../claims/resolve.ts';
import { keyPath, type Mistake, type Path, type Source } from '../mistakes/mistakes.ts';
import { besideOf } from '../values/beside.ts';

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

/** Names of the settings that have one value each. */
export type SettingName = Exclude<keyof Settings, 'only' | 'claims' | 'config'>;

/** Where this setting's value would stand below its server, its scenario or the gate; or at the top of the file. */
export function keysOf(name: SettingName): string[] {
  const [section, ...path] = PLACES[name].path as [string, ...string[]];
  if (path.length === 0) return [section];
  return section === 'gate' ? path : path.slice(1);
}

/** The part of a file that it would stand in. */
export function sectionOf(name: SettingName): string {
  return String(PLACES[name].path[0]);
}

/** Whether it describes a server or its load, in place of a config file. The others may stand beside one. */
function isOfServer(name: SettingName): boolean {
  return ['servers', 'scenarios'].includes(sectionOf(name));
}

/** Of the settings, those that describe a server or its load: they are for a folder that has no config file. */
export function ofServer(settings: Settings): Settings {
  return those(settings, isOfServer);
}

/** Of the settings, those that count whatever file there is. The file's name and `only` are left to the caller. */
export function besideFile(settings: Settings): Settings {
  return { ...those(settings, (name) => !isOfServer(name)), claims: settings.claims };
}

function those(settings: Settings, areWanted: (name: SettingName) => boolean): Settings {
  const given = SETTING_NAMES.filter((name) => settings[name] !== undefined && areWanted(name));
  return Object.fromEntries(given.map((name) => [name, settings[name]]));
}

/** Of a setting that is `true` or `false`; not given, it is off. */
export function isOn(setting: Setting | undefined): boolean {
  return setting !== undefined && asFlag(setting.value) === true;
}

/** Names given to the server and the scenario of the one-server case. */
export const ONE_SERVER = 'server';
export const ONE_SCENARIO = 'default';

/** How a text reads as a file would have it: a value, or the keys and values of a map; null: it is no map, and stays a text. */
type Reading =
  | { read: (text: string) => unknown }
  | { pairs: (text: string) => [string, string][] | null };

/** Where each setting would stand in a file: the one place that knows which of them describe a server. */
const PLACES: Record<SettingName, { path: Path } & Reading> = {
  workdir: { path: ['servers', ONE_SERVER, 'workdir'], read: asText },
  build: { path: ['servers', ONE_SERVER, 'build'], read: asText },
  start: { path: ['servers', ONE_SERVER, 'start'], read: asText },
  port: { path: ['servers', ONE_SERVER, 'port'], read: asNumber },
  pairs: { path: ['servers', ONE_SERVER, 'pairs'], read: asText },
  warmUp: { path: ['servers', ONE_SERVER, 'warm-up'], read: asText },
  readyPath: { path: ['servers', ONE_SERVER, 'ready', 'path'], read: asText },
  readyMethod: { path: ['servers', ONE_SERVER, 'ready', 'method'], read: asText },
  readyHeaders: { path: ['servers', ONE_SERVER, 'ready', 'headers'], pairs: headersIn },
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
  headers: { path: ['scenarios', ONE_SCENARIO, 'headers'], pairs: headersIn },
  body: { path: ['scenarios', ONE_SCENARIO, 'body'], read: asIs },
  connections: { path: ['scenarios', ONE_SCENARIO, 'connections'], read: asNumber },
  streams: { path: ['scenarios', ONE_SCENARIO, 'streams'], read: asNumber },
  timeout: { path: ['scenarios', ONE_SCENARIO, 'timeout'], read: asText },
  expectStatus: { path: ['scenarios', ONE_SCENARIO, 'expect', 'status'], read: asNumber },
  beside: { path: ['beside'], read: besideOf },
  budget: { path: ['gate', 'budget'], read: asText },
  jobBudget: { path: ['gate', 'job-budget'], read: asText },
  tolerance: { path: ['gate', 'tolerance'], pairs: pairsIn },
  limits: { path: ['gate', 'limits'], pairs: pairsIn },
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
  /** In the texts themselves; what is wrong with the value is for the schema. */
  mistakes: Mistake[];
  source: Source;
}
type Raw = Record<string, unknown>;

export function readSettings(settings: Settings): SettingsValue {
  const value: Raw = {};
  const origins: { path: Path; origin: string }[] = [];
  const oneServer: Setting[] = [];
  const mistakes: Mistake[] = [];
  for (const name of SETTING_NAMES) {
    const setting = nonEmpty(settings[name]);
    if (setting === undefined) continue;
    const { path } = PLACES[name];
    const found = readAs(PLACES[name], setting.value);
    put(value, path, found.value);
    mistakes.push(...found.repeated.map((key) => repeated([...path, key])));
    origins.push({ path, origin: setting.origin });
    if (isOfServer(name)) oneServer.push(setting);
  }
  const claims: ClaimKeys[] = [];
  for (const { text, origin } of linesOf(settings.claims ?? [])) {
    origins.push({ path: ['claims', claims.length, 'claim'], origin });
    const claim = text.replace(GATE, '');
    if (claim === '') throw new UserError({ where: origin, ...NO_CLAIM });
    claims.push({ claim, gate: claim !== text });
  }
  return { value, oneServer, claims, mistakes, source: sourceOf(origins) };
}

function readAs(reading: Reading, text: string): { value: unknown; repeated: string[] } {
  if ('read' in reading) return { value: reading.read(text), repeated: [] };
  const pairs = reading.pairs(text);
  if (pairs === null) return { value: text.trim(), repeated: [] };
  const keys = pairs.map(([key]) => key);
  const again = keys.filter((key, index) => keys.indexOf(key) < index);
  return { value: Object.fromEntries(pairs), repeated: [...new Set(again)] };
}

/** As in a file: the last one would win without a word. */
function repeated(path: Path): Mistake {
  const message = 'the key stands here a second time';
  return { path, part: 'key', message, hint: 'keep one of them' };
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

/** `throughput=3%, memory-growth=1MiB`. */
function pairsIn(text: string): [string, string][] | null {
  if (!/[=:]/.test(text)) return null;
  const parts = text.split(/[,\n]/).filter((part) => part.trim() !== '');
  return parts.map((part) => splitAt(part, /[=:]/));
}

/** Of lines of another form the schema says what is allowed. */
function headersIn(text: string): [string, string][] | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.every((line) => line.includes(':')) ? lines.map((line) => splitAt(line, /:/)) : null;
}

function splitAt(text: string, separator: RegExp): [string, string] {
  const at = text.search(separator);
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
