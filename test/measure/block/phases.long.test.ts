/** The open-loop segments and the unbroken phases of a block, on real servers. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Server } from '../../../src/config/experiment/server.ts';
import { LatencyHistogram } from '../../../src/load/histogram.ts';
import { startLive } from '../../../src/measure/arms/running-arms.ts';
import { runBlock } from '../../../src/measure/block/block.ts';
import { steadinessOf } from '../../../src/measure/block/steady.ts';
import { BlockMeasurement } from '../../../src/measure/observed/measurement.ts';
import type { BlockPlan, SubjectPlan } from '../../../src/plan/plan.ts';
import { markedProcesses } from '../../../src/system/processes/process-tree.ts';
import type { Arm } from '../../../src/terms/arm.ts';
import { blockPlan, experimentOf, fixture, subjectPlan } from '../fixtures.ts';
import { makeLoadedContext, overheard, SCENARIO, type TestRunContext } from '../run-context.ts';
import { withNextBlock } from '../steps.ts';

const linux = process.platform === 'linux';
const BOTH: Arm[] = ['base', 'head'];
const SLICE = 24;
const PHASES = {
  latency: { perSecond: 400, segmentRequests: 60, segmentsPerArm: 2 },
  steadyMs: 450,
};
const PHASED = blockPlan({ latencyOrder: 'hbbh', steadyOrder: ['head', 'base'] });
const node = (knobs = {}) => fixture('node-http', {}, knobs);

function block(
  context: TestRunContext,
  server: Server,
  plan: BlockPlan = PHASED,
  wishes: Partial<SubjectPlan> = {},
) {
  const subject = subjectPlan([plan], { phases: PHASES, ...wishes });
  return runBlock(context, SCENARIO, subject, plan, (window) =>
    startLive(context, server, SCENARIO, window),
  );
}

it('The phases of a block come after the slices, in the order that the plan says, with the same work for both arms', async (t) => {
  const loaded = await makeLoadedContext(t);
  const calls: string[] = [];
  const context = { ...loaded, generator: overheard(loaded.generator, calls) };
  const { block: measured, samples } = await block(context, node());
  assert.deepEqual(calls, [
    'open base',
    'open head',
    'slices h 40',
    'slices b 40',
    'slices bhhb 24',
    'slices hbbh 24',
    ...['h', 'b', 'b', 'h'].map((arm) => `open-loop ${arm} 60 at 400`),
    'steady h 450',
    'steady b 450',
    'close head',
    'close base',
  ]);
  BlockMeasurement.parse(measured);
  assert.deepEqual(samples, []);
  assert.deepEqual(measured.sliceGood, Array(8).fill(SLICE));
  for (const arm of BOTH) {
    const seen = measured.arms[arm];
    const { latency, steady } = seen ?? {};
    assert.ok(seen && latency && steady);
    assert.equal(latency.perSecond, 400);
    assert.equal(latency.scheduled, 120);
    assert.equal(LatencyHistogram.decode(latency.histogram).count, 120);
    if (linux) assert.equal(latency.cpuMs?.length, 2);
    // From the first intended send to the last answer: 59 intervals, and more.
    const { durationUs } = latency.segments;
    assert.equal(durationUs.length, 2);
    assert.ok(
      durationUs.every((us) => us >= 59 * 2500),
      `${durationUs}`,
    );
    const quantiles = ['p50Us', 'p90Us', 'p99Us', 'p999Us', 'maxUs'].map(
      (name) => latency[name as 'p50Us'],
    );
    assert.ok((quantiles[0] as number) > 0);
    assert.deepEqual(
      quantiles,
      quantiles.toSorted((a, b) => a - b),
    );
    // Windows are whole.
    assert.equal(steady.windows.length, 4);
    assert.ok(steady.windows.some((good) => good > 0));
    // Everything is counted: the slices, the segments, and what the unbroken phase could do.
    const answered = seen.good - 4 * SLICE - 120;
    assert.ok(answered >= steady.windows.reduce((sum, good) => sum + good, 0));
    assert.equal(seen.attempted, seen.good);
    // The meters heard nothing of the phases.
    assert.deepEqual(seen.memoryAfter, [0, 2 * SLICE, 4 * SLICE]);
    if (linux) assert.equal(seen.cpuMs?.length, 2);
  }
});

it('The phases of a block have each arm’s own letters where the arms take turns', async (t) => {
  const loaded = await makeLoadedContext(t);
  const calls: string[] = [];
  const context = { ...loaded, generator: overheard(loaded.generator, calls) };
  const order: Arm[] = ['head', 'base'];
  const plan = blockPlan({
    startOrder: order,
    connectOrder: order,
    warmupOrder: order,
    sliceOrder: 'hhhhbbbb',
    latencyOrder: 'hhbb',
    steadyOrder: order,
  });
  const { block: measured } = await block(context, node(), plan, { pairs: 'exclusive' });
  const turn = (arm: Arm) => {
    const letter = arm[0] as string;
    const openLoop = `open-loop ${letter} 60 at 400`;
    const sliced = [`slices ${letter} 40`, `slices ${letter.repeat(4)} 24`];
    return [`open ${arm}`, ...sliced, openLoop, openLoop, `steady ${letter} 450`, `close ${arm}`];
  };
  assert.deepEqual(calls, [...turn('head'), ...turn('base')]);
  for (const arm of BOTH) {
    const seen = measured.arms[arm];
    assert.equal(seen?.latency?.scheduled, 120);
    assert.equal(seen?.steady?.windows.length, 4);
    assert.deepEqual(seen?.memoryAfter, [0, 4 * SLICE]);
  }
});

it('The phases of a block are of head alone where it is alone', async (t) => {
  const context = await makeLoadedContext(t);
  const head: Arm[] = ['head'];
  const plan = blockPlan({
    startOrder: head,
    connectOrder: head,
    warmupOrder: head,
    sliceOrder: 'hhhh',
    latencyOrder: 'hh',
    steadyOrder: head,
  });
  const { block: measured } = await block(context, node(), plan);
  assert.deepEqual(Object.keys(measured.arms), head);
  assert.equal(measured.arms.head?.latency?.scheduled, 120);
  assert.ok(measured.arms.head?.steady);
});

it('The phases of a block show how long head stalled', async (t) => {
  const server = node({ KNOB_STALL_MS: 150, KNOB_STALL_EVERY_MS: 400 });
  const { block: measured } = await block(await makeLoadedContext(t), server, PHASED, {
    phases: { ...PHASES, steadyMs: 1500 },
  });
  const stallMs = measured.arms.head?.steady?.longestStallMs as number;
  assert.ok(stallMs >= 100, `${stallMs}`);
  assert.equal(measured.arms.head?.steady?.windows.length, 15);
});

it('The phases of a block count wrong answers as errors of their arm, and tell of them', async (t) => {
  const server = node({ KNOB_ERROR_RATE: 0.25 });
  const { block: measured, samples } = await block(await makeLoadedContext(t), server, PHASED, {
    phases: { ...PHASES, steadyMs: null },
  });
  const { base, head } = measured.arms;
  assert.ok(base && head);
  assert.equal(base.good, 4 * SLICE + 120);
  assert.deepEqual([base.steady, head.steady], [null, null]);
  assert.equal(head.attempted, 4 * SLICE + 120);
  assert.equal(head.errors.status, SLICE + 30);
  assert.ok(samples.every(({ arm }) => arm === 'head'));
  // A failure is timed like any other.
  assert.equal(LatencyHistogram.decode(head.latency?.histogram as string).count, 120);
});

it('The phases of a block end with the arm that ends in one of them', async (t) => {
  const context = await makeLoadedContext(t);
  const experiment = (server: Server) => experimentOf(server, SCENARIO);
  // After the warm-up and the slices: in its first window, or without a break.
  for (const phases of [PHASES, { latency: null, steadyMs: 450 }]) {
    const server = node({ KNOB_CRASH_AFTER: 40 + 4 * SLICE + 20 });
    const plan = subjectPlan([PHASED], { phases });
    const measured = await withNextBlock(context, experiment(server), plan);
    assert.deepEqual(measured.blocks, []);
    assert.equal(measured.failure?.arm, 'head');
    assert.match(measured.failure?.message ?? '', /ended while it was measured \(exit code 3\)/);
    assert.deepEqual(markedProcesses(context.marker), []);
  }
});

describe('the steadiness', () => {
  it('The steadiness has whole windows of 100 ms', () => {
    assert.deepEqual(steadinessOf([]), { windows: [], longestStallMs: 0 });
    assert.deepEqual(steadinessOf(Array(99).fill(2)).windows, []);
    assert.deepEqual(steadinessOf(Array(350).fill(2)).windows, [200, 200, 200]);
  });

  it('The steadiness has the longest run of empty milliseconds, at the ends too', () => {
    const longest = (answers: number[]) => steadinessOf(answers).longestStallMs;
    assert.equal(longest([1, 0, 0, 1, 0, 0, 0, 2, 0]), 3);
    assert.equal(longest([0, 0, 1]), 2);
    assert.equal(longest([1, 0, 0]), 2);
    assert.equal(longest([0, 0]), 2);
    assert.equal(longest([1, 1]), 0);
  });
});
