import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { HttpRequest } from '../../../src/config/experiment/scenario.ts';
import type { Server } from '../../../src/config/experiment/server.ts';
import { AnswerBook } from '../../../src/measure/answers/book.ts';
import { startLive } from '../../../src/measure/arms/running-arms.ts';
import { runBlock, tryBlock } from '../../../src/measure/block/block.ts';
import { BlockMeasurement, Pilot } from '../../../src/measure/observed/measurement.ts';
import { runPilot } from '../../../src/measure/pilot/pilot.ts';
import type { BlockPlan } from '../../../src/plan/plan.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { httpRequest } from '../../support/measurement.ts';
import { blockPlan, experimentOf, fixture as httpFixture, subjectPlan } from '../fixtures.ts';
import {
  makeContext,
  makeLoadedContext,
  overheard,
  SCENARIO,
  type TestRunContext,
} from '../run-context.ts';
import { failedPilot, withNextBlock } from '../steps.ts';

const linux = process.platform === 'linux';
const BOTH: Arm[] = ['base', 'head'];
const WARMUP = 40;
const SLICE = 24;

/** The Node.js fixture, with these knobs in head alone. */
const fixture = (knobs: Record<string, string | number> = {}) =>
  httpFixture('node-http', {}, knobs);

function block(context: TestRunContext, server: Server, plan = blockPlan(), scenario = SCENARIO) {
  return runBlock(context, scenario, subjectPlan([plan]), plan, (window) =>
    startLive(context, server, scenario, window),
  );
}

it('A block does what the plan says, in the order that it says', async (t) => {
  const loaded = await makeLoadedContext(t);
  const calls: string[] = [];
  const context = { ...loaded, generator: overheard(loaded.generator, calls) };
  await block(context, fixture());
  assert.deepEqual(calls.splice(0), [
    'open base',
    'open head',
    `slices h ${WARMUP}`,
    `slices b ${WARMUP}`,
    `slices bhhb ${SLICE}`,
    `slices hbbh ${SLICE}`,
    'close head',
    'close base',
  ]);
  await block(
    context,
    fixture(),
    blockPlan({ connectOrder: ['head', 'base'], warmupOrder: BOTH, sliceOrder: 'hbbh' }),
  );
  assert.deepEqual(calls.slice(0, 5), [
    'open head',
    'open base',
    `slices b ${WARMUP}`,
    `slices h ${WARMUP}`,
    `slices hbbh ${SLICE}`,
  ]);
  assert.deepEqual(markedProcesses(context.marker), []);
});

it('A block observes figures that add up', async (t) => {
  const result = await block(await makeLoadedContext(t), fixture());
  const measured = BlockMeasurement.parse(result.block);
  assert.deepEqual(result.samples, []);
  assert.equal(measured.sliceOrder, 'bhhbhbbh');
  assert.deepEqual(measured.sliceGood, Array(8).fill(SLICE));
  assert.ok(measured.sliceUs.length === 8 && measured.sliceUs.every((us) => us > 0));
  for (const arm of BOTH) {
    const seen = measured.arms[arm];
    assert.ok(seen);
    assert.equal(seen.good, 4 * SLICE);
    assert.equal(seen.attempted, 4 * SLICE);
    assert.deepEqual(Object.values(seen.errors), [0, 0, 0, 0, 0, 0]);
    assert.ok(seen.startMs > 0);
    assert.ok(seen.generatorBusy > 0);
    assert.deepEqual([seen.latency, seen.steady, seen.hold], [null, null, null]);
    // Of so few groups a reading before any work, too: memory growth is a slope.
    assert.deepEqual(seen.memoryAfter, [0, 2 * SLICE, 4 * SLICE]);
    if (!linux) continue;
    assert.ok((seen.generatorQueued as number) >= 0 && (seen.generatorQueued as number) <= 1);
    assert.equal(seen.cpuMs?.length, 2);
    assert.ok(seen.cpuMs?.every((ms) => ms > 0));
    assert.ok((seen.cpuTicksMs as number) >= 0);
    const allMs = (seen.cpuMs ?? []).reduce((sum, ms) => sum + ms, 0);
    assert.ok((seen.busiestThreadMs as number) > 0);
    assert.ok((seen.busiestThreadMs as number) <= allMs + 0.001);
    for (const bytes of [seen.rssBytes, seen.pssBytes]) {
      assert.equal(bytes.length, 3);
      assert.ok(bytes.every((size) => size > 2 ** 20));
    }
    assert.ok(seen.rssBytes.every((bytes, i) => bytes >= (seen.pssBytes[i] as number)));
    assert.ok((seen.peakBytes as number) >= Math.max(...seen.pssBytes));
  }
});

it('A block samples memory eight times, after the same work of both arms', async (t) => {
  const context = await makeLoadedContext(t);
  for (const [groups, after] of [
    [3, [1, 2, 3]],
    [11, [2, 3, 5, 6, 7, 9, 10, 11]],
    [16, [2, 4, 6, 8, 10, 12, 14, 16]],
  ] as const) {
    const plan = blockPlan({ sliceOrder: 'bhhb'.repeat(groups) });
    const { block: measured } = await block(context, fixture(), plan);
    for (const arm of BOTH) {
      const seen = measured.arms[arm];
      assert.deepEqual(
        seen?.memoryAfter,
        after.map((done) => 2 * done * SLICE),
      );
      if (!linux) continue;
      assert.equal(seen?.cpuMs?.length, groups);
      assert.equal(seen?.rssBytes.length, after.length);
      assert.equal(seen?.pssBytes.length, after.length);
    }
  }
});

it('A block measures head alone', async (t) => {
  const orders = { startOrder: ['head'], connectOrder: ['head'], warmupOrder: ['head'] } as const;
  const plan = blockPlan({
    ...(orders as unknown as Partial<BlockPlan>),
    sliceOrder: 'hhhhhh',
  });
  const { block: measured } = await block(await makeLoadedContext(t), fixture(), plan);
  assert.deepEqual(Object.keys(measured.arms), ['head']);
  assert.equal(measured.arms.head?.good, 6 * SLICE);
  if (linux) assert.equal(measured.arms.head?.cpuMs?.length, 2);
});

it('A block counts error answers apart from good ones, for the arm that gave them', async (t) => {
  const server = fixture({ KNOB_ERROR_RATE: 0.25 });
  const { block: measured, samples } = await block(await makeLoadedContext(t), server);
  const { base, head } = measured.arms;
  assert.ok(base && head);
  assert.equal(base.good, 4 * SLICE);
  assert.equal(head.attempted, 4 * SLICE);
  // A quarter exactly, as the warm-up and every slice are multiples of four.
  assert.deepEqual(head.errors, { ...base.errors, status: SLICE });
  assert.equal(head.good, 3 * SLICE);
  const goodOf = (letter: string) =>
    measured.sliceGood
      .filter((_, index) => measured.sliceOrder[index] === letter)
      .reduce((sum, good) => sum + good, 0);
  assert.equal(goodOf('b'), base.good);
  assert.equal(goodOf('h'), head.good);
  assert.ok(samples.length > 0);
  for (const sample of samples) {
    assert.equal(sample.arm, 'head');
    assert.equal(sample.kind, 'status');
    assert.match(sample.message, /500/);
  }
});

it('A block fails with the arm that crashed, keeps the blocks before, and ends both', async (t) => {
  const context = await makeLoadedContext(t);
  // Warm-up and one block's slices go through; the second block is a new process.
  const server = fixture({ KNOB_CRASH_AFTER: WARMUP + 5 * SLICE });
  const short = blockPlan({ sliceOrder: 'bhhb' });
  const long = blockPlan({ index: 1, sliceOrder: 'bhhb'.repeat(4) });
  const plan = subjectPlan([short, long]);
  const experiment = experimentOf(server, SCENARIO);
  const first = await withNextBlock(context, experiment, plan);
  const measured = await withNextBlock(context, experiment, plan, first);
  assert.equal(measured.blocks.length, 1);
  assert.equal(measured.failure?.arm, 'head');
  assert.equal(measured.failure?.stage, 'block');
  assert.equal(
    measured.failure?.message,
    'head: the server ended while it was measured (exit code 3)',
  );
  const lines = context.heard.flatMap((one) => one.lines).join('\n');
  assert.match(lines, /KNOB_CRASH_AFTER: crashing after/);
  assert.deepEqual(markedProcesses(context.marker), []);
});

it('A block leaves no process and no connection behind when a block is aborted', async (t) => {
  const loaded = await makeLoadedContext(t);
  const { generator } = loaded;
  const calls: string[] = [];
  const context = {
    ...loaded,
    generator: overheard(
      {
        ...overheard(generator, []),
        slices: (order, requests) => {
          if (order.length === 4) loaded.stop.abort(new Error('stopped by the test'));
          return generator.slices(order, requests);
        },
      },
      calls,
    ),
  };
  const plan = subjectPlan([blockPlan()]);
  const measuring = withNextBlock(context, experimentOf(fixture(), SCENARIO), plan);
  await assert.rejects(measuring, /stopped by the test/);
  assert.deepEqual(calls.slice(-3), [`slices bhhb ${SLICE}`, 'close head', 'close base']);
  assert.deepEqual(markedProcesses(context.marker), []);
  // Both arms can be opened again: the generator holds nothing of them.
  await block({ ...context, signal: new AbortController().signal }, fixture());
});

it('A pilot run: connections at once, one answer, the warm-up, the burst for every arm, and the noise of one', async (t) => {
  const loaded = await makeLoadedContext(t);
  const calls: string[] = [];
  const context = { ...loaded, generator: overheard(loaded.generator, calls) };
  // With a warm-up that is set, no arm is watched a second time because the machine was moody.
  const server = { ...fixture(), warmUpMs: 300 };
  const { pilot, estimate } = await runPilot(context, server, SCENARIO, BOTH);
  Pilot.parse(pilot);
  assert.deepEqual(Object.keys(pilot.arms), BOTH);
  const kinds = calls.map((call) => call.replace(/^(slices \w+) \d+$/, '$1'));
  assert.deepEqual(
    kinds.filter((kind, index) => kind !== kinds[index - 1]),
    [
      ...BOTH.flatMap((arm) => {
        // Whether it serves several connections at once: by one, by several, and then all of them.
        const tried = [`open ${arm}`, `slices ${arm.charAt(0)}`, `close ${arm}`];
        return [...tried, ...tried, `open ${arm}`];
      }),
      // Both answer, the load is fitted, then one after the other.
      ...['slices b', 'slices h', 'slices b', 'slices h'],
      'slices b',
      'burst base',
      'slices bbbb',
      'slices h',
      'burst head',
      'close head',
      'close base',
    ],
  );
  const firstLoads = BOTH.map((arm) => calls.find((call) => call.startsWith(`slices ${arm[0]} `)));
  assert.deepEqual(firstLoads, ['slices b 1', 'slices h 1'], 'one answer is read before any load');
  for (const arm of BOTH) {
    const seen = pilot.arms[arm];
    assert.ok(seen?.rate && seen.rate > 0 && seen.medianLatencyUs > 0 && seen.startMs > 0);
    assert.equal(seen.engine, 'http1');
    assert.equal(seen.burst?.errors, 0);
    assert.deepEqual(Object.keys(seen.burst.statuses), ['200']);
  }
  assert.ok(estimate.kind === 'counted');
  assert.equal(estimate.rate, pilot.arms.base?.rate);
  assert.equal(estimate.inFlight, SCENARIO.connections);
  assert.ok(estimate.startMs > 0);
  assert.deepEqual(markedProcesses(context.marker), []);
});

it('A block tells at the pilot run what is not answered as expected', async (t) => {
  const context = await makeLoadedContext(t);
  const cases: [Server, Partial<HttpRequest>, Arm | 'both', RegExp][] = [
    [fixture(), { path: '/nope' }, 'both', /^both builds: GET \/nope is not answered as .*404/],
    [
      fixture(),
      { expect: { status: 200, body: 'something else' } },
      'both',
      /^both builds: GET \/ is not answered as expected: .*body/,
    ],
    [
      fixture({ KNOB_ERROR_RATE: 1 }),
      {},
      'head',
      /^head: GET \/ is not answered as expected: .*500/,
    ],
    [
      fixture({ KNOB_CRASH_AFTER: 0 }),
      {},
      'head',
      /^head: the server ended before it was ready \(exit code 3\)$/,
    ],
  ];
  for (const [server, wish, arm, message] of cases) {
    const scenario = { ...SCENARIO, requests: [httpRequest(wish)] };
    const experiment = experimentOf(server, scenario);
    const subject = { server: 'server', scenario: 'default' };
    const failure = await failedPilot(context, experiment, subject, BOTH);
    assert.equal(failure.stage, 'pilot');
    assert.equal(failure.arm, arm);
    assert.match(failure.message, message);
    assert.deepEqual(markedProcesses(context.marker), []);
  }
});

it('A block tells of a server that crashes under the burst', async (t) => {
  const context = await makeLoadedContext(t);
  const experiment = experimentOf(fixture({ KNOB_CRASH_AFTER: 50 }), SCENARIO);
  const subject = { server: 'server', scenario: 'default' };
  const failure = await failedPilot(context, experiment, subject, ['head']);
  assert.equal(failure.arm, 'head');
  assert.match(failure.message, /ended while it was measured \(exit code 3\)/);
});

it('A block is tried by one arm alone for longer than the other had survived, also after its answers were asked for', async (t) => {
  const loaded = await makeLoadedContext(t);
  const calls: string[] = [];
  const answers = new AnswerBook(SCENARIO.requests.length, () => false);
  const context = { ...loaded, answers, generator: overheard(loaded.generator, calls) };
  const plan = blockPlan();
  const survived = { work: 1000, ms: 1 };
  const alone = { block: plan, arm: 'head' as const, survived, mostFailed: 0 };
  await tryBlock(context, SCENARIO, subjectPlan([plan]), alone, (window) =>
    startLive(context, fixture(), SCENARIO, window),
  );
  const again = calls.lastIndexOf('open head');
  assert.ok(again > calls.indexOf('close head') && again > 1, calls.join());
  const further = calls.slice(again).filter((call) => call === `slices h ${SLICE}`);
  assert.ok(further.length * SLICE >= 1.5 * survived.work - 4 * SLICE - WARMUP, `${calls.length}`);
});

it('A block says so when the generator is gone, and ends the servers', async (t) => {
  const loaded = await makeLoadedContext(t);
  const context = {
    ...makeContext(t),
    generator: loaded.generator,
  };
  await loaded.generator[Symbol.asyncDispose]();
  const experiment = experimentOf(fixture(), SCENARIO);
  const subject = { server: 'server', scenario: 'default' };
  const failure = await failedPilot(context, experiment, subject, BOTH);
  assert.equal(failure.arm, null);
  assert.match(failure.message, /load generator was stopped/);
  assert.deepEqual(markedProcesses(context.marker), []);
});
