import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkHealth, failedShare, LIMITS } from '../../src/judge/health.ts';
import type { BlockMeasurement, SubjectMeasurement } from '../../src/measure/measurement.ts';
import { measurementOf, observed, repeat } from '../support/measurement.ts';

function health(
  edit: (block: BlockMeasurement) => void,
  {
    blocks = 6,
    slices = 40,
    serverCores = 1,
    change = () => {},
  }: {
    blocks?: number;
    slices?: number;
    serverCores?: number;
    change?: (subject: SubjectMeasurement) => void;
  } = {},
) {
  const { subjects, experiment } = measurementOf({
    slices,
    subjects: [{ blocks: repeat({}, blocks), edit }],
  });
  const [subject] = subjects as [SubjectMeasurement];
  change(subject);
  const scenario = experiment.scenarios[0] as (typeof experiment.scenarios)[0];
  return checkHealth(subject, { scenario, serverCores, cpuTolerance: 0.05 });
}

const nothing = () => {};

it('a sound measurement has nothing to tell', () => {
  assert.deepEqual(health(nothing), { invalid: null, generatorLimited: null, warnings: [] });
});

describe('errors', () => {
  const fail = (arm: 'base' | 'head', count: number) => (block: BlockMeasurement) => {
    if (block.index !== 0) return;
    observed(block, arm).good -= count;
    observed(block, arm).errors.status += count;
  };
  // Six blocks of 20 slices of 1000 requests on each arm.
  const limit = 120_000 * LIMITS.errorShare;

  it('up to the limit are a warning', () => {
    const { invalid, warnings } = health(fail('head', limit));
    assert.equal(invalid, null);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] as string, /^head did not answer 120 of 120000 requests \(0\.1 %\)/);
  });

  it('above the limit make it invalid, on either arm, with an example', () => {
    assert.match(health(fail('base', limit + 1)).invalid as string, /^base did not answer 121 of/);
    const { invalid } = health(fail('head', 12_000), {
      change: (subject) => {
        subject.errorSamples.push({
          arm: 'head',
          kind: 'status',
          message: 'got 500, expected 200',
        });
      },
    });
    assert.match(invalid as string, /10 %.*GET \/plain.*got 500, expected 200/);
  });

  it('are shares of what was attempted', () => {
    const { subjects } = measurementOf({
      subjects: [{ blocks: repeat({}, 2), edit: fail('head', 400) }],
    });
    const blocks = subjects[0]?.blocks as BlockMeasurement[];
    assert.deepEqual(failedShare(blocks, 'head'), { failed: 400, attempted: 8000, share: 0.05 });
    assert.deepEqual(failedShare([], 'head'), { failed: 0, attempted: 0, share: 0 });
  });
});

describe('the generator', () => {
  const busy = (generator: number, serverShare: number) => (block: BlockMeasurement) => {
    block.generatorBusy = generator;
    for (const arm of ['base', 'head'] as const) {
      // Forty slices of 25 ms, half of them on this arm.
      observed(block, arm).cpuTicksMs = 500 * serverShare;
    }
  };

  it('is the limit when it is busy and the server is not', () => {
    assert.match(health(busy(0.95, 0.7)).generatorLimited as string, /95 % busy.*70 %/);
  });

  it('is not when the server is as busy', () => {
    assert.equal(health(busy(0.99, 0.95)).generatorLimited, null);
    assert.equal(health(busy(0.89, 0.3)).generatorLimited, null);
  });

  it('is not when a single-threaded server fills one of several cores', () => {
    assert.equal(health(busy(0.99, 1), { serverCores: 3 }).generatorLimited, null);
    assert.notEqual(health(busy(0.99, 1.5), { serverCores: 3 }).generatorLimited, null);
  });

  it('may be when nobody can read the server’s CPU time', () => {
    const blind = (block: BlockMeasurement) => {
      block.generatorBusy = 0.95;
      for (const arm of ['base', 'head'] as const) observed(block, arm).cpuTicksMs = null;
    };
    assert.match(health(blind).generatorLimited as string, /cannot be read/);
  });
});

describe('the opening burst', () => {
  const burst = (changes: object) => (subject: SubjectMeasurement) => {
    const head = subject.rehearsal?.arms.head as NonNullable<
      NonNullable<SubjectMeasurement['rehearsal']>['arms']['head']
    >;
    head.burst = { ...head.burst, ...changes };
  };

  it('much faster or much slower than our engine is a warning', () => {
    for (const requestsPerSecond of [51_000, 7_900]) {
      const { warnings } = health(nothing, { change: burst({ requestsPerSecond }) });
      assert.match(
        warnings.join(),
        /autocannon measured .* on head where our engine measured 40000/,
      );
    }
    for (const requestsPerSecond of [49_000, 8_100]) {
      assert.deepEqual(health(nothing, { change: burst({ requestsPerSecond }) }).warnings, []);
    }
  });

  it('with failures is a warning', () => {
    const { warnings } = health(nothing, { change: burst({ errors: 20, timeouts: 20 }) });
    assert.match(warnings.join(), /40 failed requests on head/);
  });

  it('that never was is none', () => {
    const { warnings } = health(nothing, {
      change: (subject) => {
        subject.rehearsal = null;
      },
    });
    assert.deepEqual(warnings, []);
  });
});

describe('rare work', () => {
  /** One quad of ten takes much more CPU: in all 10 × `share` percent of the block's CPU time. */
  const pause = (arm: 'base' | 'head', share: number) => (block: BlockMeasurement) => {
    const cpuMs = block.arms[arm]?.cpuMs as number[];
    // Not the same in every block, or there would be no noise to be clear of.
    const size = share * (1 + 0.05 * (block.index % 2 ? 1 : -1));
    cpuMs[block.index] = (cpuMs[block.index] as number) * (1 + 10 * size);
    // Ticks that agree with the run times.
    observed(block, arm).cpuTicksMs = null;
  };

  it('that trimming cuts away is told, with the arm and the size', () => {
    const { warnings, invalid, generatorLimited } = health(pause('head', 0.06));
    assert.equal(invalid, null);
    assert.equal(generatorLimited, null);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] as string, /^head does more rare work than base/);
    assert.match(warnings[0] as string, /about 6 % \(1\.2 µs\) of CPU per request/);
  });

  it('is told of base too', () => {
    assert.match(
      health(pause('base', 0.06)).warnings.join(),
      /^base does more rare work than head/,
    );
  });

  it('below half the CPU tolerance is not told', () => {
    assert.deepEqual(health(pause('head', 0.024)).warnings, []);
    assert.equal(health(pause('head', 0.026)).warnings.length, 1);
  });

  it('that comes in one block only is not told', () => {
    const once = (block: BlockMeasurement) => {
      if (block.index === 2) pause('head', 0.8)(block);
    };
    assert.deepEqual(health(once).warnings, []);
  });

  it('in fewer than six blocks is not told', () => {
    assert.deepEqual(health(pause('head', 0.2), { blocks: 5 }).warnings, []);
  });

  it('in both arms alike is not told', () => {
    const both = (block: BlockMeasurement) => {
      pause('base', 0.2)(block);
      pause('head', 0.2)(block);
    };
    assert.deepEqual(health(both).warnings, []);
  });

  it('cannot be told where only ticks are known, for they are not trimmed', () => {
    const blind = (block: BlockMeasurement) => {
      observed(block, 'head').cpuMs = null;
      observed(block, 'head').cpuTicksMs = 4000;
    };
    assert.deepEqual(health(blind).warnings, []);
  });
});
