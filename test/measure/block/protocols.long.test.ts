/** Every protocol, ready and loaded, on the repository's own servers. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { Scenario } from '../../../src/config/experiment/scenario.ts';
import type { Server } from '../../../src/config/experiment/server.ts';
import { startLive } from '../../../src/measure/arms/running-arms.ts';
import { runBlock } from '../../../src/measure/block/block.ts';
import { type BlockMeasurement, Pilot } from '../../../src/measure/observed/measurement.ts';
import { runPilot } from '../../../src/measure/pilot/pilot.ts';
import { planSubject } from '../../../src/plan/make.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { draftOf } from '../../support/draft.ts';
import { httpScenario, webSocketScenario } from '../../support/measurement.ts';
import { blockPlan, CERTIFICATE, fixture, subjectPlan } from '../fixtures.ts';
import { makeLoadedContext, overheard, SCENARIO } from '../run-context.ts';

const BOTH: Arm[] = ['base', 'head'];
const TLS = { acceptSelfSigned: true, ca: null, serverName: 'localhost' };
const ECHO = webSocketScenario('default', {
  path: '/ws/echo',
  message: { bytes: 16, binary: false },
});
const BURST = {
  requestsPerSecond: 1,
  latencyP50Ms: 1,
  latencyP99Ms: 1,
  durationS: 1,
  completed: 1,
  errors: 0,
  timeouts: 0,
  statuses: { 200: 1 },
};
const newer = Number.parseInt(process.versions.node, 10) >= 24;

interface Case {
  server: Server;
  scenario: Scenario;
  engine: RegExp;
  /** How readiness was asked for by the generator; none: the gate asked itself. */
  probe?: string;
  burst: boolean;
}

/** Runs the pilot of one arm, without the burst's second, then measures one block of both. */
async function measure(t: TestContext, { server, scenario, engine, probe, burst }: Case) {
  const loaded = await makeLoadedContext(t);
  const calls: string[] = [];
  const generator = { ...overheard(loaded.generator, calls), burst: async () => BURST };
  const context = { ...loaded, generator };
  const { pilot, estimate } = await runPilot(context, server, scenario, ['head']);
  const { head } = Pilot.parse(pilot).arms;
  assert.match(head?.engine ?? '', engine);
  assert.equal(head?.burst === null, !burst);
  assert.ok((head?.rate as number) > 0);
  const probes = new Set(calls.filter((call) => call.startsWith('probe')));
  assert.deepEqual([...probes], probe === undefined ? [] : [probe]);
  const { plan } = planSubject({
    subject: { server: 'server', scenario: 'default' },
    scenario,
    cores: null,
    arms: BOTH,
    pairs: 'live',
    budgetMs: 1000,
    estimate,
    seed: 1,
    load: { kind: 'sized', warmUpMs: null },
    looks: { kind: 'after-each' },
  });
  assert.ok(estimate.kind === 'counted');
  // Whole messages and full streams, but less than the plan would take.
  const sliceRequests = 3 * estimate.inFlight;
  const own = blockPlan();
  const { block } = await runBlock(
    context,
    scenario,
    subjectPlan([own], { warmupRequests: 5 * estimate.inFlight, sliceRequests }),
    own,
    (window) => startLive(context, server, scenario, window),
  );
  assertSound(block, sliceRequests);
  assert.deepEqual(markedProcesses(context.marker), []);
  return { context, plan };
}

function assertSound(block: BlockMeasurement, sliceRequests: number): void {
  assert.deepEqual(block.sliceGood, Array(8).fill(sliceRequests));
  for (const arm of BOTH) assert.equal(block.arms[arm]?.attempted, 4 * sliceRequests);
}

it('The gate measures HTTP/1.1 with TLS, asked for readiness over TLS', async (t) => {
  await measure(t, {
    server: fixture('node-http', { PROTOCOL: 'https', ...CERTIFICATE }),
    scenario: { ...SCENARIO, tls: TLS },
    engine: /^http1$/,
    burst: true,
  });
});

it('The gate measures over Unix sockets, and leaves none', async (t) => {
  const server = fixture('node-http', {}, {}, { listen: { kind: 'socket' } });
  const { context } = await measure(t, {
    server,
    scenario: SCENARIO,
    engine: /^http1$/,
    burst: true,
  });
  const { socket } = await context.addresses.of(server, 'head');
  assert.ok(socket !== null && existsSync(dirname(socket)));
  await context.addresses[Symbol.asyncDispose]();
  assert.equal(existsSync(dirname(socket)), false);
});

it('The gate measures HTTP/2, in cleartext and with TLS, asked for readiness in HTTP/2', async (t) => {
  const scenario = httpScenario('default', {
    protocol: 'http2',
    connections: 2,
    streams: 8,
    requests: draftOf(SCENARIO.requests),
  });
  for (const [settings, tls] of [
    [{ PROTOCOL: 'h2c' }, null],
    [{ PROTOCOL: 'h2', ...CERTIFICATE }, TLS],
  ] as const) {
    const { plan } = await measure(t, {
      server: fixture('node-http', settings),
      scenario: { ...scenario, tls },
      engine: /^http2/,
      probe: 'probe http2 /health',
      burst: false,
    });
    assert.ok(plan.sliceRequests >= 16);
  }
});

it('The gate measures HTTP/3, asked for readiness in HTTP/3', {
  skip: newer ? false : 'needs Node.js 24',
}, async (t) => {
  await measure(t, {
    server: fixture('node-http3', CERTIFICATE),
    scenario: httpScenario('default', {
      protocol: 'http3',
      connections: 2,
      streams: 4,
      tls: TLS,
      requests: draftOf(SCENARIO.requests),
    }),
    engine: /http3/,
    probe: 'probe http3 /health',
    burst: false,
  });
});

it('The gate measures WebSocket echo, asked for readiness over HTTP', async (t) => {
  await measure(t, {
    server: fixture('node-websocket'),
    scenario: ECHO,
    engine: /./,
    burst: false,
  });
});

it('The gate measures a fan-out in whole messages', async (t) => {
  const { plan } = await measure(t, {
    server: fixture('node-websocket'),
    scenario: { ...ECHO, mode: 'fan-out', path: '/ws/broadcast', connections: 5 },
    engine: /./,
    burst: false,
  });
  assert.equal(plan.sliceRequests % 5, 0);
  assert.equal(plan.warmupRequests % 5, 0);
});

it('The gate measures with autocannon, in slices that it can time', async (t) => {
  const { plan } = await measure(t, {
    server: fixture('node-http'),
    scenario: { ...SCENARIO, engine: 'autocannon' },
    engine: /^autocannon \d/,
    burst: true,
  });
  assert.ok(plan.sliceRequests > 24);
});
