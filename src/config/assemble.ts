/** From the keys that a user writes to the record that the program runs on. */
import type { Experiment, Scenario, Server } from './experiment.ts';
import type { ConfigFile } from './file-schema.ts';

/** Subjects come server by server, each with its scenarios, in the order of the file. */
export function assemble(file: ConfigFile): Experiment {
  const servers = Object.entries(file.servers).map(([name, keys]) => toServer(name, keys));
  const scenarios = Object.entries(file.scenarios);
  const { gate } = file;
  return {
    servers,
    scenarios: scenarios.map(([name, keys]) => toScenario(name, keys)),
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
  const { workdir, build, start, ready, env, before, after } = keys;
  return {
    name,
    workdir,
    build: build ?? null,
    start,
    listen: { kind: 'port' },
    pairs: 'live',
    ready: { path: ready.path, status: ready.status ?? null, timeoutMs: ready.timeout },
    env,
    before: before ?? null,
    after: after ?? null,
  };
}

function toScenario(name: string, keys: ConfigFile['scenarios'][string]): Scenario {
  const { method, path, headers, body, connections, timeout, expect } = keys;
  return {
    kind: 'http',
    name,
    protocol: keys.protocol ?? 'http1',
    engine: 'builtin',
    tls: null,
    connections,
    streams: 1,
    timeoutMs: timeout,
    requests: [
      {
        method,
        path,
        headers,
        body: body ?? null,
        bodyFile: null,
        weight: 1,
        ids: null,
        expect: { status: expect.status, body: expect.body ?? null },
      },
    ],
  };
}
