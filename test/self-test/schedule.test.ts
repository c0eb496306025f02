import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { knobInjection, pauseDoses } from '../../src/self-test/doses.ts';
import type { SelfTestRecord } from '../../src/self-test/record.ts';
import { jobDosesOf, schedule } from '../../src/self-test/schedule.ts';

const record = (blocks: number, jobs: number, doses = [0, 0.03, 0.1], hasRuler = false) =>
  ({
    doses: pauseDoses(doses),
    ruler: hasRuler ? { units: 400, injection: knobInjection('KNOB', 400) } : null,
    blocks,
    jobs,
  }) as unknown as SelfTestRecord;

describe('the schedule of a self-test', () => {
  it('The schedule of a self-test has all doses in each run, and whole runs until each dose has its blocks', () => {
    // Two rounds of two blocks for three doses, and one more for the ruler.
    assert.deepEqual(
      schedule(record(9, 0), 0.05),
      [1, 2, 3].map((index) => ({ kind: 'run', index, blocks: 12 })),
    );
    assert.deepEqual(
      schedule(record(8, 0, [0, 0.03, 0.1], true), 0.05),
      [1, 2].map((index) => ({ kind: 'run', index, blocks: 16 })),
    );
  });

  it('The schedule of a self-test has runs of ten blocks where nothing is injected', () => {
    assert.deepEqual(
      schedule(record(20, 0, [0]), 0.05),
      [1, 2].map((index) => ({ kind: 'run', index, blocks: 10 })),
    );
  });

  it('The schedule of a self-test runs whole jobs of unchanged copies and of the dose next to the tolerance', () => {
    assert.deepEqual(jobDosesOf(record(0, 1).doses, 0.05), ['none', '3pc']);
    assert.deepEqual(jobDosesOf(record(0, 1).doses, 0.09), ['none', '10pc']);
    assert.deepEqual(jobDosesOf(record(0, 1, [0]).doses, 0.05), ['none']);
    assert.deepEqual(
      schedule(record(4, 2), 0.05).map((task) =>
        task.kind === 'job' ? `${task.dose} ${task.index}` : `run ${task.index}`,
      ),
      ['run 1', 'none 1', '3pc 1', 'none 2', '3pc 2'],
    );
  });

  it('The schedule of a self-test goes on where a smaller one ended', () => {
    const small = schedule(record(4, 1), 0.05);
    const large = schedule(record(12, 2), 0.05);
    for (const task of small) {
      assert.ok(large.some((other) => JSON.stringify(other) === JSON.stringify(task)));
    }
  });
});
