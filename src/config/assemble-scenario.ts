/** From the keys of one scenario to its record. */

import type {
  CommandScenario,
  HoldScenario,
  HttpRequest,
  HttpScenario,
  Latency,
  Scenario,
  Tls,
  WebSocketMessage,
  WebSocketScenario,
} from './experiment/scenario.ts';
import { clientOf, type ScenarioFiles } from './files/files.ts';
import { hasValues } from './fill/request-values.ts';
import type { AnswersKeys } from './schema/answers-schema.ts';
import type { BeforeLoadRequest } from './schema/before-load-schema.ts';
import {
  type RequestKeys,
  USUAL_CONNECTIONS,
  USUAL_MESSAGE_BYTES,
  USUAL_STREAMED,
} from './schema/scenario-keys.ts';
import type {
  CommandKeys,
  HoldKeys,
  HttpKeys,
  ScenarioKeys,
  WebSocketKeys,
} from './schema/scenario-schema.ts';
import { TlsKeys } from './schema/tls-schema.ts';

/** What is not among the scenario's keys. */
interface Given {
  files: ScenarioFiles;
  /** Server cores; null: not said. */
  cores: number | null;
}

export function assembleScenario(name: string, keys: ScenarioKeys, given: Given): Scenario {
  if (keys.engine === 'command') return toCommand(name, keys, given);
  if ('mode' in keys && keys.mode === 'hold') return toHold(name, keys, given);
  if (keys.protocol === 'websocket') return toWebSocket(name, keys, given);
  return toHttp(name, keys, given);
}

function toHttp(name: string, keys: HttpKeys, { files, cores }: Given): HttpScenario {
  return {
    kind: 'http',
    name,
    protocol: keys.protocol ?? 'http1',
    engine: keys.engine ?? 'builtin',
    tls: toTls(keys.tls, files),
    connections: keys.connections ?? ('streams' in keys ? USUAL_STREAMED : USUAL_CONNECTIONS),
    ...(keys.connections === undefined ? { connectionsNamed: false } : {}),
    streams: 'streams' in keys ? keys.streams : 1,
    timeoutMs: keys.timeout,
    requests: toRequests(keys, files),
    ...toLogIn(keys),
    ...toData(keys.data, files),
    ...toAnswers(keys.answers),
    ...toOpenLoop(keys),
    serverCores: cores,
  };
}

/** Kinds without an open loop have none of these keys, but for a `latency: false`. */
function toOpenLoop(keys: {
  latency?: boolean | undefined;
  rate?: number | undefined;
  steady?: number | undefined;
}): { latency: Latency | null; steadyMs: number | null } {
  return {
    latency: keys.latency === true ? { perSecond: keys.rate ?? null } : null,
    steadyMs: keys.steady ?? null,
  };
}

function toLogIn(keys: {
  'before-load'?: BeforeLoadRequest[] | undefined;
  cookies?: boolean | undefined;
}): Pick<HttpScenario, 'beforeLoad' | 'cookies'> {
  const requests = keys['before-load'];
  if (requests === undefined) return {};
  const beforeLoad = requests.map(({ body = null, status = null, ...one }) => {
    return { ...one, body, status };
  });
  return { beforeLoad, ...(keys.cookies === true ? { cookies: true } : {}) };
}

function toData(name: string | undefined, files: ScenarioFiles): Pick<HttpScenario, 'data'> {
  const read = name === undefined ? undefined : files.data.get(name);
  return name === undefined || read === undefined ? {} : { data: { file: name, ...read } };
}

function toAnswers(keys: AnswersKeys): Pick<HttpScenario, 'answers'> {
  if (keys === undefined || keys === 'same') return {};
  if (typeof keys === 'string') return { answers: { compare: keys, except: [] } };
  return { answers: { compare: 'same', except: keys.except } };
}

/** What the scenario says about its requests holds for those of a list that do not say otherwise. */
function toRequests(keys: HttpKeys, files: ScenarioFiles): HttpRequest[] {
  if (keys.har !== undefined) {
    const recorded = files.recordings.get(keys.har)?.requests ?? [];
    return recorded.map((request) => ({
      ...request,
      headers: withDefaults(request.headers, keys.headers),
    }));
  }
  const alone = { ...keys, headers: {}, weight: 1 };
  return (keys.requests ?? [alone]).map((request) => {
    return withValues(toRequest(request, keys, files), keys.data, files);
  });
}

function toHeldRequest(
  keys: Exclude<HoldKeys, { protocol: 'websocket' }>,
  files: ScenarioFiles,
): HttpRequest {
  return withValues(toRequest({ ...keys, weight: 1 }, keys, files), keys.data, files);
}

/** Says of a request that values of it are filled in anew each time, if there are any. */
function withValues(
  request: HttpRequest,
  data: string | undefined,
  files: ScenarioFiles,
): HttpRequest {
  const { columns } = toData(data, files).data ?? { columns: [] };
  const { path, headers, body } = request;
  const texts = [path, ...Object.values(headers), ...(body === null ? [] : [body])];
  return texts.some((text) => hasValues(text, columns)) ? { ...request, hasValues: true } : request;
}

function toRequest(
  request: RequestKeys,
  defaults: Pick<HttpKeys, 'headers' | 'expect'>,
  files: ScenarioFiles,
): HttpRequest {
  const bodyFile = request['body-file'];
  return {
    method: request.method,
    path: request.path,
    headers: withDefaults(request.headers, defaults.headers),
    body: request.body ?? null,
    bodyFile: bodyFile === undefined ? null : (files.bodies.get(bodyFile) ?? null),
    weight: request.weight,
    ids: request.ids ?? null,
    expect: {
      status: request.expect.status ?? defaults.expect.status,
      body: request.expect.body ?? defaults.expect.body ?? null,
    },
  };
}

/** Names of headers are the same in capitals. */
function withDefaults(
  own: Record<string, string>,
  defaults: Record<string, string>,
): Record<string, string> {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const missing = Object.entries(defaults).filter(([name]) => !names.has(name.toLowerCase()));
  return Object.fromEntries([...missing, ...Object.entries(own)]);
}

function toWebSocket(
  name: string,
  keys: WebSocketKeys,
  { files, cores }: Given,
): WebSocketScenario {
  return {
    kind: 'websocket',
    name,
    protocol: 'websocket',
    mode: keys.mode ?? 'echo',
    tls: toTls(keys.tls, files),
    path: keys.path,
    headers: keys.headers,
    subprotocol: keys.subprotocol ?? null,
    ...toLogIn(keys),
    connections: keys.connections,
    message: toMessage(keys),
    ...toData(keys.data, files),
    ...(keys.mode === 'fan-out' ? {} : toAnswers(keys.answers)),
    timeoutMs: keys.timeout,
    ...toOpenLoop(keys),
    serverCores: cores,
  };
}

function toCommand(name: string, keys: CommandKeys, { files, cores }: Given): CommandScenario {
  const { protocol, tls, command, output, path, timeout } = keys;
  const byProtocol = protocol === 'http3' ? TlsKeys.parse({}) : null;
  return {
    kind: 'command',
    name,
    protocol,
    tls: toTls(tls === undefined ? byProtocol : tls, files),
    command,
    output,
    path,
    ...toAnswers(keys.answers),
    timeoutMs: timeout,
    serverCores: cores,
  };
}

function toHold(name: string, keys: HoldKeys, { files, cores }: Given): HoldScenario {
  return {
    kind: 'hold',
    name,
    protocol: keys.protocol ?? 'http1',
    tls: toTls(keys.tls, files),
    connections: keys.connections,
    openPerSecond: keys['open-rate'],
    holdMs: keys.hold,
    perSecond: keys.rate,
    timeoutMs: keys.timeout,
    ...toLogIn(keys),
    ...toData(keys.data, files),
    ...toAnswers(keys.answers),
    ...(keys.protocol === 'websocket'
      ? { request: null, socket: toSocket(keys) }
      : { request: toHeldRequest(keys, files), socket: null }),
    serverCores: cores,
  };
}

function toSocket(
  keys: Extract<HoldKeys, { protocol: 'websocket' }>,
): NonNullable<HoldScenario['socket']> {
  const { path, headers, subprotocol = null } = keys;
  return { path, headers, subprotocol, message: toMessage(keys) };
}

function toMessage(keys: {
  'message-size'?: number | undefined;
  message?: string | undefined;
  binary: boolean;
}): WebSocketMessage {
  const { message: text, binary } = keys;
  if (text !== undefined) return { bytes: Buffer.byteLength(text), binary, text };
  return { bytes: keys['message-size'] ?? USUAL_MESSAGE_BYTES, binary };
}

function toTls(keys: TlsKeys | null, files: ScenarioFiles): Tls | null {
  if (keys === null) return null;
  return {
    acceptSelfSigned: keys['accept-self-signed'],
    ca: keys.ca === undefined ? null : (files.authorities.get(keys.ca) ?? null),
    serverName: keys['server-name'],
    ...toClient(keys, files),
  };
}

function toClient({ cert, key }: TlsKeys, files: ScenarioFiles): Pick<Tls, 'client'> {
  if (cert === undefined || key === undefined) return {};
  const client = files.clients.get(clientOf(cert, key));
  return client === undefined ? {} : { client };
}
