import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pauseDoses } from '../../src/self-test/doses.ts';
import type { SelfTestRecord } from '../../src/self-test/record.ts';
import { CHUNK, jobDosesOf, schedule } from '../../src/self-test/schedule.ts';

const record = (blocks: number, jobs: number, doses = [0, 0.03, 0.1]) =>
  ({ doses: pauseDoses(doses), blocks, jobs }) as unknown as SelfTestRecord;

describe('the schedule of a self-test', () => {
  it('The schedule of a self-test gives every dose its first chunk before any gets its second', () => {
    const names = schedule(record(2 * CHUNK, 0), 0.05).map((task) => `${task.dose} ${task.index}`);
    assert.deepEqual(names, ['none 1', '3pc 1', '10pc 1', 'none 2', '3pc 2', '10pc 2']);
  });

  it('The schedule of a self-test measures as many blocks as were asked for', () => {
    const tasks = schedule(record(CHUNK + 3, 0), 0.05);
    const of = (dose: string) =>
      tasks.flatMap((task) => (task.kind === 'blocks' && task.dose === dose ? [task.blocks] : []));
    assert.deepEqual(of('none'), [CHUNK, 3]);
    assert.deepEqual(of('10pc'), [CHUNK, 3]);
  });

  it('The schedule of a self-test runs whole jobs of unchanged copies and of the dose next to the tolerance', () => {
    assert.deepEqual(jobDosesOf(record(0, 1).doses, 0.05), ['none', '3pc']);
    assert.deepEqual(jobDosesOf(record(0, 1).doses, 0.09), ['none', '10pc']);
    assert.deepEqual(jobDosesOf(record(0, 1, [0]).doses, 0.05), ['none']);
    const tasks = schedule(record(CHUNK, 2), 0.05);
    assert.deepEqual(
      tasks.filter(({ kind }) => kind === 'job').map(({ dose, index }) => `${dose} ${index}`),
      ['none 1', '3pc 1', 'none 2', '3pc 2'],
    );
  });

  it('The schedule of a self-test goes on where a smaller one ended', () => {
    const small = schedule(record(CHUNK, 1), 0.05);
    const large = schedule(record(3 * CHUNK, 2), 0.05);
    for (const task of small) {
      assert.ok(large.some((other) => JSON.stringify(other) === JSON.stringify(task)));
    }
  });
});
