/**
 * What is written down of an experiment: every name, and no value that may be a secret. A digest stands for the values
 * of each server and scenario, so that two runs can still be told to be of the same experiment.
 */
import { randomBytes, scryptSync } from 'node:crypto';
import type { Experiment } from './experiment.ts';
import type { HttpRequest, HttpScenario, Scenario, Tls, WebSocketMessage } from './scenario.ts';
import type { Contender, Server } from './server.ts';

/** What stands in place of a value. */
export const WITHHELD = '…';

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Hexadecimal. A fresh one for each experiment that is compared with none before it. */
export function drawSalt(): string {
  return randomBytes(SALT_BYTES).toString('hex');
}

/** A path, or a URL, without the values that it carries: query, fragment, the parameters of a segment, a user with a password. */
export function shownPath(path: string): string {
  return path
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, `$1${WITHHELD}@`)
    .replace(/[?#].*$/s, `?${WITHHELD}`)
    .replace(/;[^/?]*/g, `;${WITHHELD}`);
}

/** Whether the value at this place of a config file, or the key there, is one of those that are withheld. */
export function mayBeSecret(path: readonly (string | number)[]): boolean {
  const [section, , ...inside] = path;
  const [key] = inside;
  if (section === 'servers') return key === 'env' || key === 'ready';
  if (section !== 'scenarios') return false;
  if (key === 'tls') return inside[1] === 'passphrase';
  const last = key === 'requests' || key === 'before-load' ? inside[2] : key;
  return ['path', 'headers', 'body', 'subprotocol', 'message', 'expect'].includes(String(last));
}

/**
 * The experiment as it may be written into a file. `salt`: that of the experiment which it is to be compared with.
 * What has lost its values already stays as it is.
 */
export function withhold(experiment: Experiment, salt: string): Experiment {
  return {
    ...experiment,
    servers: experiment.servers.map((server) => digested(server, serverWithout(server), salt)),
    scenarios: experiment.scenarios.map((scenario) => withholdLoad(scenario, salt)),
  };
}

/** The same of one scenario. */
function withholdLoad(scenario: Scenario, salt: string): Scenario {
  return digested(scenario, scenarioWithout(scenario), salt);
}

/** The salt that these were written with; null when none of them had a value to withhold. */
export function saltIn(written: readonly (Server | Scenario)[]): string | null {
  const digest = written.find(({ withheld }) => withheld !== undefined)?.withheld;
  return digest?.split(':')[0] ?? null;
}

/** What may be shown of it; nothing stands for what is left out. */
export function withoutSecrets(part: Server | Scenario): Server | Scenario {
  return 'kind' in part ? scenarioWithout(part) : serverWithout(part);
}

function serverWithout(server: Server): Server {
  const { contenders } = server;
  const without = { ...server, ...programWithout(server) };
  if (contenders === undefined) return without;
  const [base, head] = [contenders.base, contenders.head].map((one) => ({
    ...one,
    ...programWithout(one),
  })) as [Contender, Contender];
  return { ...without, contenders: { base, head } };
}

function programWithout({ ready, env }: Pick<Server, 'ready' | 'env'>) {
  const { path, headers } = ready;
  const shown = { path: path === null ? null : shownPath(path), headers: namesOf(headers) };
  return { ready: { ...ready, ...shown }, env: namesOf(env) };
}

function scenarioWithout(scenario: Scenario): Scenario {
  const tls = tlsWithout(scenario.tls);
  switch (scenario.kind) {
    case 'http':
      return {
        ...scenario,
        tls,
        requests: scenario.requests.map(requestWithout),
        ...logInWithout(scenario),
        ...dataWithout(scenario),
      };
    case 'websocket':
      return {
        ...scenario,
        tls,
        ...handshakeWithout(scenario),
        message: messageWithout(scenario.message),
        ...logInWithout(scenario),
        ...dataWithout(scenario),
      };
    case 'command':
      return { ...scenario, tls, path: shownPath(scenario.path) };
    case 'hold':
      return {
        ...scenario,
        tls,
        request: scenario.request && requestWithout(scenario.request),
        socket: scenario.socket && {
          ...scenario.socket,
          ...handshakeWithout(scenario.socket),
          message: messageWithout(scenario.socket.message),
        },
        ...logInWithout(scenario),
        ...dataWithout(scenario),
      };
  }
}

function messageWithout(message: WebSocketMessage): WebSocketMessage {
  return message.text === undefined ? message : { ...message, text: WITHHELD };
}

function dataWithout({ data }: Pick<HttpScenario, 'data'>) {
  return data === undefined ? {} : { data: { ...data, rows: [[WITHHELD]] } };
}

function logInWithout({ beforeLoad }: Pick<HttpScenario, 'beforeLoad'>) {
  if (beforeLoad === undefined) return {};
  return {
    beforeLoad: beforeLoad.map((one) => ({
      ...one,
      path: shownPath(one.path),
      headers: namesOf(one.headers),
      body: one.body === null ? null : WITHHELD,
    })),
  };
}

function requestWithout(request: HttpRequest): HttpRequest {
  const { path, headers, body, bodyFile, expect } = request;
  return {
    ...request,
    path: shownPath(path),
    headers: namesOf(headers),
    body: body === null ? null : WITHHELD,
    // A hash without salt gives a short body away to whoever tries a list.
    bodyFile: bodyFile && { ...bodyFile, sha256: WITHHELD },
    expect: { ...expect, body: expect.body === null ? null : WITHHELD },
  };
}

interface Handshake {
  path: string;
  headers: Record<string, string>;
  subprotocol: string | null;
}

/** Tokens are sent as subprotocols too, because a browser can set no header. */
function handshakeWithout({ path, headers, subprotocol }: Handshake): Handshake {
  return {
    path: shownPath(path),
    headers: namesOf(headers),
    subprotocol: subprotocol === null ? null : WITHHELD,
  };
}

function tlsWithout<Some extends Tls | null>(tls: Some): Some {
  if (tls === null) return tls;
  const client = tls.client && { client: { cert: WITHHELD, key: WITHHELD } };
  return { ...tls, ca: tls.ca === null ? null : WITHHELD, ...client };
}

function namesOf(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, WITHHELD]));
}

function digested<Part extends Server | Scenario>(whole: Part, without: Part, salt: string): Part {
  const values = lostBetween(whole, without);
  if (whole.withheld !== undefined || values.length === 0) return without;
  return { ...without, withheld: digestOf(JSON.stringify(values.sort()), salt) };
}

/** Every value that the second has not, with its place: `["requests.0.body", "…"]` as JSON. */
function lostBetween(whole: unknown, without: unknown, place: readonly string[] = []): string[] {
  if (whole === without) return [];
  if (typeof whole !== 'object' || whole === null) return [JSON.stringify([place, whole])];
  return Object.entries(whole).flatMap(([key, value]) =>
    lostBetween(value, (without as Record<string, unknown> | null)?.[key], [...place, key]),
  );
}

/** Points of one scenario at several numbers of cores have the same values. */
const known = new Map<string, string>();

/** `salt:hash`. Slow on purpose: a password that is easy to guess must not be found by trying a list. */
function digestOf(values: string, salt: string): string {
  const key = `${salt}:${values}`;
  const digest =
    known.get(key) ?? `${salt}:${scryptSync(values, salt, HASH_BYTES).toString('hex')}`;
  known.set(key, digest);
  return digest;
}

/** Flags whose value is withheld, and what is left of it. */
const FLAGS = new Map<string, (value: string) => string>([
  ['--headers', headersWithout],
  ['--ready-headers', headersWithout],
  ['--body', (text) => (text === '' ? '' : WITHHELD)],
  ['--path', shownPath],
  ['--ready-path', shownPath],
]);

/** The command line's flags as they may be written: `['--headers', 'authorization: …']`. */
export function withholdFlags(flags: readonly string[]): string[] {
  return flags.map((word, index) => FLAGS.get(flags[index - 1] ?? '')?.(word) ?? word);
}

function headersWithout(lines: string): string {
  return lines.split('\n').map(headerWithout).join('\n');
}

function headerWithout(line: string): string {
  if (line.trim() === '') return line;
  const [, name] = /^\s*([^:]+):/.exec(line) ?? [];
  return name === undefined ? WITHHELD : `${name}: ${WITHHELD}`;
}
