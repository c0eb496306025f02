import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { workersWarnings, workingOf } from '../../../src/judge/health/workers.ts';
import { measurementOf } from '../../support/measurement.ts';

/** What is said when head's workers used so much CPU in each block. */
function warned(...blocks: number[][]) {
  const measurement = measurementOf({ subjects: [{ blocks: blocks.map(() => ({})) }] });
  const measured = measurement.subjects[0]?.blocks ?? [];
  for (const [i, ms] of blocks.entries()) {
    const head = measured[i]?.arms.head;
    if (head !== undefined) head.workersMs = ms;
  }
  return workersWarnings(measured);
}

describe('workers that do not share the work', () => {
  it('Workers that do not share the work are told, with how many seem to work', () => {
    const [warning, ...others] = warned([900, 0, 0, 0], [450, 450, 0, 0]);
    assert.deepEqual(others, []);
    assert.deepEqual(warning, {
      code: 'workers-idle',
      severity: 'warning',
      subject: 'head',
      data: { workers: 4, working: 1.5, least: 1, most: 2 },
    });
  });

  it('Workers that share the work as chance does are no news', () => {
    assert.deepEqual(warned([340, 280, 220, 160]), []);
    assert.deepEqual(warned([600, 400]), []);
  });

  it('Nothing is said of workers that had nothing to do, and of a server without any', () => {
    assert.deepEqual(warned([40, 0, 0, 0]), []);
    assert.deepEqual(warned([]), []);
  });

  it('So many work as would be as uneven if they were equally busy', () => {
    assert.equal(workingOf([10, 0, 0]), 1);
    assert.equal(workingOf([5, 5]), 2);
    assert.equal(workingOf([0, 0]), 0);
  });
});
