/** Exclusive pairs, really measured: src/measure/arms/running-arms.ts and src/measure/block/block.ts. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { it } from 'node:test';
import type { Server } from '../../../src/config/experiment/server.ts';
import { armCost, pairValue } from '../../../src/judge/rule/estimate.ts';
import { startLive } from '../../../src/measure/arms/running-arms.ts';
import { runBlock } from '../../../src/measure/block/block.ts';
import { freePort } from '../../../src/measure/listening/ports.ts';
import { BlockMeasurement } from '../../../src/measure/observed/measurement.ts';
import { runPilot } from '../../../src/measure/pilot/pilot.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { blockPlan, experimentOf, fixture, subjectPlan } from '../fixtures.ts';
import { makeContext, makeLoadedContext, overheard, SCENARIO } from '../run-context.ts';
import { node, serverFor } from '../servers/sandbox.ts';
import { failedPilot, withNextBlock } from '../steps.ts';

const linux = process.platform === 'linux';
const BOTH: Arm[] = ['base', 'head'];
const SUBJECT = { server: 'server', scenario: 'default' };
const plan = (order: string) => subjectPlan([block(order)], { pairs: 'exclusive' });
const block = (sliceOrder: string) => {
  const order: Arm[] = sliceOrder.startsWith('b') ? ['base', 'head'] : ['head', 'base'];
  return blockPlan({ startOrder: order, connectOrder: order, warmupOrder: order, sliceOrder });
};

/** Ignores PORT, as one with a hard-wired port does; in head with these knobs. */
function onFixedPort(port: number, knobs: Record<string, string | number> = {}): Server {
  const listen = { kind: 'fixed', port } as const;
  const server = fixture('node-http', {}, knobs, { listen, pairs: 'exclusive' });
  return { ...server, start: `export PORT=${port}; ${server.start}` };
}

it('An exclusive pair starts, loads and ends one arm, then the other, on the one port that both have', async (t) => {
  const loaded = await makeLoadedContext(t);
  const calls: string[] = [];
  const context = { ...loaded, generator: overheard(loaded.generator, calls) };
  const server = onFixedPort(await freePort());
  const order = 'hhhhhhhhbbbbbbbb';
  const alive: number[] = [];
  const { block: measured, samples } = await runBlock(
    context,
    SCENARIO,
    plan(order),
    block(order),
    (window) => {
      alive.push(markedProcesses(context.marker).length);
      return startLive(context, server, SCENARIO, window);
    },
  );
  // Nothing of the first is left when the second is started.
  assert.deepEqual(alive, [0, 0]);
  assert.deepEqual(calls, [
    'open head',
    'slices h 40',
    'slices hhhh 24',
    'slices hhhh 24',
    'close head',
    'open base',
    'slices b 40',
    'slices bbbb 24',
    'slices bbbb 24',
    'close base',
  ]);
  BlockMeasurement.parse(measured);
  assert.deepEqual(samples, []);
  assert.equal(measured.pairs, 'exclusive');
  assert.equal(measured.sliceOrder, order);
  assert.deepEqual(measured.sliceGood, Array(16).fill(24));
  for (const arm of BOTH) {
    assert.equal(measured.arms[arm]?.good, 8 * 24);
    assert.ok((armCost('throughput', measured, arm) as number) > 0);
    // One group is four slices of the arm's own.
    if (linux) assert.equal(measured.arms[arm]?.cpuMs?.length, 2);
    if (linux) assert.equal(measured.arms[arm]?.rssBytes.length, 3);
  }
  assert.ok(Number.isFinite(pairValue('throughput', measured)));
  if (linux) assert.ok(Number.isFinite(pairValue('cpu', measured)));
  assert.deepEqual(markedProcesses(context.marker), []);
});

it('An exclusive pair shows which arm takes longer', async (t) => {
  const context = await makeLoadedContext(t);
  const server = onFixedPort(await freePort(), { KNOB_DELAY_MS: 20 });
  const order = 'bbbbhhhh';
  const subject = subjectPlan([block(order)], { pairs: 'exclusive', sliceRequests: 40 });
  const measured = await withNextBlock(context, experimentOf(server, SCENARIO), subject);
  assert.equal(measured.failure, null);
  const [seen] = measured.blocks;
  assert.ok(seen && (pairValue('throughput', seen) as number) > 0.5);
});

it('The pilot run meets one arm after the other', async (t) => {
  const loaded = await makeLoadedContext(t);
  const calls: string[] = [];
  const context = { ...loaded, generator: overheard(loaded.generator, calls) };
  // With a warm-up that is set, no arm is watched a second time because the machine was moody.
  const server = { ...onFixedPort(await freePort()), warmUpMs: 300 };
  const { pilot, estimate } = await runPilot(context, server, SCENARIO, BOTH);
  assert.deepEqual(Object.keys(pilot.arms), BOTH);
  const turns = calls.filter((call) => /^(open|close|burst)/.test(call));
  // Twice to see whether it serves several connections at once.
  const tried = (arm: string) => [`open ${arm}`, `close ${arm}`, `open ${arm}`, `close ${arm}`];
  const whole = (arm: string) => [...tried(arm), `open ${arm}`, `burst ${arm}`, `close ${arm}`];
  assert.deepEqual(turns, [...whole('base'), ...whole('head')]);
  const slowest = Math.max(...BOTH.map((arm) => pilot.arms[arm]?.startMs as number));
  // Of one start, with its end; the plan knows that there are two.
  assert.ok(estimate.startMs >= slowest && estimate.startMs < 2 * slowest + 5000);
  assert.deepEqual(markedProcesses(context.marker), []);
});

it('An exclusive pair fails with the arm that ends, also when the other was measured already', async (t) => {
  const context = await makeLoadedContext(t);
  const server = onFixedPort(await freePort(), { KNOB_CRASH_AFTER: 100 });
  const order = `${'b'.repeat(8)}${'h'.repeat(8)}`;
  const measured = await withNextBlock(context, experimentOf(server, SCENARIO), plan(order));
  assert.deepEqual(measured.blocks, []);
  assert.equal(measured.failure?.arm, 'head');
  assert.match(measured.failure?.message ?? '', /the server ended while it was measured/);
  assert.equal(measured.restarts, 0);
  assert.deepEqual(markedProcesses(context.marker), []);
});

it('An exclusive pair says that a fixed port cannot be shared, before anything is started', async (t) => {
  const context = makeContext(t);
  const listen = { kind: 'fixed', port: await freePort() } as const;
  const server = serverFor({ start: node('process.exit(1)'), listen });
  const experiment = experimentOf(server, SCENARIO);
  assert.deepEqual(await failedPilot(context, experiment, SUBJECT, BOTH), {
    arm: null,
    stage: 'pilot',
    message: `server server has the fixed port ${listen.port}, so its two builds cannot run side by side: set \`pairs: exclusive\``,
    cure: null,
  });
  assert.equal(context.starts.count, 0);
});

it('An exclusive pair offers to run one at a time when two arms want one port', async (t) => {
  const context = makeContext(t);
  const port = await freePort();
  // As a user writes it who does not know yet that it matters.
  const server = { ...onFixedPort(port), listen: { kind: 'port' }, pairs: 'live' } as Server;
  const short = { ...server, ready: { ...server.ready, timeoutMs: 5000 } };
  const experiment = experimentOf(short, SCENARIO);
  const failure = await failedPilot(context, experiment, SUBJECT, BOTH);
  // Whoever came first listens where it was not asked to, and that the other one finds the port taken is no cause of its own.
  const { arm, message } = failure;
  assert.equal(arm, 'both');
  assert.match(
    message,
    new RegExp(
      `: it listens on port ${port} instead.*if its port is fixed, set \`port: ${port}\` and \`pairs: exclusive\``,
    ),
  );
  assert.deepEqual(markedProcesses(context.marker), []);
});

it('An exclusive pair blames nobody when a stranger keeps the port', async (t) => {
  const context = makeContext(t);
  const stranger = createServer();
  await new Promise<void>((resolve) => stranger.listen(0, resolve));
  t.after(() => stranger.close());
  const { port } = stranger.address() as { port: number };
  const experiment = experimentOf(onFixedPort(port), SCENARIO);
  const failure = await failedPilot(context, experiment, SUBJECT, ['head']);
  assert.equal(failure.arm, null);
  assert.match(failure.message, new RegExp(`^head: port ${port} is in use`));
});
