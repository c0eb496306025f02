import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keptIn, type ResumeState, resumePlan, resumeStates } from '../../src/attempts/resume.ts';
import { subjectName } from '../../src/config/experiment/experiment.ts';
import { judge, unresolved } from '../../src/judge/judge.ts';
import { emptySubject } from '../../src/measure/subjects/subject.ts';
import { looksFor } from '../../src/plan/looks.ts';
import type { BlockRatios } from '../support/block.ts';
import {
  draftOf,
  type Measurement,
  type SubjectMeasurement,
  type SubjectPlan,
} from '../support/draft.ts';
import { measurementOf, observed, type SubjectSpec } from '../support/measurement.ts';

/** Blocks whose throughput and CPU lie so far on both sides of `d`. */
function around(d: number, spread: number, count: number): BlockRatios[] {
  return Array.from({ length: count }, (_, i) => {
    const ratio = d + (i % 2 === 0 ? spread : -spread);
    return { throughput: ratio, cpu: ratio };
  });
}

const QUIET = (count: number) => around(0, 0.001, count);
const SLOWER = (count: number) => around(0.1, 0.001, count);
/** Nobody can tell from these. */
const LOUD = (count: number) => around(0, 0.3, count);

const earlierOf = (...subjects: SubjectSpec[]) => measurementOf({ subjects });
const stateOf = (subject: SubjectSpec): ResumeState =>
  resumeStates(earlierOf(subject)).states.get('api/plain') ??
  assert.fail('it should not start afresh');

/** What a new attempt at it would begin with, its pilot runs as before. */
function goOn(earlier: Measurement, seed = 99): Measurement {
  const { states, attempts } = resumeStates(earlier);
  const plans: SubjectPlan[] = [];
  const subjects: SubjectMeasurement[] = [];
  const plan = { ...earlier.plan, seed };
  for (const before of earlier.subjects) {
    const state = states.get(subjectName(before));
    const met = { ...emptySubject(before), pilot: before.pilot };
    const fresh = earlier.plan.subjects.find((one) => subjectName(one) === subjectName(before));
    if (state === undefined || fresh === undefined) continue;
    const decided = state.kind === 'decided';
    const gate = { budgetMs: 120_000 };
    const next = decided ? state.plan : resumePlan(state, { seen: met, fresh }, gate, plan);
    plans.push(draftOf(next));
    const { pilot } = met;
    subjects.push(draftOf(decided ? state.measured : { ...state.measured, pilot, failure: null }));
  }
  return { ...earlier, attempts: draftOf(attempts), subjects, plan: { ...plan, subjects: plans } };
}

/** Something else had the machine for most of each block. */
const UNUSABLE: SubjectSpec['edit'] = (block) => {
  block.runner = { ...block.runner, foreign: 0.9 };
};

describe('what stands of an earlier attempt', () => {
  it('What stands of an earlier attempt is nothing where the machine was unusable, which no further block would outweigh', () => {
    const earlier = earlierOf({ blocks: QUIET(20), edit: UNUSABLE });
    assert.equal(judge(earlier).verdict, 'inconclusive');
    const { states, startedOver } = resumeStates(earlier);
    assert.deepEqual([[...states.keys()], startedOver], [[], ['api/plain']]);
  });

  it('What stands of an earlier attempt is nothing where others had the machine at every look and a claim is undecided for it', () => {
    const subject: SubjectSpec = {
      blocks: QUIET(20),
      edit: (block) => {
        if (block.index % 2 === 1) UNUSABLE?.(block);
      },
    };
    const plain = earlierOf(subject);
    assert.equal(judge(plain).verdict, 'unchanged');
    assert.deepEqual(resumeStates(plain).startedOver, []);
    const side = { server: 'api', scenario: 'plain' };
    const claim = { left: side, right: null, op: '<=', factor: 1, offset: 1, gate: true } as const;
    const claims = [{ ...claim, text: 'api cpu <= 1', metric: 'cpu' as const }];
    const claiming = measurementOf({ subjects: [subject], claims });
    assert.equal(judge(claiming).claims?.[0]?.answer, 'undecided');
    assert.deepEqual(resumeStates(claiming).startedOver, ['api/plain']);
  });

  it('What stands of an earlier attempt is open where a doubt took the word back and blocks are left', () => {
    // Decided by the rule at the first look; two of six blocks are of another state, which the tolerance lies between.
    const blocks = [...QUIET(4), ...around(0.09, 0.001, 2)];
    const state = stateOf({ blocks, planned: 20 });
    assert.equal(state.kind, 'open');
    assert.deepEqual(unresolved(goOn(earlierOf({ blocks, planned: 20 }))), ['api/plain']);
  });

  it('What stands of an earlier attempt is every verdict that was reached, early or at the end of the budget', () => {
    for (const [subject, word] of [
      [{ blocks: QUIET(6), planned: 20 }, 'unchanged'],
      [{ blocks: SLOWER(6), planned: 20 }, 'regression'],
      [{ blocks: SLOWER(20) }, 'regression'],
      [{ blocks: around(-0.1, 0.001, 6), planned: 20 }, 'improvement'],
    ] as const) {
      const earlier = earlierOf(subject);
      assert.equal(stateOf(subject).kind, 'decided');
      const again = goOn(earlier);
      assert.deepEqual(again.subjects, earlier.subjects);
      assert.deepEqual(again.plan.subjects, earlier.plan.subjects);
      assert.deepEqual(unresolved(again), []);
      assert.equal(judge(again).verdict, word);
      assert.deepEqual(judge(again).subjects, judge(earlier).subjects);
    }
  });

  it('What stands of an earlier attempt is, of an attempt that was cut short, its plan', () => {
    const subject = { blocks: LOUD(8), planned: 20 };
    const earlier = earlierOf(subject);
    for (const measured of earlier.subjects) measured.stoppedBy = 'job-budget';
    assert.equal(stateOf(subject).kind, 'open');
    const again = goOn(earlier);
    assert.equal(again.subjects[0]?.stoppedBy, undefined, 'this attempt has a clock of its own');
    assert.deepEqual(again.plan.subjects, earlier.plan.subjects);
    assert.equal(again.subjects[0]?.blocks.length, 8);
    assert.deepEqual(unresolved(again), ['api/plain']);
  });

  it('What stands of an earlier attempt is, where the budget could not decide, all of it; with a further attempt to come', () => {
    const earlier = earlierOf({ blocks: LOUD(20) });
    assert.equal(stateOf({ blocks: LOUD(20) }).kind, 'ended');
    const again = goOn(earlier);
    const [plan] = again.plan.subjects;
    assert.deepEqual(plan?.looks, [6, 10, 14, 20, ...looksFor(20).map((look) => 20 + look)]);
    assert.deepEqual(plan?.ends, [20, 40]);
    assert.deepEqual(again.subjects[0]?.blocks, earlier.subjects[0]?.blocks);
    assert.deepEqual(unresolved(again), ['api/plain']);
  });

  it('What stands of an earlier attempt is nothing of what was broken, nor of what was never measured', () => {
    const failure = { arm: 'head', stage: 'block', message: 'it crashed' } as const;
    const failing = (block: Parameters<NonNullable<SubjectSpec['edit']>>[0]) => {
      const head = observed(block, 'head');
      head.errors.status = head.attempted;
      head.good = 0;
    };
    const { states, startedOver } = resumeStates(
      earlierOf(
        { scenario: 'crashed', blocks: LOUD(8), planned: 20, failure },
        { scenario: 'erring', blocks: QUIET(6), planned: 20, edit: failing },
        { scenario: 'unbuilt', blocks: [], planned: 20, unplanned: true, failure },
        { scenario: 'well', blocks: QUIET(6), planned: 20 },
      ),
    );
    assert.deepEqual([...states.keys()], ['api/well']);
    assert.deepEqual(startedOver, ['api/crashed', 'api/erring']);
  });

  it('What stands of an earlier attempt is what the attempt before left, when the next one broke before its first block', () => {
    const failure = { arm: 'base', stage: 'build', message: 'no network' } as const;
    for (const [blocks, kind] of [
      [LOUD(20), 'ended'],
      [LOUD(8), 'open'],
    ] as const) {
      const state = stateOf({ blocks, planned: 20, failure });
      assert.equal(state.kind, kind);
      assert.equal(state.measured.failure, null);
      assert.equal(state.measured.blocks.length, blocks.length);
    }
  });

  it('What stands of an earlier attempt is what the attempts before measured to their end, when a later one broke', () => {
    const first = goOn(earlierOf({ blocks: LOUD(20) }));
    const { blocks } = earlierOf({ blocks: LOUD(25) }).subjects[0] as SubjectMeasurement;
    const [measured] = first.subjects as [SubjectMeasurement];
    const failure = { arm: 'head', stage: 'block', message: 'it crashed' } as const;
    const second = { ...first, subjects: [{ ...measured, blocks, failure }] };
    const third = goOn(second);
    assert.equal(third.subjects[0]?.blocks.length, 20);
    assert.equal(third.subjects[0]?.failure, null);
    assert.deepEqual(third.plan.subjects[0]?.ends, [20, 40]);
    // What was thrown away is recorded all the same.
    assert.deepEqual(
      third.attempts.map(({ subjects }) => subjects[0]?.blocks),
      [20, 25],
    );
  });

  it('What stands of an earlier attempt keeps subjects apart, and records the attempt', () => {
    const earlier = earlierOf(
      { scenario: 'told', blocks: QUIET(6), planned: 20 },
      { scenario: 'loud', blocks: LOUD(20) },
    );
    const { states, attempts } = resumeStates(earlier);
    assert.deepEqual(
      [...states].map(([name, { kind }]) => [name, kind]),
      [
        ['api/told', 'decided'],
        ['api/loud', 'ended'],
      ],
    );
    assert.deepEqual(attempts, [
      {
        startedAt: earlier.startedAt,
        environment: earlier.environment,
        subjects: [
          { server: 'api', scenario: 'told', blocks: 6 },
          { server: 'api', scenario: 'loud', blocks: 20 },
        ],
      },
    ]);
    assert.deepEqual(resumeStates(goOn(earlier)).attempts.length, 2);
    assert.deepEqual(judge(goOn(earlier)).attempts, [
      { startedAt: earlier.startedAt, cpuModel: earlier.environment.cpuModel, blocks: 26 },
    ]);
  });
});

describe('the plan that goes on', () => {
  const fresh = { ...stateOf({ blocks: LOUD(20) }).plan, cores: someCores(), forecast: null };
  const [met] = earlierOf({ blocks: [] }).subjects as [SubjectMeasurement];
  const job = { arms: ['base', 'head'] as ('base' | 'head')[], seed: 5 };
  const gate = { budgetMs: 120_000 };

  it("The plan that goes on has this machine's cores", () => {
    for (const blocks of [LOUD(20), LOUD(8)]) {
      const plan = resumePlan(stateOf({ blocks, planned: 20 }), { seen: met, fresh }, gate, job);
      assert.deepEqual(plan.cores, someCores());
    }
  });

  it('A subject that goes on is loaded with as many connections as before, for the reason that was told then', () => {
    const state = stateOf({ blocks: LOUD(20) });
    const lowered = { from: 32, to: 4, answerMs: 900, atOnce: 1, waitMs: 28_800 };
    const first = state.measured.pilot ?? assert.fail();
    const pilot = { ...first, lowered };
    const kept = (connections: number | undefined, seen: typeof first | null) => {
      const plan = connections === undefined ? state.plan : { ...state.plan, connections };
      return keptIn({ ...state, plan, measured: { ...state.measured, pilot: seen } });
    };
    assert.deepEqual(kept(4, pilot), { connections: 4, fit: { lowered } });
    const full = { from: 32, to: 5, overflows: 14, requests: 128 };
    assert.deepEqual(kept(5, { ...first, full }), { connections: 5, fit: { full } });
    // The pilot run of the attempt in between has failed, and left nothing.
    assert.deepEqual(kept(4, null), { connections: 4, fit: {} });
    // By an earlier version, whose second attempt looked again and loaded as before.
    assert.deepEqual(kept(undefined, pilot), { connections: undefined, fit: {} });
    assert.deepEqual(keptIn(state), { connections: undefined, fit: {} });
    assert.equal(keptIn(null), null);
  });

  it('The plan that goes on has fewer blocks where base is slower than it was, and never by more than half', () => {
    const ends = (rate: number | null) => {
      const seen = draftOf(met);
      const base = seen.pilot?.arms.base ?? assert.fail();
      base.rate = rate;
      return resumePlan(stateOf({ blocks: LOUD(20) }), { seen, fresh }, gate, job).ends;
    };
    const usual = met.pilot?.arms.base?.rate as number;
    assert.deepEqual(ends(usual), [20, 40]);
    assert.deepEqual(ends(null), [20, 40]);
    assert.deepEqual(ends(usual / 1.25), [20, 36]);
    assert.deepEqual(ends(usual / 100), [20, 30]);
    assert.deepEqual(ends(usual * 100), [20, 60]);
  });
});

function someCores() {
  return { generator: [2], servers: [3], note: null };
}
