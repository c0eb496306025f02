/** From the keys that a user writes to the record that the program runs on. */
import type {
  CommandScenario,
  Experiment,
  HttpRequest,
  HttpScenario,
  Scenario,
  Server,
  Tls,
  WebSocketScenario,
} from './experiment.ts';
import type { ConfigFile } from './file-schema.ts';
import type { ScenarioFiles } from './files.ts';
import type { RequestKeys, ScenarioKeys } from './scenario-schema.ts';
import { TlsKeys } from './tls-schema.ts';

/** Subjects come server by server, each with its scenarios, in the order of the file. */
export function assemble(file: ConfigFile, files: ScenarioFiles): Experiment {
  const servers = Object.entries(file.servers).map(([name, keys]) => toServer(name, keys));
  const scenarios = Object.entries(file.scenarios);
  const { gate } = file;
  return {
    servers,
    scenarios: scenarios.map(([name, keys]) => toScenario(name, keys, files)),
    subjects: servers.flatMap(({ name: server }) =>
      scenarios
        .filter(([, keys]) => keys.servers?.includes(server) ?? true)
        .map(([scenario]) => ({ server, scenario })),
    ),
    gate: {
      budgetMs: gate.budget,
      tolerance: gate.tolerance,
      falseAlarmRate: gate['false-alarm-rate'],
      metrics: gate.metrics,
      failOnInconclusive: gate['fail-on-inconclusive'],
      failOnNoBaseline: gate['fail-on-no-baseline'],
    },
  };
}

function toServer(name: string, keys: ConfigFile['servers'][string]): Server {
  const { workdir, build, start, socket, port, pairs, ready, env, before, after } = keys;
  return {
    name,
    workdir,
    build: build ?? null,
    start,
    listen: socket
      ? { kind: 'socket' }
      : port === undefined
        ? { kind: 'port' }
        : { kind: 'fixed', port },
    pairs,
    ready: { path: ready.path, status: ready.status ?? null, timeoutMs: ready.timeout },
    env,
    before: before ?? null,
    after: after ?? null,
  };
}

function toScenario(name: string, keys: ScenarioKeys, files: ScenarioFiles): Scenario {
  if (keys.engine === 'command') return toCommand(name, keys, files);
  if (keys.protocol === 'websocket') return toWebSocket(name, keys, files);
  return toHttp(name, keys, files);
}

type CommandKeys = Extract<ScenarioKeys, { engine: 'command' }>;
type WebSocketKeys = Extract<ScenarioKeys, { mode: string }>;
type HttpKeys = Exclude<ScenarioKeys, CommandKeys | WebSocketKeys>;

function toHttp(name: string, keys: HttpKeys, files: ScenarioFiles): HttpScenario {
  return {
    kind: 'http',
    name,
    protocol: keys.protocol ?? 'http1',
    engine: keys.engine ?? 'builtin',
    tls: toTls(keys.tls, files),
    connections: keys.connections,
    streams: 'streams' in keys ? keys.streams : 1,
    timeoutMs: keys.timeout,
    requests: toRequests(keys, files),
  };
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
  return (keys.requests ?? [alone]).map((request) => toRequest(request, keys, files));
}

function toRequest(request: RequestKeys, defaults: HttpKeys, files: ScenarioFiles): HttpRequest {
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

function toWebSocket(name: string, keys: WebSocketKeys, files: ScenarioFiles): WebSocketScenario {
  return {
    kind: 'websocket',
    name,
    protocol: 'websocket',
    mode: keys.mode,
    tls: toTls(keys.tls, files),
    path: keys.path,
    headers: keys.headers,
    subprotocol: keys.subprotocol ?? null,
    connections: keys.connections,
    message: { bytes: keys['message-size'], binary: keys.binary },
    timeoutMs: keys.timeout,
  };
}

function toCommand(name: string, keys: CommandKeys, files: ScenarioFiles): CommandScenario {
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
    timeoutMs: timeout,
  };
}

function toTls(keys: TlsKeys | null, files: ScenarioFiles): Tls | null {
  if (keys === null) return null;
  return {
    acceptSelfSigned: keys['accept-self-signed'],
    ca: keys.ca === undefined ? null : (files.authorities.get(keys.ca) ?? null),
    serverName: keys['server-name'],
  };
}
