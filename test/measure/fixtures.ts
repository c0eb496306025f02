/** The repository's own servers as subjects, and plans to measure them by. */
import type { Experiment } from '../../src/config/experiment/experiment.ts';
import type { Scenario } from '../../src/config/experiment/scenario.ts';
import type { Server } from '../../src/config/experiment/server.ts';
import { NO_PHASES } from '../../src/plan/phases.ts';
import type { BlockPlan, SubjectPlan } from '../../src/plan/plan.ts';
import { ownFile } from '../../src/system/program/runtime.ts';
import { TOLERANCE } from '../support/measurement.ts';
import { type ServerWishes, serverFor } from './servers/sandbox.ts';

/** A fixture that Node.js runs, with these settings in every arm and these knobs in head alone. */
export function fixture(
  name: 'node-http' | 'node-http3' | 'node-websocket',
  settings: Record<string, string | number> = {},
  knobs: Record<string, string | number> = {},
  wishes: Partial<ServerWishes> = {},
): Server {
  const assign = (values: Record<string, string | number>) =>
    Object.entries(values)
      .map(([key, value]) => `${key}='${value}'`)
      .join(' ');
  const run = `exec '${process.execPath}' '${ownFile(`fixtures/${name}/server.js`)}'`;
  const start = `export NOTHING=1 ${assign(settings)}; if [ {arm} = head ]; then export NOTHING=1 ${assign(knobs)}; fi; ${run}`;
  return serverFor({ start, path: '/health', status: 200, ...wishes });
}

/** Where a TLS fixture finds its certificate. */
export const CERTIFICATE = {
  TLS_CERT: ownFile('fixtures/tls/localhost.crt'),
  TLS_KEY: ownFile('fixtures/tls/localhost.key'),
};

export function blockPlan(wishes: Partial<BlockPlan> = {}): BlockPlan {
  return {
    index: 0,
    startOrder: ['head', 'base'],
    connectOrder: ['base', 'head'],
    warmupOrder: ['head', 'base'],
    sliceOrder: 'bhhbhbbh',
    latencyOrder: '',
    steadyOrder: [],
    ...wishes,
  };
}

export function subjectPlan(blocks: BlockPlan[], wishes: Partial<SubjectPlan> = {}): SubjectPlan {
  return {
    server: 'server',
    scenario: 'default',
    pairs: 'live',
    cores: null,
    warmupRequests: 40,
    phases: NO_PHASES,
    sliceRequests: 24,
    blockMs: 1000,
    looks: [blocks.length],
    ends: [blocks.length],
    forecast: null,
    blocks,
    ...wishes,
  };
}

export function experimentOf(server: Server, scenario: Scenario): Experiment {
  return {
    servers: [server],
    scenarios: [scenario],
    subjects: [{ server: server.name, scenario: scenario.name }],
    gate: {
      budgetMs: 1000,
      tolerance: TOLERANCE,
      limits: { errors: 0.001, refused: 0, dropped: 0, 'longest-stall': 0.1 },
      falseAlarmRate: 0.01,
      metrics: ['throughput'],
      failOnInconclusive: false,
      failOnNoBaseline: false,
      jobBudgetMs: null,
      onRegression: 'fail',
    },
    claims: [],
  };
}
