import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LIMITS } from '../../../src/judge/findings/thresholds.ts';
import type { Health } from '../../../src/judge/health/health.ts';
import { checkHealth, failedShare, onlyKind } from '../../../src/judge/health/summary.ts';
import type { BurstResult } from '../../../src/load/results.ts';
import { repeat } from '../../support/block.ts';
import type { BlockMeasurement, Scenario, SubjectMeasurement } from '../../support/draft.ts';
import { textOf } from '../../support/english.ts';
import { httpRequest, httpScenario, measurementOf, observed } from '../../support/measurement.ts';

function health(
  edit: (block: BlockMeasurement) => void,
  {
    blocks = 6,
    slices = 40,
    serverCores = 1,
    generatorProcesses = 1,
    change = () => {},
    load = (scenario) => scenario,
  }: {
    blocks?: number;
    slices?: number;
    serverCores?: number;
    generatorProcesses?: number;
    change?: (subject: SubjectMeasurement) => void;
    load?: (scenario: Scenario) => Scenario;
  } = {},
) {
  const {
    subjects,
    experiment,
    plan: job,
  } = measurementOf({
    slices,
    subjects: [{ blocks: repeat({}, blocks), edit }],
  });
  const [subject] = subjects as [SubjectMeasurement];
  change(subject);
  const scenario = load(experiment.scenarios[0] as Scenario);
  const { gate } = experiment;
  const plan = job.subjects[0] ?? null;
  return checkHealth(subject, {
    scenario,
    plan,
    placement: { serverCores, pinned: null },
    generatorProcesses,
    gate,
  });
}

const nothing = () => {};

/** Null where something else was the limit. */
function generatorsLimit({ spare }: Health) {
  return spare?.finding.code === 'generator-limit' ? spare.finding : null;
}

/** The same scenario with a second request, which is answered 201. */
function bothStatuses(scenario: Scenario): Scenario {
  if (scenario.kind !== 'http') return scenario;
  const [first] = scenario.requests;
  if (first === undefined) return scenario;
  return { ...scenario, requests: [first, { ...first, expect: { status: 201, body: null } }] };
}

it('A sound measurement has nothing to tell', () => {
  assert.deepEqual(health(nothing), {
    fault: null,
    doubts: [],
    isHopeless: false,
    excused: 'nothing',
    passDoubts: [],
    order: null,
    pictures: [],
    spare: null,
    isServerFull: false,
    rare: [],
    warnings: [],
  });
});

it('Blocks that had no copies of the programs are told, with what stood in the way', () => {
  const told = (lacking: 'read-only' | null) =>
    health((block) => {
      if (block.index > 0) block.programs = { files: lacking === null ? 2 : 0, tookMs: 3, lacking };
    }).warnings.map(textOf);
  assert.deepEqual(told(null), []);
  assert.deepEqual(told('read-only'), [
    'the blocks had no copies of their own of the programs, as they could not be written beside the programs: where a program lies in memory can make about half a per cent of difference between equal builds, the same in all blocks of a run.',
  ]);
});

it('Servers that were started again are told', () => {
  const again = (restarts: number) =>
    health(nothing, {
      change: (subject) => {
        subject.restarts = restarts;
      },
    }).warnings;
  assert.deepEqual(again(1).map(textOf), [
    'a server had to be started again once: it did not come up at the first attempt.',
  ]);
  assert.match(again(3).map(textOf).join(), /again 3 times/);
});

describe('errors', () => {
  const fail = (arm: 'base' | 'head', count: number) => (block: BlockMeasurement) => {
    if (block.index !== 0) return;
    observed(block, arm).good -= count;
    observed(block, arm).errors.status += count;
  };
  // Six blocks of 20 slices of 1000 requests on each arm.
  const limit = 120_000 * LIMITS.errorShare;

  it('Errors up to the limit are a warning', () => {
    const { fault, warnings } = health(fail('head', limit));
    assert.equal(fault, null);
    assert.equal(warnings.length, 1);
    assert.match(
      textOf(warnings[0]) as string,
      /^head did not answer 120 of 120,000 requests \(0\.1%\)/,
    );
  });

  it('Errors above the limit make it invalid, with an example', () => {
    const { fault } = health(fail('head', 12_000), {
      change: (subject) => {
        subject.errorSamples.push({
          arm: 'head',
          kind: 'status',
          message: 'got 500, expected 200',
        });
      },
    });
    assert.equal(fault?.word, 'invalid');
    assert.match(textOf(fault.finding) as string, /10%.*GET \/plain.*got 500, expected 200/);
  });

  it('Errors of base alone leave nothing to compare with', () => {
    const { fault } = health(fail('base', limit + 1));
    assert.equal(fault?.word, 'no-baseline');
    assert.match(
      textOf(fault.finding) as string,
      /^base did not answer 121 of .* nothing sound to compare/,
    );
    assert.equal(health(fail('base', limit)).fault, null);
  });

  it('Errors of both arms make it invalid, and the cause is told once', () => {
    const { fault } = health((block) => {
      fail('base', limit + 1)(block);
      fail('head', limit + 1)(block);
    });
    assert.equal(fault?.word, 'invalid');
    assert.match(
      textOf(fault.finding) as string,
      /^both builds did not answer as expected \(GET \/plain\), base 121 of 120,000 .*, head 121 of 120,000 /,
    );
  });

  it('Errors are shares of what was attempted', () => {
    const { subjects } = measurementOf({
      subjects: [{ blocks: repeat({}, 2), edit: fail('head', 400) }],
    });
    const blocks = subjects[0]?.blocks as BlockMeasurement[];
    assert.deepEqual(failedShare(blocks, 'head'), { failed: 400, attempted: 8000, share: 0.05 });
    assert.deepEqual(failedShare([], 'head'), { failed: 0, attempted: 0, share: 0 });
  });
});

describe('the generator', () => {
  /** `busiest`: cores' worth of the busiest thread; null where it is not known. */
  const busy =
    (generator: number, serverShare: number, busiest: number | null = null) =>
    (block: BlockMeasurement) => {
      for (const arm of ['base', 'head'] as const) {
        observed(block, arm).generatorBusy = generator;
        // Forty slices of 25 ms, half of them on this arm.
        observed(block, arm).cpuTicksMs = 500 * serverShare;
        observed(block, arm).busiestThreadMs = busiest === null ? null : 500 * busiest;
      }
    };

  it('The generator is the limit when it is busy and the server is not', () => {
    assert.match(textOf(generatorsLimit(health(busy(0.95, 0.7)))) as string, /95% busy.*70%/);
  });

  it('The generator is not when the server is as busy', () => {
    assert.equal(generatorsLimit(health(busy(0.99, 0.95))), null);
    assert.equal(generatorsLimit(health(busy(0.84, 0.3))), null);
    assert.notEqual(generatorsLimit(health(busy(0.86, 0.3))), null);
  });

  it('The generator is not when a single-threaded server fills one of several cores', () => {
    assert.equal(generatorsLimit(health(busy(0.99, 1), { serverCores: 3 })), null);
    assert.notEqual(generatorsLimit(health(busy(0.99, 1.5), { serverCores: 3 })), null);
  });

  it('The generator is the limit when several threads add up to one of several cores', () => {
    const two = { serverCores: 2 };
    assert.equal(generatorsLimit(health(busy(0.99, 1, 0.9), two)), null);
    assert.match(textOf(generatorsLimit(health(busy(0.99, 1, 0.89), two))) as string, /cores 50%/);
    // Both cores in use: the threads do not matter.
    assert.equal(generatorsLimit(health(busy(0.99, 1.9, 0.5), two)), null);
  });

  it('The generator is the limit when it is so for one arm only: a fast base beside a slow head', () => {
    const fastBase = (block: BlockMeasurement) => {
      Object.assign(observed(block, 'base'), { generatorBusy: 0.95, cpuTicksMs: 500 * 0.7 });
      Object.assign(observed(block, 'head'), { generatorBusy: 0.5, cpuTicksMs: 500 * 0.99 });
    };
    assert.match(textOf(generatorsLimit(health(fastBase))) as string, /95% busy, base's cores 70%/);
  });

  it('The generator may be when nobody can read the server’s CPU time', () => {
    const blind = (block: BlockMeasurement) => {
      for (const arm of ['base', 'head'] as const) {
        Object.assign(observed(block, arm), { generatorBusy: 0.95, cpuTicksMs: null });
      }
    };
    assert.match(textOf(generatorsLimit(health(blind))) as string, /cannot be read/);
  });
});

describe('the opening burst', () => {
  const burst = (changes: object) => (subject: SubjectMeasurement) => {
    const head = subject.pilot?.arms.head as NonNullable<
      NonNullable<SubjectMeasurement['pilot']>['arms']['head']
    >;
    head.burst = { ...(head.burst as BurstResult), ...changes };
  };

  it('The opening burst much faster or much slower than our engine is a warning', () => {
    for (const requestsPerSecond of [51_000, 7_900]) {
      const { warnings } = health(nothing, { change: burst({ requestsPerSecond }) });
      assert.match(
        warnings.map(textOf).join(),
        /autocannon measured .* on head where our engine measured 40,000/,
      );
    }
    for (const requestsPerSecond of [49_000, 8_100]) {
      assert.deepEqual(health(nothing, { change: burst({ requestsPerSecond }) }).warnings, []);
    }
  });

  it('The opening burst comes from one process, and may be slower by as many as our engine has', () => {
    const told = (requestsPerSecond: number, generatorProcesses: number) =>
      health(nothing, { change: burst({ requestsPerSecond }), generatorProcesses }).warnings.length;
    assert.deepEqual([told(4100, 1), told(4100, 2), told(3900, 2), told(3900, 3)], [1, 0, 1, 0]);
    assert.equal(told(51_000, 2), 1);
  });

  it('The opening burst with failures is a warning; the timeouts are among the errors', () => {
    // Up to 30 of the 30,000 would pass.
    const { warnings } = health(nothing, { change: burst({ errors: 31, timeouts: 20 }) });
    assert.deepEqual(warnings.map(textOf), [
      "autocannon's opening burst on head: 31 of 30,031 requests had no answer, or another status than 200.",
    ]);
    assert.deepEqual(health(nothing, { change: burst({ errors: 30, timeouts: 30 }) }).warnings, []);
  });

  it('The opening burst with answers of another status is a warning', () => {
    const statuses = { 200: 29_960, 503: 40 };
    assert.match(
      health(nothing, { change: burst({ statuses }) })
        .warnings.map(textOf)
        .join(),
      /40 of 30,000 requests/,
    );
    const none = burst({ requestsPerSecond: 0, completed: 0, errors: 50, statuses: {} });
    assert.equal(health(nothing, { change: none }).warnings.length, 1);
  });

  it('The opening burst may bring every status that one of the requests expects', () => {
    const two = (subject: SubjectMeasurement) => {
      burst({ statuses: { 200: 15_000, 201: 15_000 } })(subject);
    };
    const ofOneKind = health(nothing, { change: two }).warnings;
    assert.match(
      ofOneKind.map(textOf).join(),
      /15,000 of 30,000 requests .* another status than 200\./,
    );
    const ofBoth = health(nothing, { change: two, load: bothStatuses }).warnings;
    assert.deepEqual(ofBoth, []);
  });

  it('The opening burst is not asked of what autocannon cannot speak', () => {
    const silent = (subject: SubjectMeasurement) => {
      for (const arm of Object.values(subject.pilot?.arms ?? {})) arm.burst = null;
    };
    assert.deepEqual(health(nothing, { change: silent }).warnings, []);
  });

  it('The opening burst that never was is none', () => {
    const { warnings } = health(nothing, {
      change: (subject) => {
        subject.pilot = null;
      },
    });
    assert.deepEqual(warnings, []);
  });
});

it('Where all failed requests that are known are of one kind of several, it is named with its share of the load', () => {
  const kinds = [
    { path: '/items', weight: 8 },
    { path: '/reports', weight: 2 },
  ];
  const mix = httpScenario('mix', { requests: kinds.map((one) => httpRequest(one)) });
  const of = (...requests: (string | undefined)[]) =>
    onlyKind(
      requests.map((request) => (request === undefined ? {} : { request })),
      mix,
    ).only;
  assert.deepEqual(of('GET /reports', 'GET /reports'), { request: 'GET /reports', share: 0.2 });
  assert.equal(of('GET /reports', 'GET /items'), undefined);
  assert.equal(of('GET /reports', undefined), undefined);
  assert.equal(of(undefined), undefined);
  assert.equal(of(), undefined);
  const alike = httpScenario('alike', {
    requests: ['/items?page=1', '/items?page=2'].map((path) => httpRequest({ path })),
  });
  assert.deepEqual(onlyKind([{ request: 'GET /items?…' }], alike), {});
});
