import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type WorkingProcess, workersBetween } from '../../../src/measure/probes/workers.ts';

const at = (pid: number, ms: number, command = 'worker', parent = 10): WorkingProcess => ({
  ...{ pid, parent, command, ms },
});

describe('the workers of a server', () => {
  it('The workers of a server are children of one parent that run the same, the busiest first', () => {
    const before = [at(10, 5, 'master', 1), at(11, 100), at(12, 100), at(13, 100)];
    const after = [at(10, 9, 'master', 1), at(11, 110), at(12, 400), at(13, 100)];
    assert.deepEqual(workersBetween(before, after), [300, 10, 0]);
  });

  it('The workers of a server count from their birth', () => {
    assert.deepEqual(workersBetween([at(11, 3)], [at(11, 4), at(12, 7)]), [7, 1]);
  });

  it('A server has no workers where its processes do different things, or it has one alone', () => {
    assert.equal(workersBetween([], [at(11, 4), at(12, 7, 'logger')]), null);
    assert.equal(workersBetween([], [at(11, 4), at(12, 7, 'worker', 11)]), null);
    assert.equal(workersBetween([], [at(11, 4)]), null);
    assert.equal(workersBetween([], []), null);
  });
});
