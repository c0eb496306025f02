/** Whole pilot runs on real servers: what is asked, in which order, and what is said of failures. */
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import type {
  CommandScenario,
  HttpRequest,
  Scenario,
} from '../../../src/config/experiment/scenario.ts';
import type { Server } from '../../../src/config/experiment/server.ts';
import { startLive } from '../../../src/measure/arms/running-arms.ts';
import { runBlock } from '../../../src/measure/block/block.ts';
import { runPilot } from '../../../src/measure/pilot/pilot.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { httpRequest, httpScenario } from '../../support/measurement.ts';
import { blockPlan, experimentOf, fixture, subjectPlan } from '../fixtures.ts';
import { makeLoadedContext, overheard, type SCENARIO } from '../run-context.ts';
import { node, serverFor } from '../servers/sandbox.ts';
import { failedPilot } from '../steps.ts';

const BOTH: Arm[] = ['base', 'head'];
const HEAD: Arm[] = ['head'];

/** Knows the items 1 to 3, `/` and `/slow`, and says which paths it was asked for. Waits, so that a first load takes little CPU time. */
const SHOP = node(`require("http").createServer((q, r) => {
  const known = /^\\/(slow|items\\/[1-3])?$/.test(q.url);
  if (q.url !== "/up") console.log(q.url);
  r.statusCode = known || q.url === "/up" ? 200 : 404;
  setTimeout(() => r.end("ok"), 10);
}).listen(+process.env.PORT, "127.0.0.1")`);
const shop = () => serverFor({ start: SHOP, path: '/up', status: 200 });

const several = (requests: Partial<HttpRequest>[]) =>
  httpScenario('default', { connections: 4, requests: requests.map(httpRequest) });

async function failureOf(
  t: TestContext,
  server: Server,
  scenario: Scenario,
  arms: readonly Arm[] = HEAD,
) {
  const context = await makeLoadedContext(t);
  const subject = { server: 'server', scenario: 'default' };
  const experiment = experimentOf(server, scenario);
  const failure = await failedPilot(context, experiment, subject, arms);
  return { ...failure, printed: context.heard };
}

it('The pilot run tries every kind of request once, a rare one too, before the whole load', async (t) => {
  const loaded = await makeLoadedContext(t);
  const calls: string[] = [];
  const opened: string[] = [];
  const { generator } = loaded;
  const spying = {
    ...overheard(generator, calls),
    open: (arm: Arm, target: Parameters<typeof generator.open>[1]) => {
      const { connections, requests } = target.scenario as typeof SCENARIO;
      opened.push(`${connections}: ${requests.map(({ path }) => path).join(' ')}`);
      return generator.open(arm, target);
    },
  };
  const scenario = several([
    { path: '/slow', weight: 1 },
    { path: '/', weight: 10_000 },
    { path: '/items/{id}', weight: 5, ids: { from: 1, to: 3 } },
  ]);
  await runPilot({ ...loaded, generator: spying }, shop(), scenario, HEAD);
  const kinds = '/slow / /items/{id}';
  const whole = `4: ${kinds}`;
  // Before anything else, whether it serves several connections at once.
  const atOnce = [`1: ${kinds}`, whole];
  assert.deepEqual(opened, [...atOnce, whole, '1: /', '1: /items/{id}', '1: /slow', whole]);
  const tried = [
    'slices h 1',
    'slices h 1',
    'slices h 1',
    'close head',
    'slices h 4',
    'close head',
  ];
  assert.deepEqual(calls.slice(0, tried.length), tried);
  assert.deepEqual(calls.slice(tried.length, tried.length + 6), [
    'close head',
    'slices h 1',
    'close head',
    'slices h 8',
    'close head',
    'slices h 1',
  ]);
});

it('The pilot run names the kind of request that is not answered as expected', async (t) => {
  const scenario = several([
    { path: '/', weight: 1000 },
    { method: 'POST', path: '/typo' },
  ]);
  const failure = await failureOf(t, shop(), scenario);
  assert.equal(failure.arm, 'head');
  assert.equal(failure.stage, 'pilot');
  assert.match(failure.message, /^head: POST \/typo is not answered as expected: .*404/);
});

it('The pilot run finds a route that knows only some of its ids', async (t) => {
  const scenario = several([{ path: '/items/{id}', ids: { from: 1, to: 1000 } }]);
  const failure = await failureOf(t, shop(), scenario);
  assert.match(
    failure.message,
    /^head: GET \/items\/\{id\} with ids from 1 to 1000 is not answered as expected: .*404/,
  );
});

it('The pilot run of a subject that goes on loads it with as many connections as before, and keeps the reason', async (t) => {
  const loaded = await makeLoadedContext(t);
  const { generator } = loaded;
  const opened = new Set<number>();
  const open: typeof generator.open = (arm, target) => {
    opened.add((target.scenario as typeof SCENARIO).connections);
    return generator.open(arm, target);
  };
  const spying = { ...overheard(generator, []), open };
  const lowered = { from: 4, to: 3, answerMs: 900, atOnce: 1, waitMs: 3600 };
  const kept = { connections: 3, fit: { lowered } };
  const scenario = several([{ path: '/' }]);
  const { pilot } = await runPilot({ ...loaded, generator: spying }, shop(), scenario, HEAD, {
    kept,
  });
  assert.deepEqual([...opened].sort(), [1, 3]);
  assert.deepEqual(pilot.lowered, lowered);
});

it('The pilot run has no burst of what autocannon cannot send', async (t) => {
  const loaded = await makeLoadedContext(t);
  const calls: string[] = [];
  const generator = overheard(loaded.generator, calls);
  const scenario = several([{ method: 'PROPFIND' }]);
  const { pilot } = await runPilot({ ...loaded, generator }, shop(), scenario, HEAD);
  assert.equal(pilot.arms.head?.burst, null);
  assert.ok(calls.every((call) => !call.startsWith('burst')));
});

/** A tool whose run takes a tenth of a second, and reports this many requests in it. */
function tool(command: string): CommandScenario {
  return {
    kind: 'command',
    name: 'default',
    protocol: 'http1',
    tls: null,
    command,
    output: 'lines',
    path: '/',
    timeoutMs: 10_000,
    serverCores: null,
  };
}
const counting = (requests: number) =>
  `sleep 0.1; echo requests ${requests} count; echo errors 0 count; echo duration 100 ms`;

it('The pilot run runs a load command once per arm, and plans by how long that took', async (t) => {
  const loaded = await makeLoadedContext(t);
  const calls: string[] = [];
  const context = { ...loaded, generator: overheard(loaded.generator, calls) };
  const server = fixture('node-http');
  const scenario = tool(`${counting(500)}; test "$PWD" = '${loaded.dir}/head'`);
  const { pilot, estimate } = await runPilot(context, server, scenario, BOTH);
  assert.deepEqual(
    calls.filter((call) => call.startsWith('slices')),
    ['slices b 1', 'slices h 1'],
  );
  for (const arm of BOTH) {
    assert.ok(Math.abs((pilot.arms[arm]?.rate as number) - 5000) < 1e-6);
    assert.equal(pilot.arms[arm]?.burst, null);
    assert.equal(pilot.arms[arm]?.engine, 'command');
  }
  assert.ok(estimate.kind === 'runs' && estimate.runMs >= 100);
  assert.ok(estimate.slowness > 0);
  calls.length = 0;
  const plan = blockPlan({ sliceOrder: 'bhhb' });
  const runs = subjectPlan([plan], { warmupRequests: 1, sliceRequests: 1 });
  const { block } = await runBlock(context, scenario, runs, plan, (window) =>
    startLive(context, server, scenario, window),
  );
  assert.deepEqual(block.sliceGood, [500, 500, 500, 500]);
  assert.deepEqual(
    calls.filter((call) => call.startsWith('slices')),
    ['h', 'b', 'b', 'h', 'h', 'b'].map((letter) => `slices ${letter} 1`),
  );
  assert.equal(block.arms.head?.attempted, 1000);
});

it('The pilot run says what a load command said when it failed, and blames no arm that is up', async (t) => {
  const failure = await failureOf(t, shop(), tool('echo "no such flag" >&2; exit 2'));
  assert.equal(failure.arm, null);
  assert.match(failure.message, /^head: .*the load command failed.*exit code 2$/);
  const about = { about: 'server/default', arm: null };
  assert.deepEqual(failure.printed, [{ by: 'load command', lines: ['no such flag'], ...about }]);
});

it('The pilot run blames the arm that ended under a load command', async (t) => {
  const crashing = fixture('node-http', {}, { KNOB_CRASH_AFTER: 30 });
  const script = `for (let i = 0; i < 60; i++) await (await fetch("{url}")).text();`;
  const command = `'${process.execPath}' --input-type=module -e '${script}'`;
  const failure = await failureOf(t, crashing, tool(command));
  assert.equal(failure.arm, 'head');
  assert.match(failure.message, /the server ended while it was measured \(exit code 3\)/);
});

it('The pilot run does not take a run without an answer for a rate', async (t) => {
  const failing = 'sleep 0.1; echo requests 7 count; echo errors 7 count; echo duration 100 ms';
  const failure = await failureOf(t, shop(), tool(failing));
  assert.equal(failure.arm, 'head');
  assert.match(failure.message, /^head: `sleep 0\.1.*` is not answered under load: .*7 of 7/);
});
