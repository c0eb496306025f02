/** The calibrator as a program that is started, and the load that it gets: both are always the same. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pairOf } from '../../config/experiment/contenders.ts';
import type { HttpScenario, Scenario } from '../../config/experiment/scenario.ts';
import type { Contender, Server } from '../../config/experiment/server.ts';
import { shellQuoted } from '../../config/fill/shell-quotes.ts';
import { sha256Of } from '../../system/files/digest.ts';
import { ownCommand, ownProgram } from '../../system/program/runtime.ts';

/**
 * Requests of a slice of either path: as the calibrator counts them. Each takes about 12 to 20 ms on a machine of 2025. Those of
 * work are even, so that each slice has as many of either kind.
 */
export const CALIBRATOR_SLICE = { work: 120, light: 1200 } as const;
/**
 * So many slices of each path stand in one of its turns, beside a turn of head's: a run of a load tool takes seconds, and what the machine
 * does meanwhile is seen before it and after it only.
 */
export function calibratorRounds({ kind }: Pick<Scenario, 'kind'>): number {
  return kind === 'command' ? 10 : 1;
}

/** Slices of either path, in turn, before any is measured. */
export const CALIBRATOR_WARM_UP = 6;

/** SHA-256 of the calibrator, its load included. */
export function calibratorHash(): string {
  const load = JSON.stringify([calibratorLoad(1), CALIBRATOR_SLICE, CALIBRATOR_WARM_UP, FLAGS]);
  return sha256Of(`${sha256Of(readFileSync(ownProgram('calibrator')))} ${load}`);
}

/** No thread of its own may work beside it: a compiler or a collector that runs at another time is noise. */
const FLAGS = ['--single-threaded'];

/** More than these make no difference, and each is a socket of the generator. */
const CONNECTIONS_AT_MOST = 64;
const CONNECTIONS_OF_TOOLS = 32;

/** With as many in flight as head has: how often either side falls asleep goes by that. */
export function calibratorConnections(scenario: Scenario): number {
  // How many a tool opens stands in its own words.
  if (scenario.kind === 'command') return CONNECTIONS_OF_TOOLS;
  const { connections = 1 } = scenario as { connections?: number };
  const { streams = 1 } = scenario as { streams?: number };
  return Math.min(CONNECTIONS_AT_MOST, Math.max(1, connections * streams));
}

export function calibratorLoad(connections: number): HttpScenario {
  return {
    kind: 'http',
    name: 'calibrator',
    protocol: 'http1',
    engine: 'builtin',
    tls: null,
    connections,
    streams: 1,
    timeoutMs: 10_000,
    requests: [
      {
        method: 'GET',
        path: '/',
        headers: {},
        body: null,
        bodyFile: null,
        weight: 1,
        ids: null,
        expect: { status: 200, body: null },
      },
    ],
    latency: null,
    steadyMs: null,
    serverCores: null,
  };
}

/** As a contender of itself, so that messages call it by its name. */
export function calibratorServer(): Server {
  const [node, ...args] = ownCommand(ownProgram('calibrator'));
  const words = [node, ...FLAGS, ...args].map((word) => shellQuoted('', 0, word));
  const program: Contender = {
    name: 'calibrator',
    root: '.',
    workdir: '.',
    build: null,
    buildTimeoutMs: 1,
    start: `exec ${words.join(' ')}`,
    listen: { kind: 'port' },
    ready: {
      path: '/ready',
      method: 'GET',
      headers: {},
      status: 200,
      times: 1,
      log: null,
      command: null,
      timeoutMs: 30_000,
    },
    stop: { signal: 'SIGTERM', timeoutMs: 3000, command: null },
    env: {},
    before: null,
    after: null,
  };
  return pairOf(program, program, 'live');
}

/** Folder that it runs in. */
export function calibratorFolder(): string {
  return path.dirname(ownProgram('calibrator'));
}
