/** From the keys that a user writes to the record that the program runs on. */
import { assembleScenario } from './assemble-scenario.ts';
import type { Known } from './claims/terms.ts';
import { toldOf } from './experiment/contenders.ts';
import { nameAtCores } from './experiment/cores.ts';
import type { Experiment, Gate } from './experiment/experiment.ts';
import type { Scenario } from './experiment/scenario.ts';
import type { Profile, Ready, Server } from './experiment/server.ts';
import type { ScenarioFiles } from './files/files.ts';
import type { ConfigFile } from './schema/file-schema.ts';
import { DEFAULT_GATE_METRICS, type GateKeys } from './schema/gate-schema.ts';

/**
 * Subjects come server by server, each with its scenarios, in the order of the file; a scenario with
 * `cores` becomes one for each number, the smallest first.
 */
export function assemble(file: ConfigFile, files: ScenarioFiles): Experiment {
  const scenarios = Object.entries(file.scenarios).flatMap(([written, keys]) =>
    (keys.cores ?? [null]).map((cores) => ({ name: nameAtCores(written, cores), keys, cores })),
  );
  return {
    servers: Object.entries(file.servers).map(([name, keys]) => toServer(name, keys)),
    scenarios: scenarios.map(({ name, keys, cores }) =>
      assembleScenario(name, keys, { files, cores }),
    ),
    subjects: Object.keys(file.servers).flatMap((server) =>
      scenarios
        .filter(({ keys }) => keys.servers?.includes(server) ?? true)
        .map(({ name }) => ({ server, scenario: name })),
    ),
    gate: toGate(file.gate),
    ...(file.beside === undefined ? {} : { beside: file.beside }),
    claims: [],
  };
}

/** Whom a claim can speak of: servers, or contenders, each under its scenarios. */
export function knownToClaims({ servers, subjects, scenarios }: Experiment): Known {
  const known = new Map<string, Scenario[]>();
  for (const { server, scenario } of subjects) {
    const load = scenarios.find(({ name }) => name === scenario);
    const names = servers.filter(({ name }) => name === server).flatMap(toldOf);
    for (const name of load === undefined ? [] : names) {
      const own = known.get(name) ?? [];
      if (load !== undefined && !own.includes(load)) known.set(name, [...own, load]);
    }
  }
  return { servers: known };
}

function toGate(keys: GateKeys): Gate {
  return {
    budgetMs: keys.budget,
    tolerance: keys.tolerance,
    limits: keys.limits,
    falseAlarmRate: keys['false-alarm-rate'],
    metrics: keys.metrics ?? DEFAULT_GATE_METRICS,
    metricsNamed: keys.metrics !== undefined,
    measureAll: keys['measure-all'],
    ...(keys.baseline === 'auto' ? {} : { baseline: keys.baseline }),
    failOnInconclusive: keys['fail-on-inconclusive'],
    failOnNoBaseline: keys['fail-on-no-baseline'],
    jobBudgetMs: keys['job-budget'] ?? null,
    onRegression: keys['on-regression'],
  };
}

function toServer(name: string, keys: ConfigFile['servers'][string]): Server {
  const { workdir, build, start, socket, port, pairs, env, before, after, profile } = keys;
  return {
    name,
    workdir,
    build: build ?? null,
    buildTimeoutMs: keys['build-timeout'],
    ...(keys['warm-up'] === undefined ? {} : { warmUpMs: keys['warm-up'] }),
    start,
    listen: socket
      ? { kind: 'socket' }
      : port === undefined
        ? { kind: 'port' }
        : { kind: 'fixed', port },
    pairs,
    ready: toReady(keys.ready),
    stop: {
      signal: keys.stop.signal,
      timeoutMs: keys.stop.timeout,
      command: keys.stop.command ?? null,
    },
    env,
    before: before ?? null,
    after: after ?? null,
    ...(profile === undefined ? {} : { profile: toProfile(profile) }),
  };
}

function toProfile({
  command,
  start,
  duration,
}: NonNullable<ConfigFile['servers'][string]['profile']>): Profile {
  return { command: command ?? null, start: start ?? null, durationMs: duration };
}

/** Without anything that tells, the server is asked for `/`. */
function toReady(keys: ConfigFile['servers'][string]['ready']): Ready {
  const { method, headers, status, times, log, command, timeout } = keys;
  const isTold = log !== undefined || command !== undefined;
  return {
    path: keys.path ?? (isTold ? null : '/'),
    method,
    headers,
    status: status ?? null,
    times,
    log: log ?? null,
    command: command ?? null,
    timeoutMs: timeout,
  };
}
