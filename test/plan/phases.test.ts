import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heldMsOf, type Meeting, sizeBlocks } from '../../src/plan/block-size.ts';
import { planSubject } from '../../src/plan/make.ts';
import { NO_PHASES, phasesFor, phasesMs } from '../../src/plan/phases.ts';
import { type HoldScenario, type HttpScenario, Phases, SubjectPlan } from '../support/draft.ts';
import { httpScenario } from '../support/measurement.ts';
import { fc } from '../support/properties.ts';
import { estimateOf } from './pilot-estimate.ts';

const PAIR: Meeting = { arms: 2, pairs: 'live' };
const IN_TURN: Meeting = { arms: 2, pairs: 'exclusive' };
const ALONE: Meeting = { arms: 1, pairs: 'live' };

const asking = (wishes: Partial<HttpScenario>) => httpScenario('plain', wishes);
const atRate = (perSecond: number | null) => asking({ latency: { perSecond }, steadyMs: null });
const openLoop = (perSecond: number) => phasesFor(atRate(perSecond), estimateOf()).latency;

describe('the phases of a block', () => {
  it('The phases of a block are what the scenario asks for, at 60 % of what base can serve', () => {
    const both = asking({ latency: { perSecond: null }, steadyMs: 1500 });
    assert.deepEqual(phasesFor(both, estimateOf()), {
      latency: { perSecond: 24_000, segmentRequests: 600, segmentsPerArm: 40 },
      steadyMs: 1500,
    });
    assert.deepEqual(phasesFor(asking({ latency: null, steadyMs: null }), estimateOf()), NO_PHASES);
    const steady = phasesFor(asking({ latency: null, steadyMs: 700 }), estimateOf());
    assert.deepEqual(steady, { latency: null, steadyMs: 700 });
  });

  it('The phases of a block have the rate that the scenario says, whatever base can serve', () => {
    for (const rate of [100, 40_000]) {
      const { latency } = phasesFor(atRate(5000), estimateOf({ rate }));
      assert.deepEqual(latency, { perSecond: 5000, segmentRequests: 209, segmentsPerArm: 24 });
    }
  });

  it('The phases of a block are none where the engine cannot', () => {
    const both = asking({ latency: { perSecond: null }, steadyMs: 1500 });
    assert.deepEqual(phasesFor(both, estimateOf({ keepsTime: false })), NO_PHASES);
  });

  it('The phases of a block have a thousand pieces where these take a second to three, else as many as that time holds', () => {
    for (const [perSecond, segmentRequests, segmentsPerArm] of [
      [100_000, 2500, 40],
      [4000, 200, 20],
      [1000, 250, 4],
      [500, 250, 4],
      [334, 250, 4],
      // Three seconds from here on.
      [100, 75, 4],
      [60, 90, 2],
      [34, 51, 2],
      [33, 99, 1],
      [10, 30, 1],
      [1, 3, 1],
      [0.1, 1, 1],
    ] as const) {
      assert.deepEqual(openLoop(perSecond), { perSecond, segmentRequests, segmentsPerArm });
    }
  });

  it('The phases of a block are valid, long enough and no longer, at any rate', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 2e6, noNaN: true }), (perSecond) => {
        const phases = phasesFor(atRate(perSecond), estimateOf());
        assert.deepEqual(Phases.parse(phases), phases);
        const { segmentRequests, segmentsPerArm } = phases.latency ?? assert.fail();
        const pieces = segmentRequests * segmentsPerArm;
        const roundingMs = (1000 * segmentsPerArm) / perSecond;
        const ms = (1000 * pieces) / perSecond;
        assert.ok(ms >= 999.999 && ms <= 3000 + roundingMs, `${ms}`);
        assert.ok(pieces >= 1000 || ms >= 2999.999, `${pieces}`);
        assert.ok(segmentRequests >= 50 || segmentsPerArm === 1);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe('the time of the phases', () => {
  const phases = phasesFor(asking({ latency: { perSecond: null }, steadyMs: 1500 }), estimateOf());

  it('The time of the phases is that of both arms, with the last answers', () => {
    // A second and a half each, a second each, and 82 times 0.7 ms.
    assert.equal(phasesMs(phases, estimateOf(), 2), 5057.4);
    assert.equal(phasesMs(phases, estimateOf(), 1), 2528.7);
    assert.equal(phasesMs(NO_PHASES, estimateOf(), 2), 0);
  });

  it('The time of the phases is longer for an arm that cannot keep up', () => {
    // Head takes three times as long: 24,000 pieces at 13,333 a second.
    assert.equal(Math.round(phasesMs(phases, estimateOf({ slowness: 2 }), 2)), 5857);
  });

  it('The time of the phases is a fixed part of each block, beside as many slices as before', () => {
    const [without, having] = [NO_PHASES, phases].map((some) =>
      sizeBlocks(120_000, estimateOf(), PAIR, some),
    );
    assert.ok(without && having);
    assert.equal(having.blocks, 15);
    assert.equal(having.blockMs, without.blockMs + 5057);
    assert.deepEqual([having.phases, having.phasesMs], [phases, 5057]);
    assert.equal(having.sliceRequests, without.sliceRequests);
    assert.equal(having.slices, without.slices);
    assert.deepEqual([without.phases, without.phasesMs], [NO_PHASES, 0]);
  });

  it('The time of the phases makes four blocks exceed a short budget, which is told', () => {
    const size = sizeBlocks(10_000, estimateOf(), PAIR, phases);
    // To start and stop, besides, to warm up twice, the phases, and the slices.
    assert.equal(size.blockMs, 300 + 250 + 2 * 300 + 5057 + 1600);
    assert.equal(size.overrunMs, Math.round(4 * (300 + 250 + 2 * 300 + 5057.4 + 1600) - 10_000));
  });

  it('The time of the phases always leaves room for the slices', () => {
    const times = fc.record({
      rate: fc.double({ min: 20, max: 300_000, noNaN: true }),
      slowness: fc.double({ min: 0.51, max: 5, noNaN: true }),
      startMs: fc.double({ min: 1, max: 10_000, noNaN: true }),
    });
    fc.assert(
      fc.property(
        times,
        fc.double({ min: 1000, max: 3_600_000, noNaN: true }),
        fc.constantFrom(PAIR, IN_TURN, ALONE),
        fc.option(fc.double({ min: 100, max: 5000, noNaN: true })),
        (seen, budgetMs, meeting, steadyMs) => {
          const medianLatencyUs = (1e6 * 32) / seen.rate;
          const estimate = estimateOf({ ...seen, medianLatencyUs });
          const wanted = phasesFor(asking({ latency: { perSecond: null }, steadyMs }), estimate);
          const size = sizeBlocks(budgetMs, estimate, meeting, wanted);
          const requests = meeting.arms * size.warmupRequests + size.slices * size.sliceRequests;
          const loadMs = ((1000 * requests) / estimate.rate) * estimate.slowness;
          const roundingMs = ((1000 * (size.slices + 2)) / estimate.rate) * estimate.slowness + 1;
          const starts = meeting === IN_TURN ? 2 : 1;
          const addedMs = phasesMs(wanted, estimate, meeting.arms);
          const capacityMs = size.blockMs - starts * estimate.startMs - addedMs + roundingMs;
          assert.ok(loadMs <= capacityMs, `${loadMs} of ${capacityMs}`);
          assert.ok(size.blocks * size.blockMs <= budgetMs + size.overrunMs + size.blocks);
        },
      ),
      { numRuns: 500, seed: 2 },
    );
  });
});

describe('the plan of a hold', () => {
  const hold: HoldScenario = {
    kind: 'hold',
    name: 'many',
    protocol: 'http1',
    tls: null,
    connections: 100_000,
    openPerSecond: 4000,
    holdMs: 10_000,
    perSecond: 2000,
    timeoutMs: 5000,
    request: null,
    socket: null,
    serverCores: null,
  };
  const planned = (scenario: HoldScenario, budgetMs: number) =>
    planSubject({
      subject: { server: 'api', scenario: 'many' },
      scenario,
      arms: ['base', 'head'],
      pairs: 'exclusive',
      cores: null,
      budgetMs,
      estimate: { kind: 'held', startMs: 300, heldMs: heldMsOf(scenario) },
      seed: 1,
      load: { kind: 'sized', warmUpMs: null },
      looks: { kind: 'after-each' },
    });

  it('The plan of a hold is as long as the scenario says, and says by how much four blocks exceed the budget', () => {
    const { plan, overrunMs, phasesMs: added } = planned(hold, 120_000);
    assert.deepEqual(SubjectPlan.parse(plan), plan);
    assert.equal(plan.pairs, 'exclusive');
    // Of each arm: start, the rest, 25 s to open, 10 s to hold, 10 s to close.
    assert.equal(plan.blockMs, 2 * (300 + 250 + 25_000 + 10_000 + 10_000));
    assert.equal(plan.blocks.length, 4);
    assert.equal(overrunMs, 4 * plan.blockMs - 120_000);
    assert.equal(added, 0);
    assert.deepEqual(
      [plan.warmupRequests, plan.sliceRequests, plan.phases],
      [0, 0, { latency: null, steadyMs: null }],
    );
    for (const [index, block] of plan.blocks.entries()) {
      assert.deepEqual([block.sliceOrder, block.latencyOrder, block.steadyOrder], ['', '', []]);
      const before = plan.blocks[index - 1];
      if (index % 2 === 1) assert.notEqual(block.startOrder[0], before?.startOrder[0]);
    }
  });

  it('The plan of a hold has as many blocks as the budget holds', () => {
    const short = { ...hold, connections: 100, openPerSecond: 1000, holdMs: 1000 };
    const { plan, overrunMs } = planned(short, 120_000);
    assert.equal(plan.blockMs, 2 * (550 + 100 + 1000 + 10));
    assert.equal(plan.blocks.length, 36);
    assert.equal(overrunMs, 0);
  });
});
